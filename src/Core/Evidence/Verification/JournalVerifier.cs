using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>
/// Checks an export of the journal by itself, line by line: every chain, every seal and its token, the signature over all. Memory grows with the number of
/// chains, not of facts.
/// </summary>
public static class JournalVerifier
{
    /// <summary>Whether a file's beginning is that of an export.</summary>
    public static bool Resembles(ReadOnlySpan<byte> beginning) => beginning.IndexOf("\"format\":\"vaguemestre-journal-export/"u8) is >= 0 and < 1000;

    /// <summary>Reads the stream to its end.</summary>
    public static async Task<VerificationReport> VerifyAsync(Stream file, VerificationOptions options, CancellationToken cancel)
    {
        var findings = new Findings();
        var signatures = new SignatureChecks(findings);
        var check = new JournalFileCheck(findings, signatures, new RenewalChecks(findings, signatures, options.Now));
        try
        {
            var lines = new BoundedLines(file);
            while (await lines.ReadAsync(cancel) is { } line)
                check.Read(line, lines.Sha256Before);
            check.End();
        }
        catch (Exception malformed) when (malformed is not (OutOfMemoryException or OperationCanceledException))
        {
            findings.Fault("unreadable", $"La ligne n° {check.Line} n’a pas la forme d’une ligne d’export du journal : le fichier a été modifié, coupé, ou vient d’une version plus récente.");
        }

        return new VerificationReport(findings.All, signatures.Judge(options.Trusted), null) { IsJournal = true };
    }
}

/// <summary>What was read of an export so far.</summary>
internal sealed class JournalFileCheck(Findings findings, SignatureChecks signatures, RenewalChecks renewals)
{
    private const int MostFaults = 200, MostEarly = 100_000;

    private readonly Dictionary<Guid, Chain> _chains = [];
    private readonly Dictionary<(Guid Subject, int Sequence), Fact> _early = [];
    private readonly HashSet<string> _authorities = [];
    private readonly List<byte[]> _leaves = [];
    private readonly List<(List<(byte[] Hash, byte[] Token)> Marks, RenewedStamp? Timestamp)> _group = [];
    private readonly Dictionary<int, (string Hash, string? PreviousHash)> _renewals = [];
    private readonly PurgeChecks _purges = new();
    private (EvidenceStatement Statement, string Hash)? _seal;
    private long _facts, _purged, _unsealed;
    private DateTimeOffset? _stamped;
    private int _faults, _late;
    private bool _ended;
    private DateTimeOffset _exportedAt;

    public long Line { get; private set; }

    public void Read(byte[] line, string sha256Before)
    {
        Line++;
        var text = Encoding.UTF8.GetString(line);
        if (_ended)
            throw new InvalidDataException();
        if (Line == 1)
            Head(CanonicalJson.DeserializeStrictly<JournalExportHead>(text)!);
        else if (text.StartsWith("{\"end\":", StringComparison.Ordinal))
            Last(text, sha256Before);
        else
            Next(CanonicalJson.DeserializeStrictly<JournalExportLine>(text)!);
    }

    public void End()
    {
        if (!_ended)
            Fault("cut", "La dernière ligne, signée, manque : le fichier a été coupé.");
        foreach (var (subject, chain) in _chains.Where(c => c.Value.Erased > 0))
            Fault("payload", $"Le détail de {chain.Erased} événement(s) de la chaîne {subject} manque, sans que rien n’y dise qu’il a été effacé.");
        foreach (var purge in _purges.Unbacked())
            Fault("purge", $"Chaîne {purge.Subject} : l’événement n° {purge.Sequence} dit le contenu effacé à la fin de sa durée de conservation, mais {purge.Why}.");
        foreach (var (subject, sequence) in _early.Keys)
            Fault("chain", $"Chaîne {subject} : l’événement n° {sequence} ne suit aucun autre, un événement a été retiré.");
        foreach (var (number, renewal) in _renewals.Where(r => r.Value.PreviousHash != (r.Key == 1 ? null : _renewals.GetValueOrDefault(r.Key - 1).Hash)))
            Fault("renewal", $"Le renouvellement d’horodatage n° {number} ne suit pas celui d’avant : l’un des deux a été modifié ou retiré.");
        if (_late > LateTimestamps.MostSentences)
            findings.Reserve("other-instants", $"De même pour d’autres événements : {French.Number(_late)} en tout n’ont été horodatés que plus d’un quart d’heure après l’instant qu’ils portent.");
        if (findings.HasFault)
            return;
        findings.Established("chain", $"Les {French.Count((int)Math.Min(_facts, int.MaxValue), "événement")} de {French.Count(_chains.Count, "chaîne")} se suivent sans lacune, chacun portant l’empreinte du précédent.");
        if (_seal is { } last)
            findings.Established("seals", last.Statement.Number == 1 ? "Le sceau contient les événements qu’il dit, et il est horodaté." : $"Les {French.Number(last.Statement.Number)} sceaux se suivent, contiennent les événements qu’ils disent, et chacun est horodaté.");
        if (_purged > 0)
            findings.Reserve("purged", $"Le détail de {_purged} événement(s) a été effacé à la fin de sa durée de conservation, comme leur chaîne le dit : il en reste l’en-tête et l’empreinte.");
        if (_unsealed > 0)
            findings.Reserve("not-sealed", $"{_unsealed} événement(s) attendent encore leur sceau : aucune autorité n’atteste qu’ils existaient.");
    }

    private void Head(JournalExportHead head)
    {
        if (head.Format != JournalExportHead.CurrentFormat)
            throw new NotSupportedException(head.Format);
        _exportedAt = head.ExportedAt;
    }

    private void Next(JournalExportLine line)
    {
        if (line is { Seal: { } seal, Fact: null, Renewal: null })
            Next(seal);
        else if (line is { Seal: null, Fact: { } fact, Renewal: null })
            Next(fact);
        else if (line is { Seal: null, Fact: null, Renewal: { } renewal })
            Next(renewal);
        else
            throw new InvalidDataException();
    }

    /// <summary>It covers the first of the seals since the last group began, as many as it says.</summary>
    private void Next(ExportedRenewal renewal)
    {
        var statement = CanonicalJson.DeserializeStrictly<EvidenceRenewalStatement>(renewal.Statement)!;
        var (hash, token) = (SHA256.HashData(Encoding.UTF8.GetBytes(renewal.Statement)), Convert.FromBase64String(renewal.Token));
        var covered = statement.LastSeal - statement.FirstSeal + 1;
        if (statement.Format != Renewal.Format || Convert.ToHexStringLower(hash) != renewal.Hash || Stamp.Read(token, hash) is not { } stamp || statement.FirstSeal != _seal?.Statement.Number - _group.Count + 1
            || covered < 1 || covered > _group.Count || Convert.ToHexStringLower(MerkleTree.Root([.. _group.Take(covered).Select(s => Renewal.LeafOf(s.Marks))])) != statement.Root || !_renewals.TryAdd(statement.Number, (renewal.Hash, statement.PreviousHash)))
        {
            Fault("renewal", $"Le renouvellement d’horodatage n° {statement.Number} n’est pas tel qu’il a été écrit, ou un sceau qu’il couvre a changé.");
            return;
        }

        renewals.See(renewal.Hash, stamp);
        foreach (var (marks, timestamp) in _group.Take(covered))
        {
            marks.Add((hash, token));
            if (timestamp is not null)
                renewals.Renew(timestamp, stamp);
        }
    }

    /// <summary>All that renews its seals has been read.</summary>
    private void CloseGroup()
    {
        foreach (var timestamp in _group.Select(s => s.Timestamp).OfType<RenewedStamp>())
            renewals.Judge(timestamp);
        _group.Clear();
    }

    private void Next(EvidenceSeal seal)
    {
        CloseSeal();
        var statement = seal.Read();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(seal.Statement));
        if (_unsealed > 0 || statement.Format != Seal.Format || statement.Number != (_seal?.Statement.Number ?? 0) + 1 || statement.PreviousHash != _seal?.Hash)
            Fault("seal", $"Le sceau n° {statement.Number} ne suit pas celui d’avant : l’un des deux a été modifié, déplacé ou retiré.");
        if (Convert.ToHexStringLower(hash) != seal.Hash)
            Fault("seal", $"Le sceau n° {statement.Number} n’est pas tel qu’il a été écrit.");
        var token = Convert.FromBase64String(seal.Token);
        var stamp = Stamp.Read(token, hash);
        if (stamp is null)
            Fault("token", $"Le jeton d’horodatage du sceau n° {statement.Number} est faux, ou porte sur autre chose.");
        else if (_authorities.Add(Certificates.FingerprintOf(stamp.Authority)) || stamp.At > new DateTimeOffset(stamp.Authority.NotAfter))
            signatures.See(stamp);
        _stamped = stamp?.At;
        _seal = (statement, seal.Hash);
        if (statement.Number % RenewTimestamps.Most == 1 || _group.Count == RenewTimestamps.Most)
            CloseGroup();
        _group.Add(([(hash, token)], stamp is null ? null : new RenewedStamp(statement.Number, stamp)));
    }

    private void Next(ExportedFact told)
    {
        var fact = told.Read();
        _facts++;
        if (_seal is { } seal && _leaves.Count < seal.Statement.Facts)
        {
            _leaves.Add(fact.Hash);
            if (_stamped is { } stamped && LateTimestamps.IsLate(fact.At, stamped) && _late++ < LateTimestamps.MostSentences)
                findings.Reserve("timestamped-late", $"Chaîne {fact.SubjectId} : l’événement n° {fact.Sequence}, du {French.Instant(fact.At)}, n’a été horodaté que le {French.Instant(stamped)} : entre les deux, seule la plateforme dit son instant.");
        }
        else
        {
            _unsealed++;
        }

        if (!fact.Hash.AsSpan().SequenceEqual(fact.ComputeHash()) || (fact.Payload is { } payload && !fact.PayloadHash.AsSpan().SequenceEqual(payload.ComputeHash())))
            Fault("chain", $"Chaîne {fact.SubjectId} : l’événement n° {fact.Sequence} n’est pas tel qu’il a été écrit.");
        var chain = _chains.TryGetValue(fact.SubjectId, out var known) ? known : _chains[fact.SubjectId] = new Chain();
        if (fact.Sequence > chain.Sequence + 1 && _early.Count < MostEarly && _early.TryAdd((fact.SubjectId, fact.Sequence), fact))
            return; // sealed before the fact that it follows: the clock went back between the two
        Follow(chain, fact);
        while (_early.Remove((fact.SubjectId, chain.Sequence + 1), out var next))
            Follow(chain, next);
    }

    private void Follow(Chain chain, Fact fact)
    {
        if (fact.Sequence != chain.Sequence + 1 || !(fact.PreviousHash ?? []).AsSpan().SequenceEqual(chain.Hash))
            Fault("chain", $"Chaîne {fact.SubjectId} : l’événement n° {fact.Sequence} ne suit pas celui d’avant. L’un des deux a été modifié, déplacé, ajouté ou retiré.");
        (chain.Sequence, chain.Hash) = (fact.Sequence, fact.Hash);
        _purges.See(fact, chain.LastExchange, chain.Erased);
        chain.LastExchange = PurgeChecks.LastExchange(chain.LastExchange, fact);
        if (fact.Payload is null)
            chain.Erased++;
        else if (fact.Kind == FactKind.ContentPurged)
            (_purged, chain.Erased) = (_purged + chain.Erased, 0);
    }

    private void CloseSeal()
    {
        if (_seal is { } seal && (_leaves.Count != seal.Statement.Facts || _leaves.Count == 0 || Convert.ToHexStringLower(MerkleTree.Root(_leaves)) != seal.Statement.Root))
            Fault("inclusion", $"Le sceau n° {seal.Statement.Number} ne contient pas les événements qui le suivent : un événement a été modifié, déplacé, ajouté ou retiré.");
        _leaves.Clear();
    }

    private void Last(string text, string sha256Before)
    {
        CloseSeal();
        CloseGroup();
        renewals.Tell();
        _ended = true;
        using var line = JsonDocument.Parse(text);
        var (end, signature) = (line.RootElement.GetProperty("end").GetRawText(), line.RootElement.GetProperty("signature").GetString()!);
        var read = CanonicalJson.DeserializeStrictly<JournalExportEnd>(end)!;
        var der = Convert.FromBase64String(signature);
        if (JournalExportEnd.Line(CanonicalJson.Serialize(read), Convert.ToBase64String(der)) != text)
            throw new InvalidDataException();
        if (read.Sha256 != sha256Before || read.Facts != _facts || read.Seals != (_seal?.Statement.Number ?? 0))
            Fault("signature", "Les lignes ne sont pas celles qui ont été signées : une ligne a été modifiée, ajoutée ou retirée.");
        if (Signature.Read(der, Encoding.UTF8.GetBytes(end)) is not { } signed)
        {
            Fault("signature", "La signature de l’export est fausse.");
            return;
        }

        findings.Established("signature", $"L’export n’a pas changé depuis que le titulaire du certificat « {Certificates.NameOf(signed.Signer)} » l’a signé.");
        signatures.See(signed, _exportedAt);
    }

    private void Fault(string code, string sentence)
    {
        if (_faults++ < MostFaults)
            findings.Fault(code, sentence);
    }

    /// <summary>The last fact of a chain, and how many payloads are missing that no fact has told of yet.</summary>
    private sealed class Chain
    {
        public int Sequence { get; set; }

        public byte[] Hash { get; set; } = [];

        public int Erased { get; set; }

        public DateTimeOffset? LastExchange { get; set; }
    }
}

/// <summary>The lines of a file, none of them longer than a fact can be; and the hash of those before each.</summary>
internal sealed class BoundedLines(Stream file)
{
    private const int Longest = 64 * 1024 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _at, _filled;

    /// <summary>SHA-256 of all bytes of the lines before the last one read.</summary>
    public string Sha256Before { get; private set; } = "";

    /// <summary>The next line without its end; null after the last.</summary>
    /// <exception cref="InvalidDataException">It has no end, or is too long.</exception>
    public async Task<byte[]?> ReadAsync(CancellationToken cancel)
    {
        Sha256Before = Convert.ToHexStringLower(_hash.GetCurrentHash());
        using var line = new MemoryStream();
        while (true)
        {
            if (_at == _filled)
                (_at, _filled) = (0, await file.ReadAsync(_buffer, cancel));
            if (_filled == 0)
                return line.Length == 0 ? null : throw new InvalidDataException();
            var end = _buffer.AsSpan(_at, _filled - _at).IndexOf((byte)'\n');
            var take = end < 0 ? _filled - _at : end + 1;
            _hash.AppendData(_buffer, _at, take);
            line.Write(_buffer, _at, end < 0 ? take : end);
            _at += take;
            if (end >= 0)
                return line.ToArray();
            if (line.Length > Longest)
                throw new InvalidDataException();
        }
    }
}
