using System.CommandLine;
using System.Globalization;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Verbs;

/// <summary>The verbs of <c>vaguemestre</c>. What a verb does not know is configuration: <c>--Section:Key=value</c>.</summary>
public static class CommandLine
{
    public static Task<int> RunAsync(string[] args)
    {
        // Whatever the server's locale; a request may ask for another.
        CultureInfo.DefaultThreadCurrentUICulture = French.Culture;
        var root = new RootCommand("Vaguemestre, messagerie sécurisée des marchés publics.")
        {
            Serve(),
            Demo(),
            Migrate(),
            Import(),
            CreateAgent(),
            CreateKey(),
            Verify(),
            Doctor(),
            SendTest(),
            RebuildSearch(),
            Purge(),
            Export(),
            RenewTimestamps(),
        };
        return root.Parse(args).InvokeAsync();
    }

    private static Command Serve() => Verb("serve", "Sert en production.", ServeVerb.RunAsync);

    private static Command Demo() => Verb("demo", "Sert un monde d'essai, avec sa boîte aux lettres ; aucun courrier n'en sort.", DemoVerb.RunAsync);

    private static Command Migrate() => Verb("migrate", "Met le schéma de la base à jour.", MigrateVerb.RunAsync);

    private static Command Import()
    {
        var given = new Argument<string[]>("fichier") { Arity = ArgumentArity.OneOrMore, Description = "Fichiers OCDS 1.1 : release, release package, record package ou JSON Lines." };
        var organisation = new Option<string?>("--organisation") { Description = "Nom de l'organisation ; inutile s'il n'y en a qu'une." };
        var ocds = new Command("ocds", "Importe des consultations au format OCDS.") { given, organisation };
        ocds.TreatUnmatchedTokensAsErrors = false;
        ocds.SetAction((parsed, cancel) =>
        {
            // An argument that takes many takes the settings after it too.
            var (files, settings) = Part(parsed.GetRequiredValue(given));
            return ImportOcdsVerb.RunAsync(files, parsed.GetValue(organisation), [.. settings, .. parsed.UnmatchedTokens], cancel);
        });
        return new Command("import", "Importe des données.") { ocds, ImportHistorique() };
    }

    private static Command ImportHistorique()
    {
        var given = new Argument<string[]>("fichier") { Arity = ArgumentArity.OneOrMore, Description = "Fichiers JSON de messages passés (docs/integrate/historique.md)." };
        var organisation = new Option<string?>("--organisation") { Description = "Nom de l'organisation ; inutile s'il n'y en a qu'une." };
        var verb = new Command("historique", "Importe les messages passés de la messagerie historique.") { given, organisation };
        verb.TreatUnmatchedTokensAsErrors = false;
        verb.SetAction((parsed, cancel) =>
        {
            var (files, settings) = Part(parsed.GetRequiredValue(given));
            return ImportHistoriqueVerb.RunAsync(files, parsed.GetValue(organisation), [.. settings, .. parsed.UnmatchedTokens], cancel);
        });
        return verb;
    }

    private static Command CreateAgent()
    {
        var organisation = new Option<string>("--organisation") { Required = true, Description = "Nom de l'organisation ; créée si elle n'existe pas." };
        var name = new Option<string>("--name") { Required = true, Description = "Prénom et nom." };
        var email = new Option<string>("--email") { Required = true, Description = "Adresse, qui sert d'identifiant." };
        var administrator = new Option<bool>("--administrator") { Description = "Administre l'organisation : modifie ses modèles de courrier." };
        var verb = new Command("create-agent", "Crée un agent ; le mot de passe est lu sur l'entrée standard.") { organisation, name, email, administrator };
        verb.TreatUnmatchedTokensAsErrors = false;
        verb.SetAction((parsed, cancel) => CreateVerbs.AgentAsync(parsed.GetRequiredValue(organisation), parsed.GetRequiredValue(name), parsed.GetRequiredValue(email), parsed.GetValue(administrator), [.. parsed.UnmatchedTokens], cancel));
        return verb;
    }

    private static Command CreateKey()
    {
        var organisation = new Option<string>("--organisation") { Required = true, Description = "Nom d'une organisation qui existe." };
        var name = new Option<string>("--name") { Required = true, Description = "À quoi sert la clé." };
        var verb = new Command("create-key", "Crée une clé d'API et l'affiche une seule fois.") { organisation, name };
        verb.TreatUnmatchedTokensAsErrors = false;
        verb.SetAction((parsed, cancel) => CreateVerbs.KeyAsync(parsed.GetRequiredValue(organisation), parsed.GetRequiredValue(name), [.. parsed.UnmatchedTokens], cancel));
        return verb;
    }

    private static Command Verify()
    {
        var given = new Argument<FileInfo[]>("fichier") { Arity = ArgumentArity.OneOrMore, Description = "Attestations (PDF) ou leurs preuves (JSON)." };
        var trust = new Option<FileInfo[]>("--trust") { AllowMultipleArgumentsPerToken = false, Description = "Certificats auxquels vous vous fiez (PEM ou DER) ; plusieurs fois s'il le faut." };
        var files = new Option<FileInfo[]>("--file") { AllowMultipleArgumentsPerToken = false, Description = "Fichier du courrier ou d'une réponse, à reconnaître ; plusieurs fois s'il le faut." };
        var json = new Option<bool>("--json") { Description = "Écrit le résultat en JSON, une ligne par fichier." };
        var verb = new Command("verify", "Vérifie des attestations, sans base ni réseau : dit ce qui est établi, par qui, et ce qui ne l'est pas.") { given, trust, files, json };
        verb.SetAction((parsed, cancel) => VerifyVerb.RunAsync(parsed.GetRequiredValue(given), parsed.GetValue(trust) ?? [], parsed.GetValue(files) ?? [], parsed.GetValue(json), cancel));
        return verb;
    }

    private static Command Doctor()
    {
        var json = new Option<bool>("--json") { Description = "Écrit le résultat en JSON." };
        var journal = new Option<bool>("--journal") { Description = "Recalcule en outre tout le journal : chaînes, sceaux, jetons. Long sur une grande base." };
        var verb = new Command("doctor", "Examine l'acheminement : relais, retours, DNS, file d'envoi, base ; dit quoi faire.") { json, journal };
        verb.TreatUnmatchedTokensAsErrors = false;
        verb.SetAction((parsed, cancel) => DoctorVerb.RunAsync(parsed.GetValue(json), parsed.GetValue(journal), [.. parsed.UnmatchedTokens], cancel));
        return verb;
    }

    private static Command SendTest()
    {
        var address = new Argument<string>("adresse") { Description = "À qui le message va." };
        var verb = new Command("send-test", "Envoie un message d'essai par le relais et affiche sa réponse.") { address };
        verb.TreatUnmatchedTokensAsErrors = false;
        verb.SetAction((parsed, cancel) => SendTestVerb.RunAsync(parsed.GetRequiredValue(address), [.. parsed.UnmatchedTokens], cancel));
        return verb;
    }

    private static Command RebuildSearch() => Verb("rebuild-search", "Fait relire tous les courriers par la recherche.", RebuildSearchVerb.RunAsync);

    private static Command Purge()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Dit ce qui a dépassé sa durée de conservation, et n'efface rien." };
        var verb = new Command("purge", "Efface maintenant les courriers dont la durée de conservation est passée, annoncés assez longtemps et que rien ne suspend.") { dryRun };
        verb.TreatUnmatchedTokensAsErrors = false;
        verb.SetAction((parsed, cancel) => PurgeVerb.RunAsync(parsed.GetValue(dryRun), [.. parsed.UnmatchedTokens], cancel));
        return verb;
    }

    private static Command RenewTimestamps()
    {
        var all = new Option<bool>("--all") { Description = "Tous les sceaux, et non ceux dont le certificat de l'autorité prend fin bientôt." };
        var verb = new Command("renew-timestamps", "Fait horodater de nouveau les sceaux du journal avant que le certificat de leur autorité ne prenne fin ; le service le fait aussi, chaque jour.") { all };
        verb.TreatUnmatchedTokensAsErrors = false;
        verb.SetAction((parsed, cancel) => RenewTimestampsVerb.RunAsync(parsed.GetValue(all), [.. parsed.UnmatchedTokens], cancel));
        return verb;
    }

    private static Command Export()
    {
        var file = new Argument<FileInfo>("fichier") { Description = "Où l'écrire ; ce qui y était est remplacé une fois l'export entier." };
        var journal = new Command("journal", "Exporte tout le journal : événements, sceaux, jetons (docs/journal.md). « verify » le vérifie.") { file };
        journal.TreatUnmatchedTokensAsErrors = false;
        journal.SetAction((parsed, cancel) => ExportJournalVerb.RunAsync(parsed.GetRequiredValue(file), [.. parsed.UnmatchedTokens], cancel));
        return new Command("export", "Exporte des données.") { journal };
    }

    private static (FileInfo[] Files, string[] Settings) Part(string[] given) =>
        ([.. given.Where(g => !IsSetting(g)).Select(g => new FileInfo(g))], [.. given.Where(IsSetting)]);

    private static bool IsSetting(string text) => text.StartsWith("--", StringComparison.Ordinal);

    private static Command Verb(string name, string description, Func<string[], CancellationToken, Task<int>> run)
    {
        var verb = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        verb.SetAction((parsed, cancel) => run([.. parsed.UnmatchedTokens], cancel));
        return verb;
    }
}
