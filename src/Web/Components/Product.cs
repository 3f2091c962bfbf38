using System.Reflection;

namespace Vaguemestre.Web.Components;

public static class Product
{
    /// <summary>« 1.4.0 », as released; without the commit that the build adds.</summary>
    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
