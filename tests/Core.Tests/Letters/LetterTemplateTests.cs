using System.Text.RegularExpressions;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

public sealed partial class LetterTemplateTests
{
    private static readonly string[] Known = ["consultation.reference", "consultation.title", "organisation.name", "agent.name", "agent.email", "reply.due", "today", "recipient.company", "recipient.name", "recipient.email", "recipient.paragraph"];

    public static TheoryData<LetterType> Types() => [.. Enum.GetValues<LetterType>()];

    [Fact]
    public void There_are_nine() => LetterTemplate.All.Select(t => Words.Of(t.Type))
        .ShouldBe(["free", "invitation", "modification", "answer", "completion-request", "award", "notification", "rejection", "cancellation"]);

    [Theory, MemberData(nameof(Types))]
    public void A_template_names_known_variables_only(LetterType type)
    {
        var template = LetterTemplate.For(type);
        foreach (var text in new[] { template.Subject, template.Body })
        {
            foreach (Match variable in Variable().Matches(text))
                Known.ShouldContain(variable.Groups["name"].Value);
        }
    }

    [Theory, MemberData(nameof(Types))]
    public void A_template_is_already_as_clean_as_a_body_must_be(LetterType type)
    {
        var body = Gap().Replace(Variable().Replace(Tag().Replace(LetterTemplate.For(type).Body, ""), "x"), "");
        Gap().Replace(BodyHtml.Sanitise(body), "").Replace("<li><p>", "<li>", StringComparison.Ordinal).Replace("</p></li>", "</li>", StringComparison.Ordinal).ShouldBe(body);
    }

    [Theory, MemberData(nameof(Types))]
    public async Task A_draft_begins_with_its_template_filled(LetterType type)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        await world.AddConsultationAsync("24/T <014>", c => c.Title = "Toiture & façade « Jules-Ferry »");

        var draft = await world.AddDraftAsync("24/T <014>", new DraftInput { Type = type });

        var template = LetterTemplate.For(type);
        draft.Type.ShouldBe(type);
        draft.Mode.ShouldBe(template.Mode);
        draft.ReplyExpected.ShouldBe(template.ReplyExpected);
        draft.Subject.ShouldContain("24/T <014>");
        BodyHtml.ToText(draft.Body).ShouldContain("Toiture & façade « Jules-Ferry »");
        BodyHtml.ToText(draft.Body).ShouldContain("Ville de Montrevel-sur-Loire");
        Variable().Matches(draft.Subject + draft.Body).Select(v => v.Groups["name"].Value).Distinct().ShouldBeSubsetOf(["today", "reply.due", "recipient.company", "recipient.name", "recipient.email", "recipient.paragraph"]);
        (draft.Subject + draft.Body).ShouldNotContain("{%");
        draft.Body.ShouldContain("façade", customMessage: "é stays é");
    }

    [Fact]
    public async Task A_deadline_is_told_in_paris_time()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        await world.AddConsultationAsync();

        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Type = LetterType.CompletionRequest, ReplyDue = new DateTimeOffset(2026, 7, 1, 10, 0, 0, TimeSpan.Zero) });

        draft.Body.ShouldContain("mercredi 1er juillet 2026 à 12 h 00");
    }

    [GeneratedRegex(@"\{\{\s*(?<name>[a-z_.]+)[^}]*\}\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{%.*?%\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Gap();
}
