using System.Buffers.Text;
using System.Security.Cryptography;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class LinkTokenTests
{
    [Fact]
    public void A_token_is_lower_case_base32_and_leads_to_the_hash_of_its_bits()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var secret = RandomNumberGenerator.GetBytes(32);
            var token = LinkToken.Write(secret);
            token.ShouldMatch("^[a-z2-7]{52}$");
            LinkToken.HashOf(token).ShouldBe(SHA256.HashData(secret));
        }
    }

    [Theory]
    [InlineData("00", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ff", "777777777777777777777777777777777777777777777777777q")]
    public void The_alphabet_is_that_of_RFC_4648(string octet, string token) =>
        LinkToken.Write(Convert.FromHexString(string.Concat(Enumerable.Repeat(octet, 32)))).ShouldBe(token);

    [Fact]
    public void A_link_sent_before_tokens_were_base32_stays_good()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        LinkToken.HashOf(Base64Url.EncodeToString(secret)).ShouldBe(LinkToken.HashOf(LinkToken.Write(secret)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("aaaa")]
    [InlineData("Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaéa")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_written_otherwise_is_no_token(string text)
    {
        LinkToken.HashOf(text).ShouldBeNull();
        LinkToken.IsToken(text).ShouldBeFalse();
    }
}
