using System.Globalization;
using System.Runtime.CompilerServices;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Kit;

/// <summary>Parts tested outside a request speak what the product speaks there, on a machine of any locale.</summary>
internal static class Language
{
    [ModuleInitializer]
    internal static void Set() => CultureInfo.DefaultThreadCurrentUICulture = French.Culture;
}
