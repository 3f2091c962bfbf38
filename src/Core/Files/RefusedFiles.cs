using System.Collections.Frozen;
using System.Globalization;

namespace Vaguemestre.Core.Files;

/// <summary>
/// The files that nobody may send through the platform: what a double click runs instead of opening. By what they hold and by what
/// they are called, whichever comes first. The one list; <c>docs/operate/files.md</c> tells it to operators. It is no antivirus, and does not
/// look into archives nor at the macros of office documents.
/// </summary>
public static class RefusedFiles
{
    private static readonly (string What, string Extensions)[] Families =
    [
        ("un programme", "exe com scr pif cpl dll ocx sys drv xll wll msc gadget application elf appimage run jar war ear jnlp class apk xapk ipa app command"),
        ("un paquet d'installation", "msi msp mst msix msixbundle appx appxbundle appinstaller deb rpm pkg mpkg"),
        ("un script", "bat cmd ps1 ps1xml psm1 psd1 psc1 vb vbs vbe js jse mjs wsf wsh wsc sct ws hta sh bash zsh csh ksh fish py pyw pyz pyc au3 ahk scpt applescript workflow action reg inf"),
        ("un raccourci", "lnk url scf desktop webloc website library-ms search-ms searchconnector-ms settingcontent-ms"),
        ("une image de disque", "dmg iso img vhd vhdx vmdk"),
        ("un fichier d'aide compilé, qui peut contenir des programmes", "chm hlp"),
    ];

    private static readonly FrozenDictionary<string, string> Kinds = Families
        .SelectMany(f => f.Extensions.Split(' ').Select(e => KeyValuePair.Create(e, f.What)))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The extensions refused, without dot, in lower case.</summary>
    public static IEnumerable<string> Extensions => Kinds.Keys.Order(StringComparer.Ordinal);

    /// <summary>By the name alone, before anything of the content is there. Null: nothing against it.</summary>
    public static Problem? Check(string name)
    {
        if (name.Any(IsOverride))
            return Problem.Invalid("file", "Le nom du fichier contient un caractère invisible qui en inverse le sens de lecture et peut cacher sa vraie nature. Renommez le fichier, puis joignez-le de nouveau.", "file-name");
        foreach (var extension in ExtensionsOf(name))
        {
            if (Kinds.TryGetValue(extension, out var what))
                return Refuse(name, $"est {what} (.{extension.ToLowerInvariant()})");
        }

        return null;
    }

    /// <summary>By what it holds, whatever it is called.</summary>
    public static Problem? Check(string name, FileKind kind) => kind.Runs is { } what ? Refuse(name, $"est {what}, d'après son contenu") : null;

    private static Problem Refuse(string name, string why) =>
        Problem.Invalid("file", $"Le fichier « {name} » {why} : il n'est pas joint. Remettez ce contenu sous une autre forme, par exemple en PDF.", "file-runs");

    /// <summary>
    /// As Windows reads a name: characters that do not show do not count, nor dots and spaces at the end, and a colon begins a
    /// stream of the same file. Only the last extension decides what is run.
    /// </summary>
    private static IEnumerable<string> ExtensionsOf(string name)
    {
        var shown = string.Concat(name.Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format));
        return shown.Split(':').Select(part => part.TrimEnd('.', ' ', '\u00A0')).Where(part => part.Contains('.')).Select(part => part[(part.LastIndexOf('.') + 1)..].Trim());
    }

    /// <summary>The embeddings, overrides and isolates of UAX #9: by them a program can read as if its name ended in .pdf.</summary>
    private static bool IsOverride(char c) => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
