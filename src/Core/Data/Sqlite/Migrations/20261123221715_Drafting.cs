using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Drafting : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "changes",
                table: "letters",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "deleted_at",
                table: "letters",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "send_at",
                table: "letters",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "send_by_id",
                table: "letters",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "template_number",
                table: "letters",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "paragraph",
                table: "letter_recipients",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "letter_id",
                table: "letter_attachments",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AddColumn<Guid>(
                name: "recipient_id",
                table: "letter_attachments",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "own_body",
                table: "conversations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "own_subject",
                table: "conversations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "recipient_id",
                table: "conversations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "role",
                table: "agents",
                type: "TEXT",
                maxLength: 40,
                nullable: false,
                defaultValue: "writer");

            migrationBuilder.CreateTable(
                name: "template_versions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    is_default = table.Column<bool>(type: "INTEGER", nullable: false),
                    mode = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    reply_expected = table.Column<bool>(type: "INTEGER", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    author_name = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_template_versions", x => x.id);
                    table.ForeignKey(
                        name: "fk_template_versions_organisations_organisation_id",
                        column: x => x.organisation_id,
                        principalTable: "organisations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "uploads",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    organisation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    owner_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    target_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    length = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_uploads", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_letters_deleted_at",
                table: "letters",
                column: "deleted_at");

            migrationBuilder.CreateIndex(
                name: "ix_letters_send_at",
                table: "letters",
                column: "send_at");

            migrationBuilder.CreateIndex(
                name: "ix_letter_attachments_recipient_id",
                table: "letter_attachments",
                column: "recipient_id");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_recipient_id",
                table: "conversations",
                column: "recipient_id");

            migrationBuilder.CreateIndex(
                name: "ix_template_versions_organisation_id_type_number",
                table: "template_versions",
                columns: new[] { "organisation_id", "type", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_uploads_created_at",
                table: "uploads",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_uploads_target_id",
                table: "uploads",
                column: "target_id");

            migrationBuilder.AddForeignKey(
                name: "fk_conversations_letter_recipient_recipient_id",
                table: "conversations",
                column: "recipient_id",
                principalTable: "letter_recipients",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "fk_letter_attachments_letter_recipients_recipient_id",
                table: "letter_attachments",
                column: "recipient_id",
                principalTable: "letter_recipients",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_conversations_letter_recipient_recipient_id",
                table: "conversations");

            migrationBuilder.DropForeignKey(
                name: "fk_letter_attachments_letter_recipients_recipient_id",
                table: "letter_attachments");

            migrationBuilder.DropTable(
                name: "template_versions");

            migrationBuilder.DropTable(
                name: "uploads");

            migrationBuilder.DropIndex(
                name: "ix_letters_deleted_at",
                table: "letters");

            migrationBuilder.DropIndex(
                name: "ix_letters_send_at",
                table: "letters");

            migrationBuilder.DropIndex(
                name: "ix_letter_attachments_recipient_id",
                table: "letter_attachments");

            migrationBuilder.DropIndex(
                name: "ix_conversations_recipient_id",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "changes",
                table: "letters");

            migrationBuilder.DropColumn(
                name: "deleted_at",
                table: "letters");

            migrationBuilder.DropColumn(
                name: "send_at",
                table: "letters");

            migrationBuilder.DropColumn(
                name: "send_by_id",
                table: "letters");

            migrationBuilder.DropColumn(
                name: "template_number",
                table: "letters");

            migrationBuilder.DropColumn(
                name: "paragraph",
                table: "letter_recipients");

            migrationBuilder.DropColumn(
                name: "recipient_id",
                table: "letter_attachments");

            migrationBuilder.DropColumn(
                name: "own_body",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "own_subject",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "recipient_id",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "role",
                table: "agents");

            migrationBuilder.AlterColumn<Guid>(
                name: "letter_id",
                table: "letter_attachments",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "TEXT",
                oldNullable: true);
        }
    }
}
