using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class RecipientOrderInTheList : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversations_listed",
                table: "conversations");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_listed",
                table: "conversations",
                columns: new[] { "consultation_id", "last_event_at", "id", "status", "letter_id", "awaited_until", "recipient_text", "recipient_key" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversations_listed",
                table: "conversations");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_listed",
                table: "conversations",
                columns: new[] { "consultation_id", "last_event_at", "id", "status", "letter_id", "awaited_until", "recipient_text" });
        }
    }
}
