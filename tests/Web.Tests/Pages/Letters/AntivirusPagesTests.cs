using System.Net;
using AngleSharp.Dom;
using Vaguemestre.Core;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Reception;
using Vaguemestre.Web.Tests.Api;
using Vaguemestre.Web.Tests.Kit;
using Vaguemestre.Web.Tests.Pages.Reception;
using Vaguemestre.Web.Tests.Uploads;

namespace Vaguemestre.Web.Tests.Pages.Letters;

/// <summary>What people and programs are told of a file that the antivirus refused, or has not seen yet.</summary>
public sealed class AntivirusPagesTests
{
    private const string Save = ".bar button[value=save]";

    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_that_waits_is_named_and_is_neither_downloaded_nor_sent(DatabaseProvider provider)
    {
        await using var clamd = await ClamdServer.StartAsync();
        await clamd.StopAsync();
        await using var writing = await Writing.StartAsync(provider, configure: Use(clamd));
        var (browser, world) = (writing.Browser, writing.World);
        await browser.Fill("Form.Typed", "a@entreprise.test").Attach("Form.Files", "plan.pdf", "%PDF-1.7"u8.ToArray()).PressAsync(Save);

        browser.Page.QuerySelector("#attachments .files li")!.TextContent.ShouldContain("En attente de l’analyse antivirus");
        browser.Page.QuerySelector("#attachments .files a").ShouldBeNull();
        browser.Text.ShouldContain("Un fichier attend l’analyse antivirus");
        await browser.PressAsync(".bar button[value=send]");
        browser.Errors.ShouldContain(e => e.Text.Contains("« plan.pdf » attend l'analyse antivirus") && e.Target == "#Form_Files");
        var file = (await writing.LetterAsync()).Attachments[0].Id;
        (await browser.GoAsync(Links.LetterFile(writing.Id, file))).Flash.ShouldContain("« plan.pdf » attend l'analyse antivirus");
        browser.Address.ShouldBe(Links.Letter(writing.Id));
        (await browser.GoAsync($"{Links.Letter(writing.Id)}/apercu")).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.PressAsync("form[action*=Test] button")).Flash.ShouldContain("attend l'analyse antivirus");

        var api = world.Api();
        (await api.AskAsync($"letters/{writing.Id}")).Body.GetProperty("attachments")[0].GetProperty("scan").GetString().ShouldBe("waiting");
        (await api.AskAsync($"letters/{writing.Id}/attachments/{file}")).ShouldRefuse(HttpStatusCode.Conflict, "file-unscanned");
        (await api.PostAsync($"letters/{writing.Id}/sending")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldContain("attachments");

        await clamd.StartAgainAsync();
        (await world.RunAsync((ScanWaitingFiles o) => o.RunAsync(default))).ShouldBe(1);
        await browser.GoAsync(Links.Letter(writing.Id));
        browser.Page.QuerySelector("#attachments .files a").ShouldNotBeNull();
        (await api.AskAsync($"letters/{writing.Id}")).Body.GetProperty("attachments")[0].GetProperty("scan").GetString().ShouldBe("clean");
        (await api.AskAsync($"letters/{writing.Id}/attachments/{file}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_infected_file_is_refused_by_form_by_pieces_and_by_the_api(DatabaseProvider provider)
    {
        await using var clamd = await ClamdServer.StartAsync();
        await using var writing = await Writing.StartAsync(provider, configure: Use(clamd));
        await writing.Browser.Attach("Form.Files", "prix.txt", ClamdServer.Eicar).Attach("Form.Files", "plan.pdf", "%PDF-1.7"u8.ToArray()).PressAsync(Save);
        writing.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        writing.Browser.Errors.ShouldHaveSingleItem().Text.ShouldContain("Le fichier « prix.txt » est infecté");

        var sender = await Sender.OpenAsync(await writing.World.AgentAsync(), writing.Id);
        var refused = await sender.PatchAsync(await sender.StartAsync("dossier.zip", ClamdServer.EicarInZip().Length), 0, ClamdServer.EicarInZip());
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("« dossier.zip » est infecté");

        var answer = await writing.World.Api().AttachAsync(writing.Id, "prix.txt", ClamdServer.Eicar);
        answer.ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").MessageOf("file").ShouldContain("« prix.txt » est infecté");
        (await writing.LetterAsync()).Attachments.ShouldHaveSingleItem().Name.ShouldBe("plan.pdf");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_company_is_told_in_its_language_and_its_reply_is_kept(DatabaseProvider provider)
    {
        await using var clamd = await ClamdServer.StartAsync();
        await using var world = await WebWorld.CreateAsync(provider, configure: Use(clamd));
        await world.AddConsultationAsync();
        var conversation = (await world.SendAsync((await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Objet", BodyHtml = "<p>Bonjour</p>", ReplyExpected = true }, "contact@alpha.test")).Id))[0];
        var receiving = new Receiving(world, conversation.Id, await world.LinkTokenAsync(conversation.Id));
        var browser = await new Browser(await receiving.OpenAsync()).GoAsync(CompanyLinks.Reply(receiving.Token));

        await browser.Fill("Form.Text", "Voici.").Attach("Form.Files", "prix.txt", ClamdServer.Eicar).PressAsync("button[value=save].btn");
        browser.Errors.ShouldHaveSingleItem().Text.ShouldContain("Le fichier « prix.txt » est infecté");
        await clamd.StopAsync();
        await browser.Attach("Form.Files", "kbis.pdf", "%PDF-1.7"u8.ToArray()).PressAsync("button[value=save].btn");
        browser.Page.QuerySelector("#reply-files")!.TextContent.ShouldContain("L’analyse antivirus ne répond pas pour le moment");
        browser.Page.QuerySelector("#reply-files .files")!.TextContent.ShouldContain("En attente de l’analyse antivirus");
        await browser.PressAsync("button[value=preview].btn");
        await browser.PressAsync("button.btn-primary.btn-lg");

        browser.Errors.ShouldHaveSingleItem().Text.ShouldContain("« kbis.pdf » attend l'analyse antivirus");
        await browser.GoAsync(CompanyLinks.Reply(receiving.Token));
        browser.Page.QuerySelector("textarea")!.TextContent.ShouldBe("Voici.");
    }

    private static Action<Settings> Use(ClamdServer clamd) => s => (s.Antivirus.ClamAv.Host, s.Antivirus.ClamAv.Port) = ("127.0.0.1", clamd.Port);
}
