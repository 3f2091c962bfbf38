using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Tracking;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>Which edition a page is of, and why: the bar on every page of the messagerie historique.</summary>
public sealed record EditionBar(Consultation Consultation, DateTimeOffset V2From)
{
    /// <summary>The consultation is of the other edition by now: its date, or the cut-over, was corrected after the message.</summary>
    public bool Moved => Consultation.EditionBy(V2From) == Edition.V2;
}

/// <summary>A page of the flat list.</summary>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record MessagesView(EditionBar Bar, IReadOnlyList<MessageRow> Rows, string? First, string? Next);
