using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class SortingScansAndLongLife : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "retention_years",
                table: "organisations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "works_retention_years",
                table: "organisations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "answers_id",
                table: "letters",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "subject_key",
                table: "letters",
                type: "TEXT",
                maxLength: 80,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "finding",
                table: "files",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "scan",
                table: "files",
                type: "TEXT",
                maxLength: 40,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "own_subject_key",
                table: "conversations",
                type: "TEXT",
                maxLength: 80,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "recipient_key",
                table: "conversations",
                type: "TEXT",
                maxLength: 80,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "retentions",
                columns: table => new
                {
                    consultation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    from = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    years = table.Column<int>(type: "INTEGER", nullable: true),
                    until = table.Column<long>(type: "INTEGER", nullable: true),
                    held_since = table.Column<long>(type: "INTEGER", nullable: true),
                    held_by = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    hold_reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    announced_at = table.Column<long>(type: "INTEGER", nullable: true),
                    begun_at = table.Column<long>(type: "INTEGER", nullable: true),
                    purged_at = table.Column<long>(type: "INTEGER", nullable: true),
                    letters = table.Column<int>(type: "INTEGER", nullable: false),
                    conversations = table.Column<int>(type: "INTEGER", nullable: false),
                    leftover = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_retentions", x => x.consultation_id);
                    table.ForeignKey(
                        name: "fk_retentions_consultations_consultation_id",
                        column: x => x.consultation_id,
                        principalTable: "consultations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "saved_searches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    owner_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    name_key = table.Column<string>(type: "TEXT", maxLength: 320, nullable: false),
                    query = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_saved_searches", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "seal_renewals",
                columns: table => new
                {
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    first_seal = table.Column<int>(type: "INTEGER", nullable: false),
                    last_seal = table.Column<int>(type: "INTEGER", nullable: false),
                    root = table.Column<byte[]>(type: "BLOB", nullable: false),
                    previous_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    token = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_seal_renewals", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "renewed_seals",
                columns: table => new
                {
                    renewal_number = table.Column<int>(type: "INTEGER", nullable: false),
                    seal_number = table.Column<int>(type: "INTEGER", nullable: false),
                    leaf = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_renewed_seals", x => new { x.renewal_number, x.seal_number });
                    table.ForeignKey(
                        name: "fk_renewed_seals_seal_renewals_renewal_number",
                        column: x => x.renewal_number,
                        principalTable: "seal_renewals",
                        principalColumn: "number",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_letters_answers_id",
                table: "letters",
                column: "answers_id",
                filter: "answers_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_files_waiting",
                table: "files",
                column: "created_at",
                filter: "scan = 'waiting'");

            migrationBuilder.CreateIndex(
                name: "ix_retentions_organisation_id_until",
                table: "retentions",
                columns: new[] { "organisation_id", "until" });

            migrationBuilder.CreateIndex(
                name: "ix_retentions_until",
                table: "retentions",
                column: "until",
                filter: "until IS NOT NULL AND purged_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_saved_searches_owner_id_name_key",
                table: "saved_searches",
                columns: new[] { "owner_id", "name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_seal_renewals_first_seal_last_seal",
                table: "seal_renewals",
                columns: new[] { "first_seal", "last_seal" });

            migrationBuilder.AddForeignKey(
                name: "fk_letters_conversations_answers_id",
                table: "letters",
                column: "answers_id",
                principalTable: "conversations",
                principalColumn: "id",
                onDelete: ReferentialAction.SetNull);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_letters_conversations_answers_id",
                table: "letters");

            migrationBuilder.DropTable(
                name: "renewed_seals");

            migrationBuilder.DropTable(
                name: "retentions");

            migrationBuilder.DropTable(
                name: "saved_searches");

            migrationBuilder.DropTable(
                name: "seal_renewals");

            migrationBuilder.DropIndex(
                name: "ix_letters_answers_id",
                table: "letters");

            migrationBuilder.DropIndex(
                name: "ix_files_waiting",
                table: "files");

            migrationBuilder.DropColumn(
                name: "retention_years",
                table: "organisations");

            migrationBuilder.DropColumn(
                name: "works_retention_years",
                table: "organisations");

            migrationBuilder.DropColumn(
                name: "answers_id",
                table: "letters");

            migrationBuilder.DropColumn(
                name: "subject_key",
                table: "letters");

            migrationBuilder.DropColumn(
                name: "finding",
                table: "files");

            migrationBuilder.DropColumn(
                name: "scan",
                table: "files");

            migrationBuilder.DropColumn(
                name: "own_subject_key",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "recipient_key",
                table: "conversations");
        }
    }
}
