using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Consultations;

public sealed record ConsultationWritten(string Reference, string Title, DateTimeOffset InitialisedAt, Procedure Procedure, Phase Phase, IReadOnlyList<string> Upstream, string? Source) : FactContent;

/// <summary>How many contacts a register now holds, and how many of them have no address to write to.</summary>
public sealed record RegisterReplacedContent(Register Register, int Contacts, int WithoutAddress) : FactContent;
