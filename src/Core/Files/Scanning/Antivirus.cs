using Microsoft.Extensions.Logging;

namespace Vaguemestre.Core.Files.Scanning;

/// <summary>
/// Has clamd look through every file that comes in, where one is configured. What it finds something in is refused; what it could not
/// look through waits (<see cref="FileScan.Waiting"/>), and until it did nobody gets it.
/// </summary>
public sealed class Antivirus(Settings settings, FileStore files, ILogger<Antivirus> log)
{
    public bool IsOn => settings.Antivirus.ClamAv.Host.Length > 0;

    internal ClamAvClient Client => new(settings.Antivirus.ClamAv.Host, settings.Antivirus.ClamAv.Port);

    /// <summary>Looks through a file that the store has just taken, and marks it. Where it breaks off, the file is gone from the store.</summary>
    /// <returns>Why the file is refused; null: it is not, and may have to wait.</returns>
    public async Task<Problem?> ScanAsync(string name, StoredFile file, CancellationToken cancel)
    {
        if (!IsOn)
            return null;
        try
        {
            await using var content = files.Open(file.Id, file.Size);
            return await ScanAsync(name, file, content, cancel);
        }
        catch
        {
            files.Delete(file.Id);
            throw;
        }
    }

    /// <inheritdoc cref="ScanAsync(string, StoredFile, CancellationToken)"/>
    internal async Task<Problem?> ScanAsync(string name, StoredFile file, Stream content, CancellationToken cancel)
    {
        if (!IsOn)
            return null;
        var answer = await Client.ScanAsync(content, cancel);
        switch (answer.Verdict)
        {
            case ScanVerdict.Clean:
                file.Clear();
                return null;
            case ScanVerdict.Unavailable:
                log.LogWarning("clamd does not answer, and file {File} waits for it: {Why}", file.Id, answer.Said);
                file.Hold();
                return null;
            default:
                log.LogWarning("File {File} of organisation {Organisation} is refused: {Verdict} {Said}", file.Id, file.OrganisationId, answer.Verdict, answer.Said);
                return HeldFiles.Refusal(name, answer);
        }
    }
}

/// <summary>Files that nobody gets: not looked through yet, or refused after they waited.</summary>
public static class HeldFiles
{
    /// <summary>Why the file is handed to nobody; null: it may be.</summary>
    /// <param name="file">Loaded with whatever it is joined to.</param>
    public static Problem? WhyNot(string name, StoredFile file) => file.Scan switch
    {
        FileScan.Waiting => Problem.Conflict("file-unscanned", $"Le fichier « {name} » attend l'analyse antivirus, qui n'est pas disponible pour le moment et reprendra d'elle-même. Réessayez dans quelques minutes, ou retirez-le."),
        FileScan.Refused => Problem.Conflict("file-infected", $"L'antivirus a refusé le fichier « {name} »{(file.Finding is { } finding ? $" ({finding})" : "")} : son contenu est effacé. Retirez-le, puis joignez-en une copie saine."),
        _ => null,
    };

    internal static Problem Refusal(string name, ScanAnswer answer) => answer.Verdict == ScanVerdict.Found && !IsLimit(answer)
        ? Problem.Invalid("file", $"Le fichier « {name} » est infecté, d'après l'antivirus ({answer.Said}) : il n'est pas joint, et rien n'en est gardé. Faites analyser le poste d'où il vient, puis joignez-en une copie saine.", "file-infected")
        : Problem.Invalid("file", $"Le fichier « {name} » est trop grand, ou trop imbriqué, pour que l'antivirus l'analyse en entier : il n'est pas joint. Partagez-le en plusieurs fichiers.", "file-unscannable");

    /// <summary>Nothing was found: a limit of clamd's kept it from looking (<c>AlertExceedsMax</c>).</summary>
    private static bool IsLimit(ScanAnswer answer) => answer.Said?.StartsWith("Heuristics.Limits.", StringComparison.Ordinal) == true;
}
