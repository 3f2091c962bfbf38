using System.Text;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Journeys.Tests.Kit;
using Vaguemestre.TestKit;

namespace Vaguemestre.Journeys.Tests.Letters;

/// <summary>Hostile HTML, once sanitised, in a real browser.</summary>
public sealed class BodyCorpusTests
{
    private static readonly Lazy<IReadOnlyList<string>> Bodies = new(() => [.. HtmlCorpus.InputsOrSkip().Select(BodyHtml.Sanitise).Distinct(StringComparer.Ordinal)]);

    /// <summary>Parsed as part of a document, under no policy at all.</summary>
    [Fact]
    public async Task Nothing_runs_nothing_is_asked_for_and_the_browser_has_what_was_written()
    {
        var bodies = Bodies.Value;
        await using var context = await ChromiumBrowser.NewContextAsync();
        var page = await context.NewPageAsync();
        var happened = new List<string>();
        page.Dialog += (_, dialog) => happened.Add(dialog.Message);
        page.Console += (_, message) => happened.Add(message.Text);
        page.PageError += (_, error) => happened.Add(error);
        page.Popup += (_, popup) => happened.Add(popup.Url);
        page.FrameNavigated += (_, frame) => happened.Add(frame.Url);
        var document = "";
        await context.RouteAsync("**/*", route =>
        {
            happened.Add(route.Request.Url);
            return route.FulfillAsync(new() { ContentType = "text/html; charset=utf-8", Body = document });
        });

        const string Address = "http://corpus.test/";
        foreach (var batch in bodies.Chunk(3_000))
        {
            document = batch.Aggregate(new StringBuilder("<!doctype html><title>corpus</title><body>"), (all, body) => all.Append("<div>").Append(body).Append("</div>")).ToString();
            await page.GotoAsync(Address);
            var differing = await page.EvaluateAsync<string[]>("bodies => bodies.filter((body, index) => document.body.children[index]?.innerHTML !== body)", batch);
            differing.ShouldBeEmpty();
        }

        var batches = (bodies.Count + 2_999) / 3_000;
        happened.Where(what => what != Address).ShouldBeEmpty();
        happened.Count.ShouldBe(2 * batches);
    }

    /// <summary>What is kept is what the editor writes: opening a letter changes nothing in it.</summary>
    [Fact]
    public async Task The_editor_gives_back_what_it_was_given()
    {
        var bodies = Bodies.Value.Where(body => body.Length > 0).ToList();
        await using var editing = await Editing.StartAsync();
        var changed = await editing.Text.EvaluateAsync<string[][]>(
            """
            (element, bodies) => bodies.flatMap((body) => {
              element.editor.commands.setContent(body, { emitUpdate: false, parseOptions: { preserveWhitespace: 'full' } });
              const back = element.editor.getHTML();
              return back === body ? [] : [[body, back]];
            })
            """,
            bodies);
        changed.Take(10).Select(pair => $"{pair[0]} → {pair[1]}").ShouldBeEmpty($"{changed.Length} of {bodies.Count}");
    }
}
