using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.TestKit.World;

/// <summary>What a test asks of a world once letters travel in it.</summary>
public static class Correspondence
{
    public const string Reference = "2026-T-014";

    /// <summary>Sends one letter in the consultation <see cref="Reference"/>, which is made when it is missing.</summary>
    public static async Task<IReadOnlyList<Conversation>> WriteToAsync(this TestWorld world, DraftInput? input, params string[] emails)
    {
        if (!await world.QueryAsync(db => db.Consultations.AnyAsync(c => c.Reference == Reference)))
            await world.AddConsultationAsync(Reference);
        var draft = await world.AddDraftAsync(Reference, input, emails);
        return await world.SendAsync(draft.Id);
    }

    /// <summary>A tracked letter to one company.</summary>
    public static async Task<Conversation> WriteToOneAsync(this TestWorld world, DraftInput? input = null, string email = "contact@alpha.test") =>
        (await world.WriteToAsync(input, email))[0];

    /// <summary>The buyer, the consultation and the sender of mails are called otherwise from now on.</summary>
    public static async Task RenameAllAsync(this TestWorld world)
    {
        await world.QueryAsync(db => db.Organisations.ExecuteUpdateAsync(o => o.SetProperty(x => x.Name, "Commune nouvelle")));
        await world.AddConsultationAsync(Reference, c => c.Title = "Intitulé nouveau");
        world.Settings.Mail.FromName = "Service nouveau";
    }

    public static Task<List<Fact>> FactsOfAsync(this TestWorld world, Guid subject) =>
        world.RunAsync((Core.Journal.Journal journal) => journal.OfAsync(subject, default));

    public static async Task<IReadOnlyList<FactKind>> KindsOfAsync(this TestWorld world, Guid subject) =>
        [.. (await world.FactsOfAsync(subject)).Select(f => f.Kind)];

    public static Task<Status> StatusOfAsync(this TestWorld world, Guid conversation) =>
        world.QueryAsync(db => db.Conversations.Where(c => c.Id == conversation).Select(c => c.Status).SingleAsync());

    /// <summary>The sendings of a conversation, oldest first.</summary>
    public static Task<List<Sending>> SendingsOfAsync(this TestWorld world, Guid conversation) =>
        world.QueryAsync(db => db.Sendings.AsNoTracking().Where(s => s.ConversationId == conversation).OrderBy(s => s.CreatedAt).ThenBy(s => s.Id).ToListAsync());

    public static string TokenOf(this TestWorld world, Conversation conversation)
    {
        using var scope = world.Services.CreateScope();
        return scope.ServiceProvider.GetRequiredService<PersonalLink>().TokenOf(conversation.Id);
    }

    /// <summary>Carries until nothing is due.</summary>
    /// <returns>How many sendings were taken.</returns>
    public static Task<int> EmptyOutboxAsync(this TestWorld world) => world.EmptyOutboxUntilAsync(CancellationToken.None);

    /// <inheritdoc cref="EmptyOutboxAsync"/>
    public static Task<int> EmptyOutboxUntilAsync(this TestWorld world, CancellationToken stop) =>
        world.Services.GetRequiredService<Outbox>().DrainAsync(stop);

    /// <summary>Turns of the worker until search knows everything.</summary>
    public static Task IndexAsync(this TestWorld world) => world.InScopeAsync(IndexAsync);

    /// <inheritdoc cref="IndexAsync(TestWorld)"/>
    /// <returns>How many news were read.</returns>
    public static async Task<int> IndexAsync(this IServiceProvider scope)
    {
        var read = 0;
        while (await scope.GetRequiredService<FeedSearch>().RunAsync(default) is > 0 and var turn)
            read += turn;
        return read;
    }

    public static Task OpenAsync(this TestWorld world, Conversation conversation) =>
        world.RunAsync((OpenLetter o) => o.RunAsync(world.TokenOf(conversation), ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default));

    /// <summary>Writes a reply with its files by the personal link and sends it.</summary>
    public static Task<Reply> ReplyAsync(this TestWorld world, Conversation conversation, string text = "Bien reçu.", params (string Name, byte[] Content)[] files) =>
        world.InScopeAsync(async scope => (await scope.ReplyAsync(world.TokenOf(conversation), text, files)).Value);

    /// <inheritdoc cref="ReplyAsync(TestWorld, Conversation, string, ValueTuple{string, byte[]}[])"/>
    /// <returns>The reply, or the first refusal.</returns>
    public static async Task<Result<Reply>> ReplyAsync(this IServiceProvider scope, string token, string text, params (string Name, byte[] Content)[] files)
    {
        foreach (var (name, content) in files)
        {
            var added = await scope.GetRequiredService<AddReplyFile>().RunAsync(token, name, new MemoryStream(content), default);
            if (!added.Succeeded)
                return added.Problem!;
        }

        var before = await scope.GetRequiredService<FindReplyDraft>().RunAsync(token, default);
        if (!before.Succeeded)
            return before.Problem!;
        var written = await scope.GetRequiredService<WriteReply>().RunAsync(token, ReplyShown.Of(before.Value.Draft), text, default);
        return written.Succeeded
            ? await scope.GetRequiredService<SendReply>().RunAsync(token, ReplyShown.Of(written.Value), [.. written.Value.Files.Select(f => f.Id)], default)
            : written.Problem!;
    }

    /// <summary>Every file under the data directory's <c>files</c>, unfinished ones included.</summary>
    public static IReadOnlyList<string> FilesOnDisk(this TestWorld world)
    {
        var folder = Path.Combine(world.Settings.DataDirectory, "files");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }
}
