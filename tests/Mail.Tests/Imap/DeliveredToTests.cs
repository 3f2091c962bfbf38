using System.Text;
using CsCheck;
using Vaguemestre.Mail.Imap;

namespace Vaguemestre.Mail.Tests.Imap;

public sealed class DeliveredToTests
{
    [Theory]
    [InlineData("Delivered-To: bounces+a@v.test", 0)]
    [InlineData("X-Original-To: <bounces+a@v.test>", 0)]
    [InlineData("envelope-to: x@y.test, bounces+a@v.test", 0)]
    [InlineData("Original-Recipient: rfc822;bounces+a@v.test", 0)]
    [InlineData("Received: from a.test (a.test [192.0.2.1])\r\n\tby mx.v.test with ESMTP id x@y\r\n\tfor <bounces+a@v.test>; Mon, 2 Mar 2026 09:00:00 +0000", 1)]
    [InlineData("To: =?utf-8?q?March=C3=A9s?= <bounces+a@v.test>", 2)]
    [InlineData("Cc: \"A, B\" <c@d.test>,\r\n bounces+a@v.test", 2)]
    public void The_address_is_found_where_it_is_told(string field, int place)
    {
        var told = DeliveredTo.Read(Encoding.UTF8.GetBytes($"Subject: x@y.test\r\n{field}\r\nFrom: z@y.test\r\n\r\nTo: corps@v.test\r\n"));
        told.Count.ShouldBe(3);
        told[place].ShouldContain("bounces+a@v.test");
        told.Where((_, i) => i != place).ShouldAllBe(addresses => addresses.Count == 0);
    }

    [Fact]
    public void The_sender_that_a_server_notes_is_no_recipient() =>
        DeliveredTo.Read("Received: from a.test (envelope-from <bounces+a@v.test>) by mx.v.test id x@y\r\n\r\n"u8.ToArray()).ShouldAllBe(addresses => addresses.Count == 0);

    [Fact]
    public void A_header_without_end_has_one_here()
    {
        var raw = Encoding.ASCII.GetBytes("To: " + string.Concat(Enumerable.Repeat("a@b.test, ", 200_000)));
        DeliveredTo.Read(raw)[2].Count.ShouldBeInRange(0, 200);
    }

    [Fact]
    public void Anything_is_read_without_a_fault()
    {
        string[] words = ["To: ", "Received: for ", "Delivered-To:", "\r\n", "\n", "a@b", "=?utf-8?b?", "?=", ":", " ", "\0", "é", "<", "\""];
        Gen.Select(Gen.Int[0, words.Length - 1].Array[0, 40], Gen.Byte.Array[0, 20])
            .Sample((picks, bytes) => DeliveredTo.Read([.. Encoding.UTF8.GetBytes(string.Concat(picks.Select(i => words[i]))), .. bytes]).Count == 3, iter: 2_000, threads: 1);
    }
}
