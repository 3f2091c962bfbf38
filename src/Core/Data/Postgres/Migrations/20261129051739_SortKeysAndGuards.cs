using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Vaguemestre.Core.Data.Postgres.Migrations
{
    /// <summary>The statements of the migration before, after the tables that SQLite builds anew for it.</summary>
    public partial class SortKeysAndGuards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(FoldedTexts.PostgresKeys);
            foreach (var guard in JournalGuards.PostgresOfRenewals)
                migrationBuilder.Sql(guard);
            foreach (var statement in JournalGuards.PostgresOfPurges)
                migrationBuilder.Sql(statement);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TRIGGER fact_payloads_no_delete ON fact_payloads");
            migrationBuilder.Sql(JournalGuards.PostgresOfFacts.Single(guard => guard.Contains("fact_payloads_no_delete")));
        }
    }
}
