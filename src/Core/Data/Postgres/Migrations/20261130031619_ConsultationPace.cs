using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class ConsultationPace : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "pace",
                table: "consultation_choices",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "at-once");

            migrationBuilder.Sql("UPDATE consultation_choices SET pace = 'none' WHERE muted;");

            migrationBuilder.DropColumn(
                name: "muted",
                table: "consultation_choices");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "muted",
                table: "consultation_choices",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.Sql("UPDATE consultation_choices SET muted = TRUE WHERE pace = 'none';");

            migrationBuilder.DropColumn(
                name: "pace",
                table: "consultation_choices");
        }
    }
}
