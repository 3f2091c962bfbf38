using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary>A consultation as a procurement platform gives it.</summary>
public sealed record ConsultationBody
{
    public string? Title { get; init; }

    /// <summary>When its creation was initialised: decides the edition.</summary>
    public DateTimeOffset? InitialisedAt { get; init; }

    public Procedure? Procedure { get; init; }

    public Phase? Phase { get; init; }

    /// <summary>References of the framework agreements or dynamic purchasing systems it calls off.</summary>
    public IReadOnlyList<string?>? Upstream { get; init; }

    public IReadOnlyList<LotBody?>? Lots { get; init; }

    internal Result<ConsultationInput> Read()
    {
        var errors = new List<FieldError>();
        if (InitialisedAt is null)
            errors.Add(new FieldError("initialisedAt", $"Ce champ est obligatoire : {Admitted.Instant}."));
        if (Procedure is null)
            errors.Add(new FieldError("procedure", $"Ce champ est obligatoire. {Admitted.Words<Procedure>()}"));
        if (Phase is null)
            errors.Add(new FieldError("phase", $"Ce champ est obligatoire. {Admitted.Words<Phase>()}"));
        if (string.IsNullOrWhiteSpace(Title))
            errors.Add(new FieldError("title", "L'intitulé est obligatoire."));
        return errors.Count > 0
            ? Problem.Invalid(errors)
            : new ConsultationInput(Title!, InitialisedAt!.Value, Procedure!.Value, Phase!.Value, [.. (Upstream ?? []).Select(u => u ?? "")], [.. (Lots ?? []).Select(l => new Lot(l?.Number ?? "", l?.Title ?? ""))]);
    }
}

/// <summary>A part of a consultation that is awarded by itself.</summary>
public sealed record LotBody(string? Number, string? Title);

/// <summary>What waits in a consultation.</summary>
public sealed record CountersShape(int Drafts, int Conversations, int Undelivered, int UnreadReplies);

public sealed record ConsultationShape(
    string Reference,
    string Title,
    DateTimeOffset InitialisedAt,
    Procedure Procedure,
    Phase Phase,
    IReadOnlyList<string> Upstream,
    IReadOnlyList<Lot> Lots,
    Edition Edition,
    CountersShape Counters)
{
    internal static ConsultationShape Of(ConsultationRow row) => new(
        row.Consultation.Reference,
        row.Consultation.Title,
        row.Consultation.InitialisedAt,
        row.Consultation.Procedure,
        row.Consultation.Phase,
        row.Consultation.Upstream,
        row.Consultation.Lots,
        row.Edition,
        new CountersShape(row.Drafts, row.Conversations, row.Undelivered, row.UnreadReplies));
}

/// <summary><c>/consultations</c>: the procedures of the key's organisation.</summary>
internal static class Consultations
{
    public static void Map(RouteGroupBuilder api)
    {
        var consultations = api.MapGroup("/consultations").WithTags("Consultations");
        consultations.MapGet("", ListAsync).WithName("listConsultations").WithSummary("List the consultations, latest initialised first").Produces<PageShape<ConsultationShape>>().Refuses(422);
        consultations.MapGet("/{reference}", GetAsync).WithName("getConsultation").WithSummary("Read a consultation, with its edition and counters").Produces<ConsultationShape>().Refuses(404);
        consultations.MapPut("/{reference}", PutAsync).WithName("putConsultation").WithSummary("Create a consultation, or make it be as given")
            .WithDescription("Writing the same again changes nothing. `upstream` and `lots` that are left out are empty.")
            .Produces<ConsultationShape>(201).Produces<ConsultationShape>().Refuses(400, 413, 415, 422);
        consultations.MapGet("/{reference}/attestation", AttestAsync).WithName("getConsultationAttestation").WithSummary("Issue the attestation of every letter sent in a consultation, as PDF")
            .WithDescription("Its issuing is a fact of the consultation and changes no status. Above 1 000 conversations or 15 000 facts it is in volumes of 500 conversations: 409 `attestation-in-volumes` says how many, each is asked for by `volume`. 409 `attestation-too-large` where a volume has more than 15 000 facts, or all have more than 100 000 conversations.")
            .GivesFile("application/pdf").Refuses(404, 409, 422);
    }

    private static async Task<IResult> AttestAsync(
        HttpContext context,
        string reference,
        [Description("Which volume of a large attestation, from 1.")] string? volume,
        IssueConsultationAttestation issue,
        CancellationToken cancel)
    {
        var query = new QueryReader();
        var number = query.Number("volume", volume);
        return query.Problem is { } problem ? Answers.Refuse(problem) : (await issue.RunAsync(context.Caller(), reference, number, cancel)).Answer(a => Results.File(a.Pdf, "application/pdf", a.FileName));
    }

    public static string PathOf(string reference) => "/api/v1/consultations/" + Uri.EscapeDataString(reference);

    private static async Task<IResult> ListAsync(
        HttpContext context,
        ListConsultations list,
        [Description("Words of the reference or the title.")] string? q,
        [AsParameters] Paging paging,
        CancellationToken cancel)
    {
        var query = new QueryReader();
        var (words, limit) = (query.Text("q", q), query.Limit(paging.Limit));
        return query.Problem is { } problem
            ? Answers.Refuse(problem)
            : (await list.RunAsync(context.Caller(), words, paging.Cursor, limit, cancel)).Answer(page => Results.Ok(new PageShape<ConsultationShape>([.. page.Items.Select(ConsultationShape.Of)], page.Next)));
    }

    private static async Task<IResult> GetAsync(HttpContext context, string reference, ListConsultations list, CancellationToken cancel) =>
        (await list.OneAsync(context.Caller(), reference, cancel)).Answer(row => Results.Ok(ConsultationShape.Of(row)));

    private static async Task<IResult> PutAsync(HttpContext context, string reference, ConsultationBody body, PutConsultation put, ListConsultations list, CancellationToken cancel)
    {
        var input = body.Read();
        if (!input.Succeeded)
            return Answers.Refuse(input.Problem!);
        var written = await put.RunAsync(context.Caller(), reference, input.Value, cancel);
        if (!written.Succeeded)
            return Answers.Refuse(written.Problem!);
        var shape = ConsultationShape.Of((await list.OneAsync(context.Caller(), reference, cancel)).Value);
        return written.Value.Created ? Results.Created(PathOf(reference), shape) : Results.Ok(shape);
    }
}

/// <summary>Where a page of a list begins and how long it is.</summary>
internal sealed record Paging(
    [property: FromQuery(Name = "limit"), Number(1, 200), Description("How many items at most; 50 when left out.")] string? Limit,
    [property: FromQuery(Name = "cursor"), Description("`next` of the page before.")] string? Cursor);
