using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Letters;

/// <summary>A world with a consultation, two companies in its registers and a draft open in an agent's browser.</summary>
public sealed class Writing : IAsyncDisposable
{
    private Writing(WebWorld world, Guid id, Browser browser) => (World, Id, Browser) = (world, id, browser);

    public WebWorld World { get; }

    public Guid Id { get; }

    public Browser Browser { get; }

    public static async Task<Writing> StartAsync(DatabaseProvider provider, LetterType type = LetterType.Rejection, Action<Settings>? configure = null)
    {
        var world = await WebWorld.CreateAsync(provider, configure: configure);
        await world.AddConsultationAsync();
        await world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, "2026-T-014", Register.Deposits, [Company("Bocage", "marches@bocage.test"), Company("Sans adresse", null)], default));
        await world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, "2026-T-014", Register.Withdrawals, [Company("Bocage", "Marches@bocage.test"), Company("Ferreira", "ines@ferreira.test")], default));
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Type = type });
        return new Writing(world, draft.Id, await new Browser(await world.AgentAsync()).GoAsync(Links.Letter(draft.Id)));
    }

    /// <summary>The letter as it stands in the database.</summary>
    public async Task<Letter> LetterAsync() => (await World.RunAsync((FindLetter o) => o.RunAsync(World.Caller, Id, default))).Value;

    /// <summary>What a control shows; line ends as a browser gives them.</summary>
    public string Value(string name) => Browser.Page.QuerySelector($"[name='{name}']") switch
    {
        AngleSharp.Html.Dom.IHtmlTextAreaElement area => area.Value.ReplaceLineEndings("\n"),
        { } control => control.GetAttribute("value") ?? "",
        null => throw new InvalidOperationException(name),
    };

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private static ContactInput Company(string name, string? email) => new(name, null, null, email, null, []);
}
