using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Sqlite.Migrations
{
    /// <summary>The statements of the migration before, after the tables that SQLite builds anew for it.</summary>
    public partial class SortKeysAndGuards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(FoldedTexts.SqliteKeys);
            foreach (var guard in JournalGuards.SqliteOfRenewals)
                migrationBuilder.Sql(guard);
            foreach (var statement in JournalGuards.SqliteOfPurges)
                migrationBuilder.Sql(statement);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TRIGGER fact_payloads_no_delete");
            migrationBuilder.Sql(JournalGuards.SqliteOfFacts.Single(guard => guard.Contains("fact_payloads_no_delete")));
        }
    }
}
