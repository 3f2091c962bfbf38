using System.Net;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Pages.Reception;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception;

/// <summary>A letter that was sent, seen from its recipient.</summary>
internal sealed record Receiving(WebWorld World, Guid Conversation, string Token)
{
    public string Path => "/c/" + Token;

    /// <summary>A letter with these files to one company.</summary>
    public static async Task<Receiving> StartAsync(WebWorld world, params (string Name, byte[] Content)[] files)
    {
        await world.AddConsultationAsync();
        return await NextAsync(world, files);
    }

    /// <summary>Another one, in the same consultation.</summary>
    public static async Task<Receiving> NextAsync(WebWorld world, params (string Name, byte[] Content)[] files)
    {
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Pièces à compléter", BodyHtml = "<p>Merci de compléter.</p>" }, "contact@alpha.test");
        foreach (var (name, content) in files)
            _ = (await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, name, new MemoryStream(content), default))).Value;
        var conversation = (await world.SendAsync(draft.Id))[0].Id;
        return new Receiving(world, conversation, await world.LinkTokenAsync(conversation));
    }

    /// <summary>A visitor who ticked the box and pressed the button, as without script.</summary>
    public async Task<HttpClient> OpenAsync()
    {
        var visitor = World.Visitor();
        (await visitor.SubmitAsync(await visitor.PageAsync(Path), "Ouvrir le courrier", ("Declared", "true"))).Status.ShouldBe(HttpStatusCode.Redirect);
        return visitor;
    }

    public Task<List<FactKind>> KindsAsync() =>
        World.QueryAsync(db => db.Facts.Where(f => f.SubjectId == Conversation).OrderBy(f => f.Sequence).Select(f => f.Kind).ToListAsync());

    public async Task<int> CountAsync(FactKind kind) => (await KindsAsync()).Count(k => k == kind);

    public async Task<Receipt?> ReceiptAsync() =>
        (await World.QueryAsync(db => db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => f.SubjectId == Conversation && f.Kind == FactKind.Opened).ToListAsync())).SingleOrDefault()?.Content<Receipt>();

    /// <summary>What a script that saw a person's press posts.</summary>
    public static (string Name, string Value) Press(Page page) => ("Gesture", page.One("form[data-opening]").GetAttribute("data-opening")!);

    /// <summary>What a script that saw none posts.</summary>
    public static (string Name, string Value) NoPress => ("Gesture", OpeningSeal.NoGesture);
}
