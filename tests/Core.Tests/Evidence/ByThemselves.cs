namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>Tests that start many programs one after the other: beside others that start programs they were seen to wait for ever.</summary>
[CollectionDefinition(nameof(ByThemselves), DisableParallelization = true)]
public sealed class ByThemselves;
