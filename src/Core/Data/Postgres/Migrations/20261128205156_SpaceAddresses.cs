using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class SpaceAddresses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversations_email_key_sent_at",
                table: "conversations");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_email_key_sent_at",
                table: "conversations",
                columns: new[] { "email_key", "sent_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversations_email_key_sent_at",
                table: "conversations");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_email_key_sent_at",
                table: "conversations",
                columns: new[] { "email_key", "sent_at" },
                filter: "link_hash IS NOT NULL");
        }
    }
}
