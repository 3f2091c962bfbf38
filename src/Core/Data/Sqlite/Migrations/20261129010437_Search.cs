using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Vaguemestre.Core.Tracking.Search;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Search : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "search_news",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    subject_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_search_news", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "search_rows",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    subject_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_search_rows", x => x.number);
                });

            migrationBuilder.CreateIndex(
                name: "ix_search_rows_subject_id",
                table: "search_rows",
                column: "subject_id",
                unique: true);

            migrationBuilder.Sql(SqliteSearch.CreateTable);
            migrationBuilder.Sql(RebuildSearch.Everything);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE search_terms");

            migrationBuilder.DropTable(
                name: "search_news");

            migrationBuilder.DropTable(
                name: "search_rows");
        }
    }
}
