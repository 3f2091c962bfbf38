using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Reception : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "late_replies",
                table: "organisations",
                type: "TEXT",
                maxLength: 40,
                nullable: false,
                defaultValue: "marked");

            migrationBuilder.AddColumn<string>(
                name: "receipts_trigger",
                table: "organisations",
                type: "TEXT",
                maxLength: 40,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "email_key",
                table: "conversations",
                type: "TEXT",
                maxLength: 254,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "link_ended_at",
                table: "conversations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "company_sign_ins",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    email_key = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    space_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    token_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    used_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_company_sign_ins", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "company_spaces",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_company_spaces", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "invited_readers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    conversation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    link_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    invited_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_invited_readers", x => x.id);
                    table.ForeignKey(
                        name: "fk_invited_readers_conversations_conversation_id",
                        column: x => x.conversation_id,
                        principalTable: "conversations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "notices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    conversation_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    concerns_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: true),
                    language = table.Column<string>(type: "TEXT", maxLength: 2, nullable: false),
                    values = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    next_attempt_at = table.Column<long>(type: "INTEGER", nullable: true),
                    sent_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_answer = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notices", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "reply_drafts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    conversation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reply_drafts", x => x.id);
                    table.ForeignKey(
                        name: "fk_reply_drafts_conversations_conversation_id",
                        column: x => x.conversation_id,
                        principalTable: "conversations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "company_addresses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    space_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    email_key = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    proven_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_company_addresses", x => x.id);
                    table.ForeignKey(
                        name: "fk_company_addresses_company_spaces_space_id",
                        column: x => x.space_id,
                        principalTable: "company_spaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "reply_draft_files",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    draft_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    file_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    content_type = table.Column<string>(type: "TEXT", nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    sha256 = table.Column<byte[]>(type: "BLOB", nullable: false),
                    rank = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reply_draft_files", x => x.id);
                    table.ForeignKey(
                        name: "fk_reply_draft_files_files_file_id",
                        column: x => x.file_id,
                        principalTable: "files",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_reply_draft_files_reply_drafts_draft_id",
                        column: x => x.draft_id,
                        principalTable: "reply_drafts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.Sql("UPDATE conversations SET email_key = lower(email)");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_email_key_sent_at",
                table: "conversations",
                columns: new[] { "email_key", "sent_at" },
                filter: "link_hash IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_company_addresses_email_key",
                table: "company_addresses",
                column: "email_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_company_addresses_space_id",
                table: "company_addresses",
                column: "space_id");

            migrationBuilder.CreateIndex(
                name: "ix_company_sign_ins_email_key_created_at",
                table: "company_sign_ins",
                columns: new[] { "email_key", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_company_sign_ins_token_hash",
                table: "company_sign_ins",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_invited_readers_conversation_id",
                table: "invited_readers",
                column: "conversation_id");

            migrationBuilder.CreateIndex(
                name: "ix_invited_readers_link_hash",
                table: "invited_readers",
                column: "link_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_notices_conversation_id_kind",
                table: "notices",
                columns: new[] { "conversation_id", "kind" });

            migrationBuilder.CreateIndex(
                name: "ix_notices_next_attempt_at",
                table: "notices",
                column: "next_attempt_at",
                filter: "next_attempt_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_reply_draft_files_draft_id",
                table: "reply_draft_files",
                column: "draft_id");

            migrationBuilder.CreateIndex(
                name: "ix_reply_draft_files_file_id",
                table: "reply_draft_files",
                column: "file_id");

            migrationBuilder.CreateIndex(
                name: "ix_reply_drafts_conversation_id",
                table: "reply_drafts",
                column: "conversation_id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "company_addresses");

            migrationBuilder.DropTable(
                name: "company_sign_ins");

            migrationBuilder.DropTable(
                name: "invited_readers");

            migrationBuilder.DropTable(
                name: "notices");

            migrationBuilder.DropTable(
                name: "reply_draft_files");

            migrationBuilder.DropTable(
                name: "company_spaces");

            migrationBuilder.DropTable(
                name: "reply_drafts");

            migrationBuilder.DropIndex(
                name: "ix_conversations_email_key_sent_at",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "late_replies",
                table: "organisations");

            migrationBuilder.DropColumn(
                name: "receipts_trigger",
                table: "organisations");

            migrationBuilder.DropColumn(
                name: "email_key",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "link_ended_at",
                table: "conversations");
        }
    }
}
