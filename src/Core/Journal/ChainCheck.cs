namespace Vaguemestre.Core.Journal;

/// <summary>What is wrong with a chain of facts, and at which place.</summary>
public sealed record ChainFault(int Sequence, string What);

/// <summary>Recomputes a chain from its facts. Says whether it is whole; not whether it is the only one (that takes a seal).</summary>
public static class ChainCheck
{
    /// <summary>The first fault, or null.</summary>
    /// <param name="facts">Every fact of one subject, in order.</param>
    /// <param name="withheld">Whoever tells the chain left the payloads out; otherwise one that is not there must have been erased.</param>
    public static ChainFault? FirstFault(IReadOnlyList<Fact> facts, bool withheld = false)
    {
        byte[]? previous = null;
        var purgedBefore = facts.LastOrDefault(f => f is { Kind: FactKind.ContentPurged, Payload: not null })?.Sequence ?? 0;
        for (var i = 0; i < facts.Count; i++)
        {
            var fact = facts[i];
            if (fact.Sequence != i + 1)
                return new ChainFault(i + 1, "a fact is missing or out of order");
            if (!Same(fact.PreviousHash, previous))
                return new ChainFault(fact.Sequence, "it does not follow from the fact before");
            if (!Same(fact.Hash, fact.ComputeHash()))
                return new ChainFault(fact.Sequence, "its header was changed");
            if (fact.Payload is { } payload && !Same(fact.PayloadHash, payload.ComputeHash()))
                return new ChainFault(fact.Sequence, "its payload was changed");
            if (fact.Payload is null && !withheld && fact.Sequence >= purgedBefore)
                return new ChainFault(fact.Sequence, "its payload is gone, and no later fact says that it was erased");
            previous = fact.Hash;
        }

        return null;
    }

    private static bool Same(byte[]? a, byte[]? b) => a is null ? b is null : b is not null && a.AsSpan().SequenceEqual(b);
}
