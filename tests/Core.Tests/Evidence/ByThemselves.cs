namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>Tests that start many programs one after the other, some of which have to answer within seconds: beside others that start programs they were seen to wait too long, or for ever.</summary>
[CollectionDefinition(nameof(ByThemselves), DisableParallelization = true)]
public sealed class ByThemselves;
