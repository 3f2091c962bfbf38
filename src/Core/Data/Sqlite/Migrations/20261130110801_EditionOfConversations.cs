using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class EditionOfConversations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversations_consultation_id_last_event_at_id_status_recipient_text",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_failures",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_unread_replies",
                table: "conversations");

            migrationBuilder.AddColumn<bool>(
                name: "is_historique",
                table: "conversations",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.Sql("UPDATE conversations SET is_historique = 1 WHERE letter_id IN (SELECT id FROM letters WHERE is_historique)");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_listed",
                table: "conversations",
                columns: new[] { "consultation_id", "last_event_at", "id", "status", "letter_id", "awaited_until", "recipient_text" });

            migrationBuilder.CreateIndex(
                name: "ix_conversations_failures",
                table: "conversations",
                columns: new[] { "organisation_id", "last_event_at", "id" },
                filter: "status = 'undelivered' AND done_at IS NULL AND NOT (is_historique)");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_unread_replies",
                table: "conversations",
                columns: new[] { "organisation_id", "last_event_at", "id" },
                filter: "status = 'reply-unread' AND done_at IS NULL AND NOT (is_historique)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversations_listed",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_failures",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_unread_replies",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "is_historique",
                table: "conversations");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_consultation_id_last_event_at_id_status_recipient_text",
                table: "conversations",
                columns: new[] { "consultation_id", "last_event_at", "id", "status", "recipient_text" });

            migrationBuilder.CreateIndex(
                name: "ix_conversations_failures",
                table: "conversations",
                columns: new[] { "organisation_id", "last_event_at", "id" },
                filter: "status = 'undelivered' AND done_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_unread_replies",
                table: "conversations",
                columns: new[] { "organisation_id", "last_event_at", "id" },
                filter: "status = 'reply-unread' AND done_at IS NULL");
        }
    }
}
