namespace Vaguemestre.Web.Components;

/// <summary>What a page that saves itself is told, as JSON.</summary>
/// <param name="Said">For the person.</param>
/// <param name="Shown">What the form is to say it was shown from now on; null when nothing was saved.</param>
/// <param name="TakenOver">Somebody else's change stands beside this one, and the page does not show it yet.</param>
internal sealed record AutosaveAnswer(string Said, string? Shown, bool TakenOver);
