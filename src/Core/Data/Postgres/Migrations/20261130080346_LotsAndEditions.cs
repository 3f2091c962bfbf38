using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class LotsAndEditions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "email_key",
                table: "contacts",
                type: "text",
                nullable: true);

            migrationBuilder.Sql("UPDATE contacts SET email_key = lower(email) WHERE email IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_letters_historique",
                table: "letters",
                column: "consultation_id",
                filter: "is_historique");

            migrationBuilder.CreateIndex(
                name: "ix_contacts_consultation_id_email_key",
                table: "contacts",
                columns: new[] { "consultation_id", "email_key" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_letters_historique",
                table: "letters");

            migrationBuilder.DropIndex(
                name: "ix_contacts_consultation_id_email_key",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "email_key",
                table: "contacts");
        }
    }
}
