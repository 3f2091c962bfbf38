using System.Net;
using Vaguemestre.Core;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Pages.Reception;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception;

/// <summary>What the server takes for a deliberate opening; what a browser's script takes for a gesture is told by the journeys.</summary>
public sealed class OpeningTests
{
    private const string Open = "Ouvrir le courrier";

    [Theory, ClassData(typeof(Databases))]
    public async Task A_press_that_the_page_vouches_for_opens_without_the_box(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var letter = await Receiving.StartAsync(world);
        var visitor = world.Visitor();
        var page = await visitor.PageAsync(letter.Path);
        world.Clock.Advance(TimeSpan.FromSeconds(5));

        (await visitor.SubmitAsync(page, Open, Receiving.Press(page))).Status.ShouldBe(HttpStatusCode.Redirect);

        (await letter.ReceiptAsync()).ShouldNotBeNull().Proof.ShouldBe(ReceiptProof.Gesture);
        (await visitor.PageAsync(letter.Path)).Text.ShouldContain("Merci de compléter.");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_hundred_presses_at_once_make_one_receipt(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var letter = await Receiving.StartAsync(world);
        var visitor = world.Visitor();
        var page = await visitor.PageAsync(letter.Path);
        world.Clock.Advance(TimeSpan.FromSeconds(5));

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => visitor.SubmitAsync(page, Open, Receiving.Press(page))));

        answers.ShouldAllBe(a => a.Status == HttpStatusCode.Redirect);
        (await letter.CountAsync(FactKind.Opened)).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_forged_too_soon_too_old_or_anothers_is_no_gesture_and_the_box_still_opens()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var letter = await Receiving.StartAsync(world);
        var other = await Receiving.NextAsync(world);
        var visitor = world.Visitor();
        var (page, othersPage) = (await visitor.PageAsync(letter.Path), await visitor.PageAsync(other.Path));

        await RefusedAsync(Receiving.Press(page), "pressed before anybody could see the page");
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        await RefusedAsync(Receiving.Press(othersPage), "another letter's");
        await RefusedAsync(("Gesture", "true"), "a constant");
        await RefusedAsync(("Gesture", "AAAA"), "no seal of ours");
        await RefusedAsync(("Gesture", new string('A', 5_000)), "too long");
        await RefusedAsync(Receiving.NoPress, "script ran and saw nobody");
        world.Clock.Advance(OpeningSeal.Longest);
        await RefusedAsync(Receiving.Press(page), "a page left open for more than a day");
        (await letter.CountAsync(FactKind.Opened)).ShouldBe(0);

        (await visitor.SubmitAsync(page, Open, Receiving.Press(page), ("Declared", "true"))).Status.ShouldBe(HttpStatusCode.Redirect);
        (await letter.ReceiptAsync())!.Proof.ShouldBe(ReceiptProof.Declaration);

        async Task RefusedAsync((string, string) gesture, string because)
        {
            var refused = await visitor.SubmitAsync(page, Open, gesture);
            refused.Text.ShouldContain("Cochez la case", Case.Sensitive, because);
            refused.Text.ShouldNotContain("Merci de compléter");
        }
    }

    [Fact]
    public async Task A_box_that_the_script_saw_nobody_tick_declares_nothing_until_it_is_asked_for()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var letter = await Receiving.StartAsync(world);
        var visitor = world.Visitor();
        var page = await visitor.PageAsync(letter.Path);
        page.One("form[data-opening]").GetAttribute("data-opening-none").ShouldBe(OpeningSeal.NoGesture);

        var asked = await visitor.SubmitAsync(page, Open, Receiving.NoPress, ("Declared", "true"));
        asked.One("form[data-opening] input[type=checkbox]").HasAttribute("checked").ShouldBeFalse();
        asked.One("form[data-opening]").GetAttribute("data-opening-none").ShouldBeNullOrEmpty("asked for, a tick is enough, whatever the script saw");
        (await letter.CountAsync(FactKind.Opened)).ShouldBe(0);

        (await visitor.SubmitAsync(asked, Open, ("Declared", "true"))).Status.ShouldBe(HttpStatusCode.Redirect);
        (await letter.ReceiptAsync())!.Proof.ShouldBe(ReceiptProof.Declaration);
    }
}
