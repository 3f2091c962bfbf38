using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class TrackingIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Where a letter went to a corrected address too, its reply is awaited there alone: corrections made before there was this column told so nowhere.
            migrationBuilder.Sql("UPDATE conversations SET awaited_until = NULL WHERE awaited_until IS NOT NULL AND EXISTS (SELECT 1 FROM conversations next WHERE next.corrects_id = conversations.id)");

            migrationBuilder.DropIndex(
                name: "ix_conversations_consultation_id_status",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_letter_id",
                table: "conversations");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_consultation_id_awaited_until",
                table: "conversations",
                columns: new[] { "consultation_id", "awaited_until" },
                filter: "awaited_until IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_consultation_id_status_last_event_at_id",
                table: "conversations",
                columns: new[] { "consultation_id", "status", "last_event_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_conversations_letter_id_status",
                table: "conversations",
                columns: new[] { "letter_id", "status" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversations_consultation_id_awaited_until",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_consultation_id_status_last_event_at_id",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_letter_id_status",
                table: "conversations");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_consultation_id_status",
                table: "conversations",
                columns: new[] { "consultation_id", "status" });

            migrationBuilder.CreateIndex(
                name: "ix_conversations_letter_id",
                table: "conversations",
                column: "letter_id");
        }
    }
}
