using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class FavouritesOfConsultations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "consultation_id",
                table: "favourites",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.Sql("UPDATE favourites SET consultation_id = (SELECT c.consultation_id FROM conversations c WHERE c.id = favourites.conversation_id)");

            migrationBuilder.CreateIndex(
                name: "ix_favourites_owner_id_consultation_id_conversation_id",
                table: "favourites",
                columns: new[] { "owner_id", "consultation_id", "conversation_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_favourites_owner_id_consultation_id_conversation_id",
                table: "favourites");

            migrationBuilder.DropColumn(
                name: "consultation_id",
                table: "favourites");
        }
    }
}
