using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Deferrals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "deferred_since",
                table: "sendings",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "consultation_title",
                table: "letters",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "organisation_name",
                table: "letters",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "sender_name",
                table: "letters",
                type: "TEXT",
                nullable: true);

            // What the letters already sent are called today is the nearest there is to what they were called then.
            migrationBuilder.Sql("""
                UPDATE letters SET
                    organisation_name = (SELECT name FROM organisations WHERE organisations.id = letters.organisation_id),
                    consultation_title = (SELECT title FROM consultations WHERE consultations.id = letters.consultation_id)
                WHERE state = 'sent'
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "deferred_since",
                table: "sendings");

            migrationBuilder.DropColumn(
                name: "consultation_title",
                table: "letters");

            migrationBuilder.DropColumn(
                name: "organisation_name",
                table: "letters");

            migrationBuilder.DropColumn(
                name: "sender_name",
                table: "letters");
        }
    }
}
