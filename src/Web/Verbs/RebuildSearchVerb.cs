using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Web.Verbs;

/// <summary><c>rebuild-search</c>: has the workers read everything into the index of words anew.</summary>
public static class RebuildSearchVerb
{
    public static Task<int> RunAsync(string[] args, CancellationToken cancel) => Operator.GuardAsync(() => Operator.WithCoreAsync(
        args,
        async services =>
        {
            var count = await services.GetRequiredService<RebuildSearch>().RunAsync(cancel);
            Console.WriteLine($"{count} courriers et brouillons sont à relire. Les processus qui servent le font à la suite, les plus récents d'abord ; la recherche reste ouverte.");
            return 0;
        },
        cancel));
}
