using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class InboxAndNews : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "assignee_id",
                table: "conversations",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "awaited_until",
                table: "conversations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "done_at",
                table: "conversations",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.Sql("UPDATE conversations SET awaited_until = (SELECT l.reply_due FROM letters l WHERE l.id = conversations.letter_id AND l.reply_expected) WHERE status NOT IN ('reply-unread', 'reply-read')");

            migrationBuilder.CreateTable(
                name: "agent_news",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    agent_id = table.Column<Guid>(type: "uuid", nullable: false),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    concerns_id = table.Column<Guid>(type: "uuid", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    daily = table.Column<bool>(type: "boolean", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agent_news", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "agent_notices",
                columns: table => new
                {
                    agent_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    undelivered = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    read = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    replied = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    wrong_recipient = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    absent_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    absent_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    substitute_id = table.Column<Guid>(type: "uuid", nullable: true),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agent_notices", x => x.agent_id);
                });

            migrationBuilder.CreateTable(
                name: "consultation_choices",
                columns: table => new
                {
                    agent_id = table.Column<Guid>(type: "uuid", nullable: false),
                    consultation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    muted = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_consultation_choices", x => new { x.agent_id, x.consultation_id });
                    table.ForeignKey(
                        name: "fk_consultation_choices_consultations_consultation_id",
                        column: x => x.consultation_id,
                        principalTable: "consultations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "handlings",
                columns: table => new
                {
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    assigned_by = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    assigned_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    done_by = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    done_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_handlings", x => x.conversation_id);
                    table.ForeignKey(
                        name: "fk_handlings_conversations_conversation_id",
                        column: x => x.conversation_id,
                        principalTable: "conversations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "news",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organisation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    concerns_id = table.Column<Guid>(type: "uuid", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_news", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_conversations_assignee_id",
                table: "conversations",
                column: "assignee_id",
                filter: "assignee_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_organisation_id_awaited_until_id",
                table: "conversations",
                columns: new[] { "organisation_id", "awaited_until", "id" },
                filter: "awaited_until IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_organisation_id_done_at_id",
                table: "conversations",
                columns: new[] { "organisation_id", "done_at", "id" },
                filter: "done_at IS NOT NULL");

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

            migrationBuilder.CreateIndex(
                name: "ix_agent_news_agent_id",
                table: "agent_news",
                column: "agent_id");

            migrationBuilder.CreateIndex(
                name: "ix_agent_news_due_at_agent_id",
                table: "agent_news",
                columns: new[] { "due_at", "agent_id" });

            migrationBuilder.CreateIndex(
                name: "ix_agent_notices_organisation_id_absent_until",
                table: "agent_notices",
                columns: new[] { "organisation_id", "absent_until" },
                filter: "absent_until IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_consultation_choices_consultation_id",
                table: "consultation_choices",
                column: "consultation_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "agent_news");

            migrationBuilder.DropTable(
                name: "agent_notices");

            migrationBuilder.DropTable(
                name: "consultation_choices");

            migrationBuilder.DropTable(
                name: "handlings");

            migrationBuilder.DropTable(
                name: "news");

            migrationBuilder.DropIndex(
                name: "ix_conversations_assignee_id",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_organisation_id_awaited_until_id",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_organisation_id_done_at_id",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_failures",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_conversations_unread_replies",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "assignee_id",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "awaited_until",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "done_at",
                table: "conversations");
        }
    }
}
