namespace Vaguemestre.Pdf;

/// <summary>A row of a timeline: which one, when, what happened, and what is told of it. Each may be of several lines.</summary>
public sealed record Moment(string Number, string At, string Event, string Detail);
