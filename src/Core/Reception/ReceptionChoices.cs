using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Reception;

/// <summary>What an organisation chose for its recipients' pages.</summary>
/// <param name="Trigger">What makes a receipt; null: as the platform's settings say.</param>
/// <param name="LateReplies">What becomes of a reply after its deadline.</param>
/// <param name="Platform">What the platform's settings say.</param>
public sealed record ReceptionChoices(ReceiptTrigger? Trigger, LateReplies LateReplies, ReceiptTrigger Platform)
{
    /// <summary>What makes a receipt now.</summary>
    public ReceiptTrigger InForce => Trigger ?? Platform;
}

/// <summary>The choices of the caller's organisation. For administrators: problem <c>administrator-only</c>.</summary>
public sealed class ReadReception(VaguemestreDb db, Settings settings)
{
    internal static Problem AdministratorOnly { get; } =
        Problem.Forbidden("administrator-only", "Seul un administrateur de votre organisation peut régler la réception. Adressez-lui votre demande.");

    public async Task<Result<ReceptionChoices>> RunAsync(Caller caller, CancellationToken cancel) =>
        caller.IsAdministrator
            ? await db.Organisations.Where(o => o.Id == caller.OrganisationId).Select(o => new ReceptionChoices(o.ReceiptsTrigger, o.LateReplies, settings.Receipts.Trigger)).SingleAsync(cancel)
            : AdministratorOnly;
}

/// <summary>
/// Chooses, for the caller's organisation, what makes a receipt from now on and what becomes of late replies. Receipts that exist stay as
/// they are. For administrators. Choosing what stands is no fact.
/// </summary>
public sealed class ChooseReception(VaguemestreDb db, Journal.Journal journal, Settings settings)
{
    public async Task<Result<ReceptionChoices>> RunAsync(Caller caller, ReceiptTrigger? trigger, LateReplies lateReplies, CancellationToken cancel) =>
        caller.IsAdministrator
            ? await db.WriteAsync<ReceptionChoices>(
                async () =>
                {
                    await db.LockAsync<Organisation>(caller.OrganisationId, cancel);
                    var organisation = await db.Organisations.SingleAsync(o => o.Id == caller.OrganisationId, cancel);
                    if ((organisation.ReceiptsTrigger, organisation.LateReplies) != (trigger, lateReplies))
                    {
                        (organisation.ReceiptsTrigger, organisation.LateReplies) = (trigger, lateReplies);
                        await journal.AppendAsync(organisation.JournalSubject, FactKind.ReceptionChanged, new ReceptionChosen(trigger, lateReplies, caller.Name), caller.Actor, cancel: cancel);
                    }

                    return new ReceptionChoices(trigger, lateReplies, settings.Receipts.Trigger);
                },
                cancel)
            : ReadReception.AdministratorOnly;
}
