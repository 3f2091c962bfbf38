using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Deferrals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "deferred_since",
                table: "sendings",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "consultation_title",
                table: "letters",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "organisation_name",
                table: "letters",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "sender_name",
                table: "letters",
                type: "text",
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
