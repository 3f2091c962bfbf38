using System.Text.Json;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>
/// What a worker knows of the mails of one lease and the database does not yet: that the end of one is about to leave, and what the relay answered.
/// A file under <c>outbox/</c> in the data directory, gone once all is written. It outlives the worker that is killed; nobody waits for the disk, so
/// that a machine which stops may lose its last lines. Not the outbox: without it, a lease ends in doubt for all that it holds, and nothing is lost.
/// </summary>
public sealed class LeaseNotes : IDisposable
{
    private static readonly JsonSerializerOptions Format = new() { IgnoreReadOnlyProperties = true };

    private readonly Lock _gate = new();
    private FileStream? _file;
    private int _open;
    private bool _needed;

    private LeaseNotes(FileStream file, int sendings) => (_file, _open) = (file, sendings);

    /// <summary>This start of this machine; empty where it cannot be told from another.</summary>
    private static string Boot { get; } = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    /// <summary>Where a worker keeps them.</summary>
    public static string FolderOf(Settings settings) => Path.Combine(settings.DataDirectory, "outbox");

    /// <summary>Takes up notes for what was just leased.</summary>
    /// <exception cref="IOException">There is no room for them, or no right to write them.</exception>
    public static LeaseNotes Begin(string folder, Guid lease, IReadOnlyList<Guid> sendings)
    {
        Directory.CreateDirectory(folder);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var notes = new LeaseNotes(new FileStream(PathOf(folder, lease), options), sendings.Count);
        notes.Write(new Head(Boot, sendings));
        return notes;
    }

    /// <summary>The leases of which somebody, dead or alive, keeps notes.</summary>
    internal static IReadOnlyList<Guid> Kept(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.notes").Select(f => Guid.TryParse(Path.GetFileNameWithoutExtension(f), out var lease) ? lease : Guid.Empty).Where(l => l != Guid.Empty)] : [];

    /// <summary>What the dead left. Null where its writer lives, or somebody else reads it.</summary>
    internal static LeftNotes? TryTake(string folder, Guid lease)
    {
        FileStream file;
        try
        {
            file = new FileStream(PathOf(folder, lease), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        using var reader = new StreamReader(file, leaveOpen: true);
        var head = Read<Head>(reader.ReadLine());
        var notes = new Dictionary<Guid, RelayAnswer?>();
        while (reader.ReadLine() is { } line)
        {
            if (Read<Note>(line) is { } note)
                notes[note.Sending] = note.Answer;
        }

        return new LeftNotes(file, head?.Sendings ?? [], notes, IsWhole: head is { Boot.Length: > 0 } && head.Boot == Boot);
    }

    /// <summary>The end of its mail is about to leave: from here on, the relay may hold it.</summary>
    public void Ends(Guid sending) => Write(new Note(sending, Answer: null));

    public void Answered(Guid sending, RelayAnswer answer) => Write(new Note(sending, answer));

    /// <summary>One of its sendings is settled; after the last, the notes end.</summary>
    /// <param name="written">The database has it; otherwise the notes stay, for whoever comes next.</param>
    public void Settled(bool written)
    {
        _needed |= !written;
        if (--_open > 0)
            return;
        if (_needed)
            Dispose();
        else
            Destroy();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private static string PathOf(string folder, Guid lease) => Path.Combine(folder, $"{lease:N}.notes");

    /// <summary>A line that the writer did not live to end is none.</summary>
    private static T? Read<T>(string? line)
        where T : class
    {
        try
        {
            return line is null ? null : JsonSerializer.Deserialize<T>(line, Format);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Write<T>(T line)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, Format), (byte)'\n'];
        lock (_gate)
        {
            try
            {
                _file?.Write(bytes);
            }
            catch (IOException)
            {
                // Notes with a hole would say of a mail that it was not begun.
                Destroy();
            }
        }
    }

    private void Destroy()
    {
        lock (_gate)
        {
            try
            {
                if (_file is not null)
                    File.Delete(_file.Name);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // The disk has failed.
            }

            Dispose();
        }
    }

    private sealed record Head(string Boot, IReadOnlyList<Guid> Sendings);

    private sealed record Note(Guid Sending, RelayAnswer? Answer);
}

/// <summary>The notes of a worker that stopped without a word; nobody else reads them meanwhile.</summary>
/// <param name="File">Held until it is disposed of.</param>
/// <param name="Sendings">What was leased.</param>
/// <param name="Answers">Those whose end was about to leave, with the relay's answer where it was read.</param>
/// <param name="IsWhole">Only the worker stopped: what has no line here was not begun.</param>
internal sealed record LeftNotes(FileStream File, IReadOnlyList<Guid> Sendings, IReadOnlyDictionary<Guid, RelayAnswer?> Answers, bool IsWhole) : IDisposable
{
    /// <summary>What is known of a sending that its lease still holds; null = nothing.</summary>
    public Outcome? OutcomeOf(Letters.Sending sending)
    {
        var ended = Answers.TryGetValue(sending.Id, out var answer);
        return answer is not null ? new Outcome(sending, answer) : !IsWhole ? null : ended ? Outcome.Abandoned(sending) : Outcome.Untouched(sending);
    }

    public void Destroy() => System.IO.File.Delete(File.Name);

    public void Dispose() => File.Dispose();
}
