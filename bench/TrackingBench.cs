namespace Vaguemestre.Bench;

internal static class TrackingBench
{
    public static Task<int> RunAsync(string[] args) => Task.FromResult(args.Length);
}
