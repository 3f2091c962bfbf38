using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>An administrator changes a template, and an agent's next letter has the new words.</summary>
public sealed class TemplateTests
{
    private const string Words = "<p>Madame, Monsieur,</p>\n<p>La candidature de {{ recipient.company }} à « {{ consultation.title }} » n’est pas retenue.</p>\n<p>{{ recipient.paragraph }}</p>";

    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Sqlite)]
    [InlineData(true, DatabaseProvider.Postgresql)]
    public async Task A_template_is_mended_looked_at_kept_used_and_given_back(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var name = $"templates-{(javaScript ? "script" : "no-script")}-{provider}".ToLowerInvariant();

        var administrator = await demo.OpenWindowAsync(javaScript);
        await administrator.GetByRole(AriaRole.Button, new() { Name = "Hélène Le Goff, administration" }).ClickAsync();
        await Expect(administrator.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        await administrator.GetByRole(AriaRole.Link, new() { Name = "Administration" }).ClickAsync();
        await administrator.GetByRole(AriaRole.Link, new() { Name = "Modèles de courrier" }).ClickAsync();
        await Accessible.CheckAsync(administrator);
        await PicturesAsync(administrator, $"{name}-1-list");
        await administrator.GetByRole(AriaRole.Link, new() { Name = "Courrier de rejet" }).ClickAsync();
        await Accessible.CheckAsync(administrator);
        await PicturesAsync(administrator, $"{name}-2-default");

        await MendAsync(administrator, javaScript, name);
        await administrator.GetByRole(AriaRole.Button, new() { Name = "Enregistrer une nouvelle version" }).ClickAsync();
        await Expect(administrator.GetByRole(AriaRole.Status).GetByText("La version 1 est en vigueur")).ToBeVisibleAsync();
        await Accessible.CheckAsync(administrator);
        await PicturesAsync(administrator, $"{name}-5-kept");

        await WriteAsync(demo, javaScript, name);

        await administrator.GetByText("Rétablir le modèle par défaut").First.ClickAsync();
        await administrator.GetByRole(AriaRole.Button, new() { Name = "Rétablir le modèle par défaut" }).ClickAsync();
        await Expect(administrator.GetByText("modèle par défaut rétabli, version 2")).ToBeVisibleAsync();
        await Expect(administrator.GetByLabel("Texte du modèle")).ToHaveValueAsync(new Regex("Motifs du rejet", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await administrator.GetByRole(AriaRole.Link, new() { Name = "Version 1" }).ClickAsync();
        await Accessible.CheckAsync(administrator);
        await PicturesAsync(administrator, $"{name}-7-version");
        await administrator.Context.DisposeAsync();
    }

    private static async Task MendAsync(IPage page, bool javaScript, string name)
    {
        await page.GetByLabel("Objet").FillAsync("Rejet, {{ consultation.reference }}");
        await page.GetByLabel("Texte du modèle").FillAsync(Words.Replace("consultation.title", "consultation.titre", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Aperçu" }).Last.ClickAsync();
        var error = page.GetByRole(AriaRole.Alert).GetByText("Ligne 2, colonne 53 : « consultation.titre » n'est pas une variable connue : écrivez « consultation.title ».");
        await Expect(error).ToBeVisibleAsync();
        await Accessible.CheckAsync(page);
        await PicturesAsync(page, $"{name}-3-fault");

        if (javaScript)
        {
            await page.GetByLabel("Texte du modèle").FillAsync("");
            await page.GetByRole(AriaRole.Button, new() { Name = "Insérer Entreprise destinataire" }).ClickAsync();
            await Expect(page.GetByLabel("Texte du modèle")).ToHaveValueAsync("{{ recipient.company }}");
            await Expect(page.GetByLabel("Texte du modèle")).ToBeFocusedAsync();
        }
        else
        {
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Insérer" })).ToHaveCountAsync(0);
        }

        await page.GetByLabel("Texte du modèle").FillAsync(Words);
        await page.GetByRole(AriaRole.Button, new() { Name = "Aperçu" }).Last.ClickAsync();
        await Expect(page.Locator("#apercu")).ToContainTextAsync("La candidature de Exemple Bâtiment SARL à « Réfection de la toiture");
        await Expect(page.GetByText("En vigueur : modèle par défaut")).ToBeVisibleAsync();
        await Accessible.CheckAsync(page);
        await PicturesAsync(page, $"{name}-4-preview");
    }

    private static async Task WriteAsync(Demo demo, bool javaScript, string name)
    {
        var agent = await demo.OpenWindowAsync(javaScript);
        await agent.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await Expect(agent.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        await Expect(agent.GetByRole(AriaRole.Link, new() { Name = "Administration" })).ToHaveCountAsync(0);
        await agent.GotoAsync(demo.Url("/consultations/2026-T-021/courriers/nouveau"));
        await agent.GetByRole(AriaRole.Button, new() { Name = "Courrier de rejet" }).ClickAsync();
        await Expect(agent.GetByLabel("Objet")).ToHaveValueAsync("Rejet, 2026-T-021");
        var letter = agent.Url;
        await agent.GetByText("Registre des dépôts").ClickAsync();
        await agent.Locator("button[name=addRegister][value=deposits]").ClickAsync();
        await Expect(agent.Locator(".chips > li")).ToHaveCountAsync(4);
        await agent.GetByText("Envoyer à 4 destinataires").ClickAsync();
        await agent.GetByRole(AriaRole.Button, new() { Name = "Envoyer maintenant" }).ClickAsync();
        await Expect(agent.GetByText("Courrier envoyé à 4 destinataires.")).ToBeVisibleAsync();
        await agent.GotoAsync(letter);
        await Expect(agent.GetByText("Modèle de l’organisation, version 1")).ToBeVisibleAsync();
        await Demo.PictureAsync(agent, $"{name}-6-sent");
        await agent.Context.DisposeAsync();
    }

    private static async Task PicturesAsync(IPage page, string name)
    {
        foreach (var width in new[] { 1440, 1024, 390 })
        {
            await page.SetViewportSizeAsync(width, 900);
            await Demo.PictureAsync(page, $"{name}-{width}");
            await page.ShouldFitAsync(name);
        }

        await page.SetViewportSizeAsync(1440, 900);
    }
}
