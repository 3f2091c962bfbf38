using System.Text.Encodings.Web;
using System.Text.Json;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Delivery.Examining;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Components;
using CoreWords = Vaguemestre.Core.Data.Words;

namespace Vaguemestre.Web.Verbs;

/// <summary>
/// <c>doctor</c>: says of everything that letters need on their way whether it is there, and what to do where it is not. Exit 0 where
/// nothing failed, 1 otherwise. Sends no mail and changes nothing.
/// </summary>
public static class DoctorVerb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task<int> RunAsync(bool json, bool journal, string[] args, CancellationToken cancel) => Operator.GuardAsync(async () =>
    {
        var settings = Configuration.Read(Configuration.NewBuilder(args).Configuration);
        await using var services = new ServiceCollection().AddLogging().AddVaguemestreCore(settings).BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var examination = (await scope.ServiceProvider.GetRequiredService<ExamineCarriage>().RunAsync(null, cancel)).Value;
        var unmatched = examination.Checks.Any(c => c.Name == "unmatched" && c.Verdict != Verdict.Ok)
            ? (await scope.ServiceProvider.GetRequiredService<ReadReturned>().RunAsync(null, cancel)).Value.Unmatched
            : [];
        var check = journal ? await scope.ServiceProvider.GetRequiredService<CheckJournal>().RunAsync(cancel) : null;
        Console.WriteLine(json ? AsJson(examination, unmatched, check) : string.Join('\n', AsText(examination, unmatched).Concat(AsText(check))));
        return examination.HasFailed || check?.Faults.Count > 0 ? 1 : 0;
    });

    private static IEnumerable<string> AsText(JournalCheck? check)
    {
        if (check is null)
            yield break;
        yield return "";
        yield return $"Journal : {French.Number(check.Facts)} faits, {French.Number(check.Seals)} sceaux recalculés ; {(check.Faults.Count == 0 ? "tout est tel qu'il a été écrit." : "tout n'est plus tel qu'il a été écrit :")}";
        if (check.Purged > 0)
            yield return $"  Le détail de {French.Number(check.Purged)} d'entre eux a été effacé à la fin de sa durée de conservation, comme leur journal le dit ; leurs empreintes demeurent.";
        foreach (var fault in check.Faults)
            yield return $"  [altéré] {fault.Sentence}";
        foreach (var suspicion in check.Suspicions)
            yield return $"  [instant] {suspicion.Sentence}";
    }

    private static IEnumerable<string> AsText(Examination examination, IReadOnlyList<ReturnedMessage> unmatched)
    {
        foreach (var group in examination.Checks.GroupBy(c => c.Group))
        {
            yield return CarriageWords.Of(group.Key);
            foreach (var check in group)
            {
                yield return $"  [{CarriageWords.Of(check.Verdict)}] {check.Title} : {check.Found}";
                if (check.Remedy is { } remedy)
                    yield return $"      {remedy}";
                foreach (var message in check.Name == "unmatched" ? unmatched : [])
                    yield return $"      {French.Short(message.ReceivedAt)} · {CarriageWords.OfKind(message.Kind)} · {CarriageWords.Of(message.Outcome)} · de {Printable(message.From)} · {Printable(message.Subject)}";
            }

            yield return "";
        }

        yield return CarriageWords.Sum(examination.Checks) + ".";
    }

    private static string AsJson(Examination examination, IReadOnlyList<ReturnedMessage> unmatched, JournalCheck? journal) => JsonSerializer.Serialize(
        new
        {
            examination.At,
            Failed = examination.HasFailed,
            Checks = examination.Checks.Select(c => new { Group = CoreWords.Of(c.Group), c.Name, Verdict = CoreWords.Of(c.Verdict), c.Title, c.Found, c.Remedy }),
            Journal = journal,
            Unmatched = unmatched.Select(m => new { m.Id, m.ReceivedAt, m.Kind, Outcome = CoreWords.Of(m.Outcome), m.From, m.Subject }),
        },
        Json);

    /// <summary>What strangers write reaches a terminal without the characters that command it.</summary>
    private static string Printable(string? text) => string.IsNullOrEmpty(text) ? "(rien)" : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
