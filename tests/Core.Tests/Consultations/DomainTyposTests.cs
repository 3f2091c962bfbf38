using Vaguemestre.Core.Consultations;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Consultations;

public sealed class DomainTyposTests
{
    [Theory]
    [InlineData("gmial.com", "gmail.com")]
    [InlineData("gmail.co", "gmail.com")]
    [InlineData("gamil.com", "gmail.com")]
    [InlineData("gmail.con", "gmail.com")]
    [InlineData("hotmial.fr", "hotmail.fr")]
    [InlineData("hotmail.ft", "hotmail.fr")]
    [InlineData("ornage.fr", "orange.fr")]
    [InlineData("orange.rf", "orange.fr")]
    [InlineData("oange.fr", "orange.fr")]
    [InlineData("wanado.fr", "wanadoo.fr")]
    [InlineData("laposte.nt", "laposte.net")]
    [InlineData("lapsote.net", "laposte.net")]
    [InlineData("outlok.fr", "outlook.fr")]
    [InlineData("yaho.fr", "yahoo.fr")]
    [InlineData("iclud.com", "icloud.com")]
    [InlineData("fre.fr", "free.fr")]
    [InlineData("sfrr.fr", "sfr.fr")]
    [InlineData("bocage-pt.test", "bocage-tp.test")]
    public void A_slip_or_two_away_from_a_domain_that_is_known_suggests_it(string domain, string meant) =>
        DomainTypos.Guess(domain, [.. CommonDomains.All, "bocage-tp.test"]).ShouldBe(meant);

    [Theory]
    [InlineData("ymail.com")]
    [InlineData("mail.com")]
    [InlineData("hotmail.be")]
    [InlineData("orange.be")]
    [InlineData("yahoo.es")]
    [InlineData("laposte.fr")]
    [InlineData("mairie-orange.fr")]
    [InlineData("bocage-tp.test")]
    [InlineData("eiffage.com")]
    [InlineData("edf.fr")]
    [InlineData("sncf.fr")]
    [InlineData("vinci.com")]
    [InlineData("orangina.fr")]
    [InlineData("a.fr")]
    public void A_domain_that_is_known_or_far_from_all_suggests_nothing(string domain) =>
        DomainTypos.Guess(domain, [.. CommonDomains.All, "bocage-tp.test"]).ShouldBeNull();

    [Fact]
    public void No_common_domain_is_a_typo_of_another() =>
        CommonDomains.All.ShouldAllBe(domain => DomainTypos.Guess(domain, CommonDomains.All) == null);

    [Theory]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "abcd", 1)]
    [InlineData("abc", "bc", 1)]
    [InlineData("abcd", "badc", 2)]
    [InlineData("abcd", "xycd", 2)]
    [InlineData("abcd", "xyzd", null)]
    [InlineData("", "ab", 2)]
    public void A_slip_is_a_letter_missing_added_wrong_or_two_changed_over(string a, string b, int? distance)
    {
        DomainTypos.Distance(a, b, 2).ShouldBe(distance);
        DomainTypos.Distance(b, a, 2).ShouldBe(distance);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_domain_of_the_registers_is_right_and_is_what_a_typo_is_measured_against(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.RunAsync((PutConsultation o) => o.RunAsync(world.Caller, "AC-1", new ConsultationInputBuilder().Build(), default));
        await world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, "AC-1", Register.Awardees, [Company("lea@Gmaill.com")], default));
        var consultation = await world.AddConsultationAsync(configure: c => (c.Procedure, c.Upstream) = (Procedure.FrameworkCallOff, ["AC-1"]));
        await world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, "2026-T-014", Register.Deposits, [Company("a@ornage.fr"), Company("b@société-tp.test"), Company(null)], default));

        var hints = await world.RunAsync((HintAddresses o) => o.RunAsync(consultation, ["x@gmaill.com", "x@ornage.fr", "Paul.D@GMIAL.com", "x@societé-tp.test", "x@ailleurs.test"], default));

        hints.ShouldBe(new Dictionary<string, AddressHint>
        {
            ["Paul.D@GMIAL.com"] = new("Paul.D@gmail.com", MailDomain.Unknown),
            ["x@societé-tp.test"] = new("x@société-tp.test", MailDomain.Unknown),
        }, ignoreOrder: true);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_an_agent_typed_before_makes_no_domain_right(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync();
        await world.SendAsync((await world.AddDraftAsync("2026-T-014", null, "paul@gmial.com")).Id);

        (await world.RunAsync((HintAddresses o) => o.RunAsync(consultation, ["lea@gmial.com"], default))).Values.ShouldHaveSingleItem().Suggestion.ShouldBe("lea@gmail.com");
    }

    private static ContactInput Company(string? email) => new("Société", null, null, email, null, []);
}
