using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class RecipientTexts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversations_consultation_id_last_event_at_id",
                table: "conversations");

            migrationBuilder.AddColumn<string>(
                name: "recipient_text",
                table: "conversations",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.Sql(FoldedTexts.SqliteRecipients);

            migrationBuilder.CreateIndex(
                name: "ix_conversations_consultation_id_last_event_at_id_status_recipient_text",
                table: "conversations",
                columns: new[] { "consultation_id", "last_event_at", "id", "status", "recipient_text" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversations_consultation_id_last_event_at_id_status_recipient_text",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "recipient_text",
                table: "conversations");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_consultation_id_last_event_at_id",
                table: "conversations",
                columns: new[] { "consultation_id", "last_event_at", "id" });
        }
    }
}
