using System.Collections;
using Vaguemestre.Core;

namespace Vaguemestre.TestKit.World;

/// <summary>Both databases, for theories: the whole suite runs on each.</summary>
public sealed class Databases : IEnumerable<object[]>
{
    public IEnumerator<object[]> GetEnumerator() => Enum.GetValues<DatabaseProvider>().Select(p => new object[] { p }).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
