using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;

namespace Vaguemestre.Bench;

/// <summary>
/// Consultations as they are after some weeks: letters to thousands, to a hundred, to one; of every type; read, replied to, undelivered, late; with files, stars, lots and drafts. What became of
/// a conversation hangs on the last two digits of its recipient's number, so that every run has the same.
/// </summary>
internal sealed class TrackingFill(BenchWorld world, IServiceProvider services)
{
    public const int InConsultation = 10_000;

    private const int Drafts = 30, Contacts = 5_000, PerLetter = 5_000;

    /// <summary>Letters of the consultation that is measured: how many, to how many each.</summary>
    private static readonly (int Letters, int Recipients)[] Measured = [(1, 4_000), (1, 2_000), (20, 100), (200, 5), (1_000, 1)];

    private static readonly string[] Vocabulary =
        ("offre marché lot prix délai travaux fourniture service bordereau mémoire technique administratif financier entreprise groupement sous-traitant attestation assurance " +
        "certificat référence chantier planning visite plan notice règlement critère note pondération valeur commission ouverture analyse négociation avenant avance retenue garantie " +
        "pénalité réception réserve décompte facture paiement acompte toiture charpente menuiserie plomberie chauffage électricité peinture voirie réseau école mairie gymnase").Split(' ');

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private int _letters;

    public async Task RunAsync(int conversations)
    {
        await PutAsync(BenchWorld.Reference);
        var contacts = Enumerable.Range(0, Contacts).Select(i => new ContactInput($"Entreprise {i}", null, null, Address(i), null, [i % 2 == 0 ? "1" : "2"])).ToList();
        _ = (await InScopeAsync(s => s.GetRequiredService<PutRegister>().RunAsync(world.Caller, BenchWorld.Reference, Register.Deposits, contacts, default))).Value;
        var first = 0;
        foreach (var recipients in Measured.SelectMany(m => Enumerable.Repeat(m.Recipients, m.Letters)))
            first += await SendAsync(BenchWorld.Reference, first, recipients);
        for (var i = 0; i < Drafts; i++)
            _ = (await InScopeAsync(s => s.GetRequiredService<CreateDraft>().RunAsync(world.Caller, BenchWorld.Reference, Letter($"Brouillon n° {i}", i, 1), default))).Value;

        for (; first < conversations; first += PerLetter)
        {
            var reference = $"{BenchWorld.Reference}-{first / InConsultation}";
            if (first % InConsultation == 0)
                await PutAsync(reference);
            await SendAsync(reference, first, Math.Min(PerLetter, conversations - first));
        }
    }

    private async Task PutAsync(string reference)
    {
        var consultation = new ConsultationInput("Banc de mesure", _now, Procedure.Open, Phase.Offre, [], [new Lot("1", "Gros œuvre"), new Lot("2", "Couverture")]);
        _ = (await InScopeAsync(s => s.GetRequiredService<PutConsultation>().RunAsync(world.Caller, reference, consultation, default))).Value;
    }

    private async Task<int> SendAsync(string reference, int first, int recipients)
    {
        var number = _letters++;
        var draft = (await InScopeAsync(s => s.GetRequiredService<CreateDraft>().RunAsync(world.Caller, reference, Letter($"Courrier n° {number}", first, recipients), default))).Value;
        _ = (await InScopeAsync(s => s.GetRequiredService<SendLetter>().RunAsync(world.Caller, draft.Id, default))).Value;
        await InScopeAsync(async s =>
        {
            var db = s.GetRequiredService<VaguemestreDb>();
            return await db.WriteAsync<bool>(async () => await LiveAsync(db, draft.Id, number), default);
        });
        return recipients;
    }

    private DraftInput Letter(string subject, int first, int recipients)
    {
        var number = _letters;
        var text = string.Join(' ', Enumerable.Range(0, 150).Select(i => Vocabulary[(i * (7 + (number % 11))) % Vocabulary.Length]));
        return new DraftInput
        {
            Type = (LetterType)(number % Enum.GetValues<LetterType>().Length),
            Mode = number % 5 == 4 ? DeliveryMode.Plain : DeliveryMode.Tracked,
            Subject = subject,
            BodyHtml = $"<p>Votre candidature est retenue. L’acte d’engagement est à retourner revêtu d’une signature électronique, lettre{number}.</p><p>{text}</p>",
            ReplyExpected = Asks(number),
            ReplyDue = Asks(number) ? _now.AddDays(5) : null,
            Recipients = [.. Enumerable.Range(first, recipients).Select(i => new RecipientInput(Address(i), null, $"Entreprise {i}", "deposits"))],
        };
    }

    private static bool Asks(int letter) => letter % 5 is 0 or 2;

    private static string Address(int recipient) => $"entreprise-{recipient}@sink.test";

    /// <summary>What happens to a letter in some weeks.</summary>
    private async Task<bool> LiveAsync(VaguemestreDb db, Guid letter, int number)
    {
        if (number % 3 == 0)
            await JoinAsync(db, letter);
        if (number % 10 == 5)
            await db.Letters.Where(l => l.Id == letter).ExecuteUpdateAsync(l => l.SetProperty(x => x.ReplyDue, _now.AddDays(-1)));
        var sent = await db.Conversations.AsNoTracking().Where(c => c.LetterId == letter).Select(c => new { c.Id, c.ConsultationId, c.Email, c.AwaitedUntil }).ToListAsync();
        var all = sent.ConvertAll(c => (c.Id, c.ConsultationId, c.AwaitedUntil, Digits: int.Parse(c.Email["entreprise-".Length..c.Email.IndexOf('@', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture) % 100));
        var replied = all.FindAll(c => After(c.Digits) is Status.ReplyRead or Status.ReplyUnread);
        await db.UpdateManyAsync<Conversation>(
            all.ConvertAll(c => c.Id),
            [
                (nameof(Conversation.Status), all.Select(c => (object)After(c.Digits))),
                (nameof(Conversation.LastEventAt), all.Select(c => (object)_now.AddMinutes(c.Digits))),
                (nameof(Conversation.AwaitedUntil), all.Select(c => (object?)(c.AwaitedUntil is null || After(c.Digits) is Status.ReplyRead or Status.ReplyUnread ? null : number % 10 == 5 ? _now.AddDays(-1) : c.AwaitedUntil))),
            ],
            default);
        var opened = all.FindAll(c => c.Digits % 10 is 4 or 5 or 7);
        await db.InsertFactsAsync(opened.ConvertAll(c => Fact.After(new ChainEnd(1, new byte[32]), new Subject(SubjectKind.Conversation, c.Id, world.Agent.OrganisationId), FactKind.Opened, new Receipt("contact", null, ReceiptProof.Gesture, null, null, []), Actor.Recipient, null, _now)), default);
        await db.InsertManyAsync(replied.ConvertAll(c => new Reply { Id = Guid.CreateVersion7(_now), OrganisationId = world.Agent.OrganisationId, ConversationId = c.Id, At = _now, Body = "<p>Veuillez trouver notre mémoire technique complété.</p>" }), default);
        await db.InsertManyAsync(all.FindAll(c => c.Digits == 99).ConvertAll(c => new Favourite { OwnerId = world.Agent.Id, ConversationId = c.Id, OrganisationId = world.Agent.OrganisationId, ConsultationId = c.ConsultationId }), default);
        return true;
    }

    /// <summary>One in a hundred is undelivered, one in a hundred has a reply that nobody has read.</summary>
    private static Status After(int digits) => (digits, digits % 10) switch
    {
        (13, _) => Status.Undelivered,
        (27, _) => Status.ReplyUnread,
        (_, 7) => Status.ReplyRead,
        (_, 4 or 5) => Status.Read,
        (_, 8) => Status.Relayed,
        (_, 9) => Status.Sending,
        _ => Status.Delivered,
    };

    private async Task JoinAsync(VaguemestreDb db, Guid letter)
    {
        var hash = SHA256.HashData(letter.ToByteArray());
        var file = new StoredFile { Id = Guid.CreateVersion7(_now), OrganisationId = world.Agent.OrganisationId, Size = 1_000, Sha256 = hash, CreatedAt = _now };
        db.AddRange(file, new LetterAttachment { Id = Guid.CreateVersion7(_now), LetterId = letter, FileId = file.Id, Name = "Pièces à compléter.pdf", ContentType = "application/pdf", Size = 1_000, Sha256 = hash, Rank = 0 });
        await db.SaveChangesAsync();
    }

    private async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> act)
    {
        await using var scope = services.CreateAsyncScope();
        return await act(scope.ServiceProvider);
    }
}
