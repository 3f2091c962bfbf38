namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>
/// What one OCDS file says. A file with one error yields no process at all: nothing of an invalid file is imported.
/// </summary>
/// <param name="Processes">One for each ocid, in the order of their first appearance.</param>
/// <param name="Errors">Why the file is refused; at most <see cref="OcdsReader.MaxErrors"/>.</param>
/// <param name="Notices">What was accepted but could not be used: a linked release, an unreadable date.</param>
public sealed record OcdsReading(
    IReadOnlyList<OcdsProcess> Processes,
    IReadOnlyList<OcdsError> Errors,
    IReadOnlyList<OcdsError> Notices);

/// <summary>One thing to say about a file, and where.</summary>
/// <param name="Path">
/// JSON Pointer (RFC 6901) without its leading slash: <c>releases/0/tender/id</c>; empty for the whole file. In a file
/// of several JSON values (JSON Lines) the first step is the number of the value, from 0.
/// </param>
/// <param name="Message">In French: what is wrong and what is expected.</param>
public sealed record OcdsError(string Path, string Message);

/// <summary>
/// One contracting process (one ocid), as its releases leave it. It is what OCDS says, not a consultation: addresses
/// are not checked, and nothing is trimmed or normalised.
/// </summary>
public sealed record OcdsProcess
{
    public required string Ocid { get; init; }

    /// <summary>Title of the tender, else of its first award or contract, else the ocid.</summary>
    public required string Title { get; init; }

    /// <summary>UTC date of the latest release; null when none is readable.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>
    /// The earliest instant known of the process, UTC: its releases (linked ones included), the start of its
    /// tender or enquiry period. OCDS has no field for the creation itself.
    /// </summary>
    public DateTimeOffset? InitialisedAt { get; init; }

    public required OcdsProcedure Procedure { get; init; }
    public Phase Phase { get; init; }
    public string? BuyerName { get; init; }

    /// <summary>Processes this one was called off from: relationship <c>parent</c> or <c>framework</c>.</summary>
    public IReadOnlyList<OcdsUpstream> Upstream { get; init; } = [];

    public IReadOnlyList<OcdsLot> Lots { get; init; } = [];

    /// <summary>Everyone who submitted a request to participate or a bid, whatever became of it.</summary>
    public IReadOnlyList<OcdsContact> Deposits { get; init; } = [];

    public IReadOnlyList<OcdsContact> Questions { get; init; } = [];
    public IReadOnlyList<OcdsContact> Withdrawals { get; init; } = [];
    public IReadOnlyList<OcdsContact> Awardees { get; init; } = [];

    /// <summary>Candidates retained at the end of the first stage of a two-stage procedure.</summary>
    public IReadOnlyList<OcdsContact> Selected { get; init; } = [];
}

/// <summary>The procedure as published, and as a French buyer names it.</summary>
/// <param name="Method">Code of the closed codelist <c>method</c>: open, selective, limited, direct.</param>
/// <param name="Details">Free text of the publisher, often the procedure's national name.</param>
/// <param name="Kind">What both amount to in French law.</param>
public sealed record OcdsProcedure(string? Method, string? Details, Procedure Kind);

/// <summary>A process that this one follows from: the framework agreement or dynamic purchasing system of a call-off.</summary>
/// <param name="Identifier">Of the other process; an ocid when <paramref name="Scheme"/> is <c>ocid</c>.</param>
public sealed record OcdsUpstream(string Identifier, string? Scheme, string? Title, IReadOnlyList<string> Relationships);

public sealed record OcdsLot(string Id, string Title);

/// <summary>One person to write to, for one company: an entry of a register.</summary>
/// <param name="Company">Byte-exact, as written.</param>
/// <param name="Identifier">SIRET of 14 digits, else another French identifier (SIREN), else null.</param>
/// <param name="Name">The person to write to.</param>
/// <param name="Email">As written; null when the file gives none (such a party is kept and flagged).</param>
/// <param name="At">UTC instant of the latest bid, question or award; null for a withdrawal, which OCDS does not date.</param>
/// <param name="Lots">Ids of the lots concerned; empty for all or unknown.</param>
public sealed record OcdsContact(
    string Company, string? Identifier, string? Name, string? Email, DateTimeOffset? At, IReadOnlyList<string> Lots);
