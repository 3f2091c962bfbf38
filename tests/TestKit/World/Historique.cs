using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.TestKit.World;

/// <summary>What a test asks of a consultation of the messagerie historique.</summary>
public static class Historique
{
    public const string Reference = "2024-F-117";

    /// <summary>Messages as an export tells them: the sample of the documentation.</summary>
    public static string Sample
    {
        get
        {
            var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "integrate", "historique.md"));
            var from = page.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;
            return page[from..page.IndexOf("```", from, StringComparison.Ordinal)];
        }
    }

    public static void Before(ConsultationInputBuilder consultation) => consultation.InitialisedAt = new DateTimeOffset(2024, 11, 5, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Sends one message in <see cref="Reference"/>, which is there.</summary>
    public static async Task<IReadOnlyList<Conversation>> SendMessageAsync(this TestWorld world, string subject, params string[] emails)
    {
        var message = await world.AddDraftAsync(Reference, new DraftInput { Subject = subject, BodyHtml = "<p>Bonjour.</p>" }, emails);
        return await world.SendAsync(message.Id);
    }
}
