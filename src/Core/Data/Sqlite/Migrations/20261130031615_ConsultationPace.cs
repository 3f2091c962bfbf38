using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
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
                type: "TEXT",
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
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.Sql("UPDATE consultation_choices SET muted = 1 WHERE pace = 'none';");

            migrationBuilder.DropColumn(
                name: "pace",
                table: "consultation_choices");
        }
    }
}
