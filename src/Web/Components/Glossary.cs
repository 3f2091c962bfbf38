using System.Globalization;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>What Core's words are called on the screen; the glossary in code.</summary>
public static class Glossary
{
    public static string Of(LetterType type) => LetterTemplate.For(type).Title;

    public static string Of(DeliveryMode mode) => LetterWords.French(mode);

    public static string Of(Procedure procedure) => ProcedureWords.French(procedure);

    public static string Of(Phase phase) => Word("Phase", Core.Data.Words.Of(phase));

    /// <param name="register">Its word; null for an address that was typed.</param>
    public static string OfRegister(string? register) => Word("Register", register ?? "none");

    static string Word(string family, string word) =>
        Words.ResourceManager.GetString($"{family}.{word}", CultureInfo.CurrentUICulture) ?? throw new ArgumentOutOfRangeException(nameof(word), word, $"{family} has no such word.");
}
