using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class HandlingsAndEndedLinks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "changed_at",
                table: "handlings",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_handlings_organisation_id_changed_at",
                table: "handlings",
                columns: new[] { "organisation_id", "changed_at" });

            migrationBuilder.CreateIndex(
                name: "ix_conversations_ended_links",
                table: "conversations",
                column: "letter_id",
                filter: "link_ended_at IS NOT NULL");

            migrationBuilder.Sql("UPDATE conversations SET awaited_until = NULL WHERE link_ended_at IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_handlings_organisation_id_changed_at",
                table: "handlings");

            migrationBuilder.DropIndex(
                name: "ix_conversations_ended_links",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "changed_at",
                table: "handlings");
        }
    }
}
