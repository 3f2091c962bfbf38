using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class OutboxIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_sendings_next_attempt_at",
                table: "sendings");

            migrationBuilder.DropIndex(
                name: "ix_sendings_report_due_at",
                table: "sendings");

            migrationBuilder.DropIndex(
                name: "ix_conversations_corrects_id",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_link_hash",
                table: "conversations");

            migrationBuilder.AlterTable(
                name: "sendings")
                .Annotation("Npgsql:StorageParameter:fillfactor", 60);

            migrationBuilder.AlterTable(
                name: "conversations")
                .Annotation("Npgsql:StorageParameter:fillfactor", 80);

            migrationBuilder.CreateIndex(
                name: "ix_sendings_next_attempt_at",
                table: "sendings",
                column: "next_attempt_at",
                filter: "next_attempt_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_sendings_report_due_at",
                table: "sendings",
                column: "report_due_at",
                filter: "report_due_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_corrects_id",
                table: "conversations",
                column: "corrects_id",
                filter: "corrects_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_link_hash",
                table: "conversations",
                column: "link_hash",
                unique: true,
                filter: "link_hash IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_sendings_next_attempt_at",
                table: "sendings");

            migrationBuilder.DropIndex(
                name: "ix_sendings_report_due_at",
                table: "sendings");

            migrationBuilder.DropIndex(
                name: "ix_conversations_corrects_id",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_link_hash",
                table: "conversations");

            migrationBuilder.AlterTable(
                name: "sendings")
                .OldAnnotation("Npgsql:StorageParameter:fillfactor", 60);

            migrationBuilder.AlterTable(
                name: "conversations")
                .OldAnnotation("Npgsql:StorageParameter:fillfactor", 80);

            migrationBuilder.CreateIndex(
                name: "ix_sendings_next_attempt_at",
                table: "sendings",
                column: "next_attempt_at");

            migrationBuilder.CreateIndex(
                name: "ix_sendings_report_due_at",
                table: "sendings",
                column: "report_due_at");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_corrects_id",
                table: "conversations",
                column: "corrects_id");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_link_hash",
                table: "conversations",
                column: "link_hash",
                unique: true);
        }
    }
}
