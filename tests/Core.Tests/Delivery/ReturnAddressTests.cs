using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;

namespace Vaguemestre.Core.Tests.Delivery;

public sealed class ReturnAddressTests
{
    private const string Token = "abcdefghijklmnopqrstuvwxyz";

    private static readonly Settings Settings = new() { Mail = { BounceDomain = "courriers.test" } };

    [Fact]
    public void Reports_and_answers_come_to_two_addresses_of_one_token()
    {
        ReturnAddress.ForReports(Token, Settings).ShouldBe($"bounces+{Token}@courriers.test");
        ReturnAddress.ForReplies(Token, Settings).ShouldBe($"reponse+{Token}@courriers.test");
        ReturnAddress.TokenIn(ReturnAddress.ForReports(Token, Settings), Settings).ShouldBe(Token);
        ReturnAddress.TokenIn(ReturnAddress.ForReplies(Token, Settings), Settings).ShouldBe(Token);
    }

    [Fact]
    public void Mail_that_changed_its_case_still_finds_it() => ReturnAddress.TokenIn($"Bounces+{Token.ToUpperInvariant()}@COURRIERS.TEST", Settings).ShouldBe(Token);

    [Theory]
    [InlineData("")]
    [InlineData("@courriers.test")]
    [InlineData("bounces+@courriers.test")]
    [InlineData("bounces@courriers.test")]
    [InlineData("postmaster@courriers.test")]
    [InlineData("bounces+abc")]
    [InlineData("bounces+a.c@courriers.test")]
    [InlineData("bounces+a@ailleurs.test@courriers.test")]
    [InlineData("bounces+abc@ailleurs.test")]
    [InlineData("bounces+abc@mauvais-courriers.test")]
    [InlineData("bounces+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@courriers.test")]
    public void Any_other_address_holds_no_token_of_ours(string address) => ReturnAddress.TokenIn(address, Settings).ShouldBeNull();
}
