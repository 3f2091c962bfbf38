using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Verbs;

namespace Vaguemestre.Web.Tests.Pages.Reception;

public sealed class LogTests
{
    [Theory]
    [InlineData("--Logging:LogLevel:Default=Trace")]
    [InlineData("--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Information")]
    [InlineData("--Logging:Lines:LogLevel:Default=Trace")]
    public async Task A_personal_link_is_in_no_line_of_the_log_whatever_is_asked_for(string level)
    {
        const string Token = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        var folder = Directory.CreateTempSubdirectory("vaguemestre-log-").FullName;
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, folder);
        using var lines = new Lines();
        var builder = Configuration.NewBuilder(["--Urls=http://127.0.0.1:0", "--Logging:LogLevel:Vaguemestre=Trace", level]);
        builder.Logging.ClearProviders().AddProvider(lines);
        var settings = Configuration.Read(builder.Configuration);
        (settings.DataDirectory, settings.Database.ConnectionString, settings.Roles) = (folder, database.ConnectionString, "web");
        await using (var app = Host.Build(builder, settings))
        {
            await app.StartAsync();
            using var visitor = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
            app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Vaguemestre").LogInformation("The log is read.");

            (await visitor.GetAsync($"/c/{Token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await visitor.GetAsync($"/c/{Token}/fichiers/{Guid.Empty}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await visitor.PostAsync($"/c/{Token}?handler=Open", null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await visitor.GetAsync($"/mes-courriers/entree/{Token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await visitor.PostAsync($"/mes-courriers/entree/{Token}", null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            await app.StopAsync();
        }

        lines.All.ShouldContain(line => line.Contains("The log is read.", StringComparison.Ordinal));
        lines.All.ShouldNotContain(line => line.Contains(Token, StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    [ProviderAlias("Lines")]
    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
