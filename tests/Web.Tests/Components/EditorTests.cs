using System.ComponentModel.DataAnnotations;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Components;

public sealed class EditorTests
{
    sealed class Form
    {
        [Display(Name = "Texte")]
        public string? Body { get; set; }

        public string? BodyHtml { get; set; }
    }

    [Fact]
    public async Task The_text_area_is_what_works_and_the_rest_waits_for_script()
    {
        var html = await Html(new Rendering<Form>(new Form { Body = "un", BodyHtml = "<p><strong>un</strong></p>" }));
        html.ShouldMatch("<label class=\"form-label\" for=\"Body\" id=\"Body-label\">Texte</label>");
        html.ShouldMatch("<textarea[^>]*name=\"Body\"[^>]*>\nun</textarea>");
        html.ShouldMatch("<textarea[^>]*disabled=\"disabled\"[^>]*hidden=\"hidden\"[^>]*name=\"BodyHtml\"[^>]*>\n&lt;p&gt;&lt;strong&gt;un&lt;/strong&gt;&lt;/p&gt;</textarea>");
        html.ShouldMatch("<div[^>]*hidden=\"hidden\"[^>]*role=\"toolbar\"");
    }

    [Fact]
    public async Task What_the_editor_posted_comes_back_in_both_and_cleaned()
    {
        var page = new Rendering<Form>();
        page.State.SetModelValue("BodyHtml", "x", "<p>a<script>x</script></p><ol><li>b</ol>");
        var html = await Html(page);
        html.ShouldContain("\na\n\n1. b</textarea>");
        html.ShouldContain("\n&lt;p&gt;a&lt;/p&gt;&lt;ol&gt;&lt;li&gt;&lt;p&gt;b&lt;/p&gt;&lt;/li&gt;&lt;/ol&gt;</textarea>");
    }

    [Fact]
    public async Task What_the_text_area_posted_comes_back_as_typed_and_with_its_error()
    {
        var page = new Rendering<Form>(new Form { BodyHtml = "<p>avant</p>" });
        page.State.SetModelValue("Body", "deux\nlignes", "deux\nlignes");
        page.State.AddModelError("Body", "Trop long.");
        var html = await Html(page);
        html.ShouldContain("\ndeux\nlignes</textarea>");
        html.ShouldContain("&lt;p&gt;deux&lt;br&gt;lignes&lt;/p&gt;</textarea>");
        html.ShouldContain("aria-describedby=\"Body-error\"");
    }

    [Fact]
    public async Task Variables_are_offered_where_there_are_some()
    {
        (await Html(new Rendering<Form>())).ShouldNotContain("data-act=\"variable\"");
        var page = new Rendering<Form>();
        var html = await page.Html(new EditorTagHelper { For = page.For(f => f.Body), Html = page.For(f => f.BodyHtml), Variables = [new("{{ reply.due }}", "Date limite")] });
        html.ShouldMatch("<button[^>]*data-value=\"{{ reply.due }}\"[^>]*>Date limite</button>");
    }

    static Task<string> Html(Rendering<Form> page) => page.Html(new EditorTagHelper { For = page.For(f => f.Body), Html = page.For(f => f.BodyHtml) });
}
