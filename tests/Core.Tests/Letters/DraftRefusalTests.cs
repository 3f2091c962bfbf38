using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

/// <summary>What a draft does not take: a clear error that names the field, and nothing is written.</summary>
public sealed class DraftRefusalTests
{
    public static TheoryData<string, string> Addresses() => new()
    {
        { "a@alpha.test\r\nBcc: tous@alpha.test", "retour à la ligne" },
        { "a@alpha.test\nX: y", "retour à la ligne" },
        { "a\u0000@alpha.test", "caractère de commande" },
        { "", "Saisissez" },
        { "alpha", "nom@domaine.fr" },
        { "a@localhost", "domaine" },
        { "a@alpha.test, b@beta.test", "caractère interdit" },
        { "Alpha <a@alpha.test>", "caractère interdit" },
        { new string('a', 65) + "@alpha.test", "64 octets" },
        { "a@" + new string('b', 64) + ".test", "domaine" },
    };

    [Theory, MemberData(nameof(Addresses))]
    public async Task An_address_that_is_none_is_refused_with_its_place(string email, string why)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);

        var refused = await CreateAsync(world, new DraftInput { Recipients = [new("a@alpha.test"), new(email)] });

        var error = refused.Problem!.Errors.ShouldHaveSingleItem();
        error.Field.ShouldBe("recipients[1].email");
        error.Message.ShouldContain(why);
    }

    public static TheoryData<string, string> Subjects() => new()
    {
        { new string('a', 10 * 1024 * 1024), "10485760" },
        { new string('a', 301), "301" },
        { "Objet\r\nBcc: tous@alpha.test", "seule ligne" },
        { "Objet\u0085suite", "seule ligne" },
        { "Objet\u2028suite", "seule ligne" },
        { "Objet\u2029suite", "seule ligne" },
        { "Objet\u0000", "seule ligne" },
        { "Objet " + "😀"[..1], "seule ligne" },
        { "Objet\uFFFE", "seule ligne" },
    };

    [Fact]
    public async Task A_subject_that_would_not_stand_in_a_header_is_refused()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        foreach (var (subject, why) in Subjects().Select(row => row.Data))
        {
            var refused = await CreateAsync(world, new DraftInput { Subject = subject });

            var error = refused.Problem!.Errors.ShouldHaveSingleItem();
            error.Field.ShouldBe("subject");
            error.Message.ShouldContain(why);
            error.Message.Length.ShouldBeLessThan(300);
        }
    }

    [Theory]
    [InlineData("Alpha\r\nX: y", null)]
    [InlineData(null, "Alpha\u2028SARL")]
    [InlineData(null, "Alpha\u0000")]
    public async Task A_name_that_would_not_stand_in_a_header_is_refused(string? name, string? company)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var refused = await CreateAsync(world, new DraftInput { Recipients = [new("a@alpha.test", name, company)] });
        refused.Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("recipients[0].name");
    }

    [Fact]
    public async Task A_text_that_cannot_be_kept_is_refused()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var growing = "<b><i><u><s><span class=c-red>" + string.Concat(Enumerable.Repeat("<p>a", 50_000)); // each paragraph would carry all of it
        foreach (var (html, why) in new[] { ("<p>nul\0</p>", "ne se conservent pas"), ("<p>moitié " + "😀"[..1], "ne se conservent pas"), (growing, "500000") })
        {
            var error = (await CreateAsync(world, new DraftInput { BodyHtml = html })).Problem!.Errors.ShouldHaveSingleItem();
            error.Field.ShouldBe("bodyHtml");
            error.Message.ShouldContain(why);
        }
    }

    [Fact]
    public async Task Every_reason_is_told_at_once()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);

        var refused = await CreateAsync(world, new DraftInput
        {
            Subject = new string('a', 301),
            BodyHtml = new string('a', DraftContent.LongestBody + 1),
            Recipients = [new("alpha"), new("a@alpha.test", Register: "inconnu")],
        });

        refused.Problem!.Kind.ShouldBe(ProblemKind.Invalid);
        refused.Problem.Errors.Select(e => e.Field).ShouldBe(["subject", "bodyHtml", "recipients[0].email", "recipients[1].register"]);
    }

    [Fact]
    public async Task A_refused_change_leaves_the_draft_at_its_version()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var draft = (await CreateAsync(world, new DraftInput { Subject = "Avant" })).Value;

        var refused = await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, draft.Id, new DraftInput { Subject = "Après", Recipients = [new("alpha")] }, draft.Version, default));

        refused.Problem!.Code.ShouldBe("invalid");
        var read = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;
        (read.Subject, read.Version).ShouldBe(("Avant", draft.Version));
    }

    [Fact]
    public async Task Too_many_recipients_are_refused()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var refused = await CreateAsync(world, new DraftInput { Recipients = [.. Enumerable.Range(0, DraftContent.MostRecipients + 1).Select(i => new RecipientInput($"a{i}@alpha.test"))] });
        refused.Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("recipients");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_script_in_the_body_does_not_survive_and_its_neighbours_do(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);

        var draft = (await CreateAsync(world, new DraftInput { BodyHtml = "<p onclick=\"x()\" style=\"position:fixed\">Bon<script>alert(1)</script>jour <a href=\"javascript:x\">ici</a><img src=x onerror=x></p>" })).Value;

        draft.Body.ShouldBe("<p>Bonjour ici</p>");
    }

    private static async Task<Result<Letter>> CreateAsync(TestWorld world, DraftInput input)
    {
        if (await world.QueryAsync(db => Task.FromResult(!db.Consultations.Any())))
            await world.AddConsultationAsync();
        return await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, "2026-T-014", input, default));
    }
}
