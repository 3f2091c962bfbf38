namespace Vaguemestre.Pdf;

/// <summary>
/// A run of text within a paragraph, plain or emphasised. Any string will do: <c>\n</c> starts a new line, control characters
/// are drawn as an unknown character, and a character that no embedded font has is drawn as a hollow square but copied and read
/// aloud as itself.
/// </summary>
public readonly record struct Text(string Value, bool IsBold)
{
    public static Text Plain(string value) => new(value, IsBold: false);

    public static Text Bold(string value) => new(value, IsBold: true);

    public static implicit operator Text(string value) => Plain(value);
}
