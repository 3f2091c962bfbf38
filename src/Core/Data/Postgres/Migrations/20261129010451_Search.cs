using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;
using NpgsqlTypes;
using Vaguemestre.Core.Tracking.Search;

#nullable disable

namespace Vaguemestre.Core.Data.Postgres.Migrations
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
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    subject_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_search_news", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "search_rows",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    subject_id = table.Column<Guid>(type: "uuid", nullable: false),
                    terms = table.Column<NpgsqlTsVector>(type: "tsvector", nullable: false)
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

            migrationBuilder.CreateIndex(
                name: "ix_search_rows_terms",
                table: "search_rows",
                column: "terms")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.Sql(RebuildSearch.Everything);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "search_news");

            migrationBuilder.DropTable(
                name: "search_rows");
        }
    }
}
