using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations.Ocds;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Consultations;

public enum ImportOutcome
{
    Imported,
    Updated,
    Refused,
}

/// <summary>What became of one contracting process of a file; of the whole file (no ocid) when it was refused.</summary>
/// <param name="Contacts">Contacts imported, those without address included.</param>
/// <param name="WithoutAddress">Contacts that have none, or none that is an address: kept and flagged.</param>
public sealed record ImportLine(ImportOutcome Outcome, string? Ocid, string? Title, int Contacts, int WithoutAddress, IReadOnlyList<OcdsError> Errors);

/// <summary>What an import did, and what its reader may want to know besides.</summary>
public sealed record ImportReport(IReadOnlyList<ImportLine> Lines, IReadOnlyList<OcdsError> Notices)
{
    public bool Refused => Lines.Any(l => l.Outcome == ImportOutcome.Refused);
}

/// <summary>
/// Makes the consultations of an OCDS 1.1 file, whole or not at all. The consultation's reference is the process's ocid;
/// importing again replaces its registers and leaves its letters alone.
/// </summary>
public sealed class ImportOcds(VaguemestreDb db, PutConsultation consultations, PutRegister registers, TimeProvider clock)
{
    public async Task<ImportReport> RunAsync(Caller caller, Stream file, CancellationToken cancel)
    {
        var reading = await OcdsReader.ReadAsync(file, cancel);
        if (reading.Errors.Count > 0)
            return new ImportReport([Refusal(reading.Errors)], reading.Notices);

        var lines = new List<ImportLine>();
        var written = await db.WriteAsync<bool>(
            async () =>
            {
                foreach (var process in reading.Processes)
                {
                    var line = await ImportAsync(caller, process, cancel);
                    if (!line.Succeeded)
                        return line.Problem!;
                    lines.Add(line.Value);
                    await db.SaveChangesAsync(cancel);
                }

                return true;
            },
            cancel);
        return new ImportReport(written.Succeeded ? lines : [Refusal([.. written.Problem!.Errors.Select(e => new OcdsError(e.Field, e.Message))])], reading.Notices);
    }

    private static ImportLine Refusal(IReadOnlyList<OcdsError> errors) => new(ImportOutcome.Refused, null, null, 0, 0, errors);

    private async Task<Result<ImportLine>> ImportAsync(Caller caller, OcdsProcess process, CancellationToken cancel)
    {
        var input = new ConsultationInput(
            process.Title,
            process.InitialisedAt ?? process.Date ?? clock.Now(),
            process.Procedure.Kind,
            process.Phase,
            [.. process.Upstream.Select(u => u.Identifier).Distinct(StringComparer.Ordinal)],
            [.. process.Lots.DistinctBy(l => l.Id, StringComparer.Ordinal).Select(l => new Lot(l.Id, l.Title))],
            process.Ocid);
        var put = await consultations.InTransactionAsync(caller, process.Ocid, input, cancel);
        if (!put.Succeeded)
            return put.Problem!;

        var (contacts, withoutAddress) = (0, 0);
        foreach (var (register, entries) in RegistersOf(process))
        {
            var replaced = await registers.InTransactionAsync(caller, put.Value.Consultation, register, [.. entries.Select(AsInput)], cancel);
            if (!replaced.Succeeded)
                return replaced.Problem!;
            contacts += replaced.Value.Contacts;
            withoutAddress += replaced.Value.WithoutAddress;
        }

        return new ImportLine(put.Value.Created ? ImportOutcome.Imported : ImportOutcome.Updated, process.Ocid, process.Title, contacts, withoutAddress, []);
    }

    private static IEnumerable<(Register Register, IReadOnlyList<OcdsContact> Contacts)> RegistersOf(OcdsProcess process) =>
    [
        (Register.Withdrawals, process.Withdrawals),
        (Register.Questions, process.Questions),
        (Register.Deposits, process.Deposits),
        (Register.Selected, process.Selected),
        (Register.Awardees, process.Awardees),
    ];

    private static ContactInput AsInput(OcdsContact contact) => new(
        string.IsNullOrWhiteSpace(contact.Company) ? contact.Name ?? contact.Identifier ?? "Entreprise sans nom" : contact.Company,
        contact.Identifier,
        contact.Name,
        EmailAddress.Parse(contact.Email, out _)?.Text,
        contact.At,
        contact.Lots);
}
