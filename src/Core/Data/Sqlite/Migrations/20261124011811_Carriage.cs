using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Carriage : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(
                name: "digest",
                table: "inbound_messages",
                newName: "body_digest");

            migrationBuilder.RenameIndex(
                name: "ix_inbound_messages_digest_recipient",
                table: "inbound_messages",
                newName: "ix_inbound_messages_body_digest_recipient");

            migrationBuilder.AddColumn<bool>(
                name: "reports_asked",
                table: "sendings",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "from",
                table: "inbound_messages",
                type: "TEXT",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "outcome",
                table: "inbound_messages",
                type: "TEXT",
                maxLength: 40,
                nullable: false,
                defaultValue: "applied");

            migrationBuilder.AddColumn<string>(
                name: "subject",
                table: "inbound_messages",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "corrects_id",
                table: "conversations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_inbound_messages_outcome_received_at",
                table: "inbound_messages",
                columns: new[] { "outcome", "received_at" });

            migrationBuilder.CreateIndex(
                name: "ix_conversations_corrects_id",
                table: "conversations",
                column: "corrects_id");

            migrationBuilder.AddForeignKey(
                name: "fk_conversations_conversations_corrects_id",
                table: "conversations",
                column: "corrects_id",
                principalTable: "conversations",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_conversations_conversations_corrects_id",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_inbound_messages_outcome_received_at",
                table: "inbound_messages");

            migrationBuilder.DropIndex(
                name: "ix_conversations_corrects_id",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "reports_asked",
                table: "sendings");

            migrationBuilder.DropColumn(
                name: "from",
                table: "inbound_messages");

            migrationBuilder.DropColumn(
                name: "outcome",
                table: "inbound_messages");

            migrationBuilder.DropColumn(
                name: "subject",
                table: "inbound_messages");

            migrationBuilder.DropColumn(
                name: "corrects_id",
                table: "conversations");

            migrationBuilder.RenameColumn(
                name: "body_digest",
                table: "inbound_messages",
                newName: "digest");

            migrationBuilder.RenameIndex(
                name: "ix_inbound_messages_body_digest_recipient",
                table: "inbound_messages",
                newName: "ix_inbound_messages_digest_recipient");
        }
    }
}
