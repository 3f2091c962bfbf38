using System.Runtime.InteropServices;

namespace Vaguemestre.Core.Letters.Bodies;

[Flags]
internal enum BodyMarks
{
    None = 0,
    Strong = 1,
    Em = 2,
    Underline = 4,
    Strike = 8,
}

/// <summary>How a run of a body looks. Colour: a name of <see cref="LetterColours"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BodyStyle(BodyMarks Marks, string? Colour);

/// <summary>Words of one style; null text is a line break.</summary>
internal sealed record BodyRun(string? Text, BodyStyle Style);

/// <summary>A list, told from the one beside it by being another object.</summary>
internal sealed class BodyList(bool ordered, int start)
{
    public bool Ordered => ordered;

    /// <summary>The number of its first item.</summary>
    public int Start => start;
}

/// <summary>A paragraph. Lists: those it stands in, outermost first; an item may hold several.</summary>
internal sealed record BodyBlock(IReadOnlyList<BodyList> Lists, bool StartsItem, List<BodyRun> Runs);
