using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Tests.Kit;
using Vaguemestre.Web.Verbs;

namespace Vaguemestre.Web.Tests.Uploads;

public sealed class TusTests
{
    private const int Chunk = 64 * 1024;

    private static readonly byte[] Content = RandomNumberGenerator.GetBytes((20 * Chunk) + 777);

    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_goes_up_in_pieces_under_its_exact_name(DatabaseProvider provider)
    {
        const string Name = "../plan \"n° 1\" é 😀.dwg";
        await using var world = await CreateWorldAsync(provider);
        var letter = await world.AddDraftAsync("2026-T-014");
        var sender = await Sender.OpenAsync(await world.AgentAsync(), letter.Id);

        var created = await sender.CreateAsync(Name, Content.Length);
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.GetValues("Tus-Resumable").ShouldBe(["1.0.0"]);
        created.Headers.GetValues("Upload-Expires").ShouldBe([TestWorld.Start.AddDays(1).ToString("R")]);
        var upload = created.Headers.Location!.ToString();
        upload.ShouldStartWith(Links.Uploads(letter.Id) + "/");

        Sender.OffsetOf(await sender.PatchAsync(upload, 0, Content[..(8 * Chunk)])).ShouldBe(8 * Chunk);
        var head = await sender.HeadAsync(upload);
        (head.StatusCode, Sender.OffsetOf(head)).ShouldBe((HttpStatusCode.OK, 8 * Chunk));
        head.Headers.CacheControl!.NoStore.ShouldBeTrue();
        head.Headers.GetValues("Upload-Length").ShouldBe([$"{Content.Length}"]);
        Encoding.UTF8.GetString(Convert.FromBase64String(head.Headers.GetValues("Upload-Metadata").Single().Split(' ')[1])).ShouldBe(Name);
        var last = await sender.PatchAsync(upload, 8 * Chunk, Content[(8 * Chunk)..]);
        (last.StatusCode, Sender.OffsetOf(last)).ShouldBe((HttpStatusCode.NoContent, Content.Length));

        var joined = (await LetterAsync(world, letter.Id)).Attachments.ShouldHaveSingleItem();
        (joined.Name, joined.Size).ShouldBe((Name, Content.Length));
        joined.Sha256.ShouldBe(SHA256.HashData(Content));
        (await sender.OffsetAsync(upload)).ShouldBe(Content.Length, "who lost the last answer learns that all is there");
        (await (await world.AgentAsync()).GetByteArrayAsync(Links.LetterFile(letter.Id, joined.Id))).ShouldBe(Content);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task After_a_cut_connection_it_goes_on_where_it_stopped_even_on_a_product_started_again(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var letter = await world.AddDraftAsync("2026-T-014");
        var cookies = new CookieContainer();
        var sender = await Sender.OpenAsync(await world.AgentAsync(cookies: cookies), letter.Id);
        var upload = await sender.StartAsync("a.bin", Content.Length);

        var body = new WaitingStream(Content[..((5 * Chunk) + 99)]);
        var cut = sender.PatchAsync(upload, 0, body, Content.Length);
        await WebWorld.UntilAsync(async () => await sender.OffsetAsync(upload) == 5 * Chunk);
        body.Break();
        await Should.ThrowAsync<HttpRequestException>(() => cut);
        HttpResponseMessage answer = null!;
        await WebWorld.UntilAsync(async () =>
        {
            var offset = await sender.OffsetAsync(upload);
            answer = await sender.PatchAsync(upload, offset, Content[(int)offset..(10 * Chunk)]);
            return answer.StatusCode == HttpStatusCode.NoContent; // 423 until the broken connection is noticed
        });
        Sender.OffsetOf(answer).ShouldBe(10 * Chunk);

        await using var again = await StartAgainAsync(world);
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = new Uri(again.Urls.Single()) };
        var later = sender.By(client);
        (await later.OffsetAsync(upload)).ShouldBe(10 * Chunk);
        (await later.PatchAsync(upload, 10 * Chunk, Content[(10 * Chunk)..])).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await LetterAsync(world, letter.Id)).Attachments.ShouldHaveSingleItem().Sha256.ShouldBe(SHA256.HashData(Content));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_offset_is_409_and_a_second_writer_423(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var letter = await world.AddDraftAsync("2026-T-014");
        var sender = await Sender.OpenAsync(await world.AgentAsync(), letter.Id);
        var upload = await sender.StartAsync("a.bin", Content.Length);

        var wrong = await sender.PatchAsync(upload, Chunk, Content[Chunk..]);
        wrong.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await wrong.Content.ReadAsStringAsync()).ShouldContain("octet");

        var waiting = new WaitingStream(Content[..Chunk]);
        var first = sender.PatchAsync(upload, 0, waiting, Chunk + 1);
        await WebWorld.UntilAsync(async () => await sender.OffsetAsync(upload) == Chunk);
        (await sender.PatchAsync(upload, Chunk, Content[Chunk..])).StatusCode.ShouldBe(HttpStatusCode.Locked);
        (await sender.DeleteAsync(upload)).StatusCode.ShouldBe(HttpStatusCode.Locked);
        waiting.End();
        Sender.OffsetOf(await first).ShouldBe(Chunk);
        (await sender.PatchAsync(upload, Chunk, Content[Chunk..])).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_refusal_says_why_in_french_and_leaves_the_draft(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider, s => s.Limits.TrackedAttachments = 30 * Chunk);
        var letter = await world.AddDraftAsync("2026-T-014");
        var sender = await Sender.OpenAsync(await world.AgentAsync(), letter.Id);

        await RefusedAsync(await sender.CreateAsync("gros.bin", (30 * Chunk) + 1), HttpStatusCode.RequestEntityTooLarge, "dépasseraient");
        await RefusedAsync(await sender.CreateAsync("vide.pdf", 0), HttpStatusCode.UnprocessableEntity, "vide");
        await RefusedAsync(await sender.CreateAsync("facture.pdf.exe", 10), HttpStatusCode.UnprocessableEntity, "programme");
        await RefusedAsync(await sender.CreateAsync("a\nb.pdf", 10), HttpStatusCode.UnprocessableEntity, "nom du fichier");
        var program = await sender.StartAsync("facture.pdf", Content.Length);
        await RefusedAsync(await sender.PatchAsync(program, 0, [.. "MZ\0\0"u8, .. Content[4..]]), HttpStatusCode.UnprocessableEntity, "d'après son contenu");
        (await sender.HeadAsync(program)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var (one, two) = (await sender.StartAsync("un.bin", Content.Length), await sender.StartAsync("deux.bin", Content.Length));
        (await sender.PatchAsync(one, 0, Content)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await RefusedAsync(await sender.PatchAsync(two, 0, Content), HttpStatusCode.RequestEntityTooLarge, "les autres sont intacts");
        (await LetterAsync(world, letter.Id)).Attachments.ShouldHaveSingleItem().Name.ShouldBe("un.bin");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_the_protocol_asks_for_is_asked_for(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var letter = await world.AddDraftAsync("2026-T-014");
        var client = await world.AgentAsync();
        var sender = await Sender.OpenAsync(client, letter.Id);
        var upload = await sender.StartAsync("a.bin", 10);

        var options = await client.SendAsync(new HttpRequestMessage(HttpMethod.Options, Links.Uploads(letter.Id)));
        (options.StatusCode, options.Headers.GetValues("Tus-Extension").Single(), options.Headers.GetValues("Tus-Max-Size").Single()).ShouldBe((HttpStatusCode.NoContent, "creation,termination,expiration", "62914560"));
        foreach (var version in new[] { "0.2.2", "" })
        {
            var other = await sender.PatchAsync(upload, 0, [1], r =>
            {
                r.Headers.Remove("Tus-Resumable");
                r.Headers.TryAddWithoutValidation("Tus-Resumable", version);
            });
            (other.StatusCode, other.Headers.GetValues("Tus-Version").Single()).ShouldBe((HttpStatusCode.PreconditionFailed, "1.0.0"));
        }

        (await sender.PatchAsync(upload, 0, [1], r => r.Content!.Headers.ContentType = new("application/octet-stream"))).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await sender.PatchAsync(upload, 0, [1], r => r.Headers.Remove("Upload-Offset"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await sender.CreateAsync("a", 1, r => r.Headers.Remove("Upload-Length"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        foreach (var metadata in new[] { "filename !!!", "filename /w==", "filename YQ==,filename Yg==" })
        {
            (await sender.CreateAsync("a", 1, r =>
            {
                r.Headers.Remove("Upload-Metadata");
                r.Headers.Add("Upload-Metadata", metadata);
            })).StatusCode.ShouldBe(HttpStatusCode.BadRequest, metadata);
        }

        (await sender.HeadAsync(Links.Uploads(letter.Id) + "/" + letter.Id)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await sender.DeleteAsync(upload)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await sender.HeadAsync(upload)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await sender.PatchAsync(upload, 0, [1])).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Nobody_else_and_no_other_site_may_send(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var letter = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Objet", BodyHtml = "<p>Texte</p>" }, "a@alpha.test");
        var client = await world.AgentAsync();
        var sender = await Sender.OpenAsync(client, letter.Id);
        var upload = await sender.StartAsync("a.bin", 10);

        var anonymous = await new Sender(world.Visitor(), Links.Uploads(letter.Id), "x").CreateAsync("a", 1);
        await RefusedAsync(anonymous, HttpStatusCode.Unauthorized, "Connectez-vous");
        foreach (var wrong in new[] { "", "x" })
        {
            var forged = new Sender(client, Links.Uploads(letter.Id), wrong);
            (await forged.CreateAsync("a", 1)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await forged.PatchAsync(upload, 0, new byte[10])).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await forged.DeleteAsync(upload)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        var other = await world.AddBuyerAsync("Autre ville", "Paul Autre", "paul@autre.test");
        await world.AddConsultationAsync(buyer: other);
        var theirs = (await world.RunAsync((CreateDraft o) => o.RunAsync(other.Caller, "2026-T-014", new DraftInput(), default))).Value;
        var stranger = await Sender.OpenAsync(await world.AgentAsync(other.Agent), theirs.Id);
        (await stranger.HeadAsync(upload)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.PatchAsync(upload, 0, new byte[10])).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.DeleteAsync(upload)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.SendAsync(HttpMethod.Post, Links.Uploads(letter.Id), r => r.Headers.Add("Upload-Length", "1"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await world.SendAsync(letter.Id);
        (await sender.PatchAsync(upload, 0, new byte[10])).StatusCode.ShouldBe(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task A_body_above_the_size_of_forms_is_streamed_in()
    {
        const long Size = Host.LargestRequest + 1;
        await using var world = await CreateWorldAsync(DatabaseProvider.Sqlite, s => s.Limits.TrackedAttachments = Size);
        var letter = await world.AddDraftAsync("2026-T-014");
        var sender = await Sender.OpenAsync(await world.AgentAsync(), letter.Id);
        var upload = await sender.StartAsync("a.bin", Size);
        (await sender.PatchAsync(upload, 0, new Zeros(Size), Size)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await LetterAsync(world, letter.Id)).Attachments.ShouldHaveSingleItem().Size.ShouldBe(Size);
    }

    private static async Task<WebWorld> CreateWorldAsync(DatabaseProvider provider, Action<Settings>? configure = null)
    {
        var world = await WebWorld.CreateAsync(provider, configure: configure);
        await world.AddConsultationAsync();
        return world;
    }

    private static async Task<Letter> LetterAsync(WebWorld world, Guid id) => (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, id, default))).Value;

    private static async Task RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string why)
    {
        var text = await answer.Content.ReadAsStringAsync();
        (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType).ShouldBe((status, "text/plain"), text);
        text.ShouldContain(why);
    }

    /// <summary>The product once more, on the same database and data directory.</summary>
    private static async Task<WebApplication> StartAgainAsync(WebWorld world)
    {
        var app = Host.Build(Configuration.NewBuilder(["--Urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]), world.Settings, services => services.AddSingleton<TimeProvider>(world.Clock));
        await app.StartAsync();
        return app;
    }

    /// <summary>A body whose last byte comes when the test wants it.</summary>
    private sealed class WaitingStream(byte[] content) : MemoryStream(content)
    {
        private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool ended;

        public void End() => end.SetResult();

        /// <summary>The sender vanishes.</summary>
        public void Break() => end.SetException(new IOException("Gone."));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (await base.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                return read;
            if (ended)
                return 0;
            await end.Task;
            ended = true;
            buffer.Span[0] = 0;
            return 1;
        }
    }

    private sealed class Zeros(long size) : MemoryStream
    {
        private long left = size;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = (int)Math.Min(buffer.Length, left);
            buffer.Span[..read].Clear();
            left -= read;
            return ValueTask.FromResult(read);
        }
    }
}
