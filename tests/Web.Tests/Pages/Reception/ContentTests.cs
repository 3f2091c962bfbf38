using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Vaguemestre.Core;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception;

/// <summary>The files of an opened letter, one by one and all at once.</summary>
public sealed class ContentTests
{
    private static readonly byte[] Plan = RandomNumberGenerator.GetBytes(300_000);

    [Theory, ClassData(typeof(Databases))]
    public async Task All_files_come_as_one_ZIP_exact_in_content_and_name_and_each_is_a_download(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var letter = await Receiving.StartAsync(world, ("règlement n° 1 – été.txt", "premier"u8.ToArray()), ("plan.txt", Plan), ("Plan.txt", "second"u8.ToArray()));
        (await world.Visitor().GetAsync($"{letter.Path}/fichiers")).StatusCode.ShouldBe(HttpStatusCode.Redirect, "nothing leaves before the opening");
        var visitor = await letter.OpenAsync();
        (await visitor.PageAsync(letter.Path)).One($"main a[href='{letter.Path}/fichiers']").TextContent.ShouldContain("3 pièces jointes");

        using var head = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"{letter.Path}/fichiers"));
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await letter.CountAsync(FactKind.AttachmentDownloaded)).ShouldBe(0);
        using var answer = await visitor.GetAsync($"{letter.Path}/fichiers");

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        answer.Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("2026-T-014 – Pièces à compléter.zip");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        await using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync(), ZipArchiveMode.Read);
        zip.Entries.Select(e => e.FullName).ShouldBe(["règlement n° 1 – été.txt", "plan.txt", "Plan (2).txt"]);
        (await BytesAsync(zip.Entries[1])).ShouldBe(Plan);
        (await BytesAsync(zip.Entries[2])).ShouldBe("second"u8.ToArray());
        (await letter.CountAsync(FactKind.AttachmentDownloaded)).ShouldBe(3);
    }

    [Fact]
    public async Task A_file_resumes_only_where_it_is_still_the_same_and_HEAD_is_no_download()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var letter = await Receiving.StartAsync(world, ("plan.txt", Plan));
        var visitor = await letter.OpenAsync();
        var path = (await visitor.PageAsync(letter.Path)).One("ul.files a").GetAttribute("href")!;
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(Plan))}\"");

        using var head = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        (head.Headers.ETag, head.Content.Headers.ContentLength, head.Headers.AcceptRanges.ToString()).ShouldBe((tag, Plan.Length, "bytes"));
        (await letter.CountAsync(FactKind.AttachmentDownloaded)).ShouldBe(0);
        (await (await visitor.GetAsync(path)).Content.ReadAsByteArrayAsync()).ShouldBe(Plan);

        using var resumed = await visitor.SendAsync(Rest(path, tag));
        using var changed = await visitor.SendAsync(Rest(path, new EntityTagHeaderValue("\"autre\"")));
        using var beyond = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new(Plan.Length, null) } });

        resumed.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await resumed.Content.ReadAsByteArrayAsync()).ShouldBe(Plan[100_000..]);
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        beyond.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        using var had = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { tag } } });
        had.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await letter.CountAsync(FactKind.AttachmentDownloaded)).ShouldBe(1, "what goes on with a download is none again");
    }

    [Theory]
    [InlineData("plan.pdf", "plan.pdf")]
    [InlineData("../../etc/passwd", ".._.._etc_passwd")]
    [InlineData("C:\\Windows\\x.txt", "C__Windows_x.txt")]
    [InlineData("a\"b<c>d|e?f*g:h.txt", "a_b_c_d_e_f_g_h.txt")]
    [InlineData("facture\u202Efdp.txt", "facture_fdp.txt")]
    [InlineData(" fin. ", "fin")]
    [InlineData("..", "fichier")]
    [InlineData("CON.txt", "_CON.txt")]
    [InlineData("com1", "_com1")]
    [InlineData("console.txt", "console.txt")]
    [InlineData("e\u0301te\u0301.txt", "e\u0301te\u0301.txt")]
    public void A_name_in_the_archive_is_the_files_own_unless_it_would_do_harm(string name, string safe) => ZipNames.Safe(name).ShouldBe(safe);

    [Fact]
    public void Names_stay_within_what_file_systems_take_and_no_two_are_alike()
    {
        var names = ZipNames.Of([.. Enumerable.Repeat(string.Concat(Enumerable.Repeat("é😀", 100)) + ".pdf", 3), "A.txt", "a (2).txt", "a.txt"]);
        names.Select(n => n.ToUpperInvariant()).Distinct(StringComparer.Ordinal).Count().ShouldBe(6);
        names.ShouldAllBe(n => System.Text.Encoding.UTF8.GetByteCount(n) <= 255 && !n.Contains('\uFFFD'));
        names[0].ShouldEndWith(".pdf");
        names[^1].ShouldBe("a (3).txt");
    }

    private static HttpRequestMessage Rest(string path, EntityTagHeaderValue tag) =>
        new(HttpMethod.Get, path) { Headers = { Range = new(100_000, null), IfRange = new RangeConditionHeaderValue(tag) } };

    private static async Task<byte[]> BytesAsync(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        await using var stream = await entry.OpenAsync();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }
}
