using System.Globalization;
using System.Reflection;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Tests.Kit;
using Xunit.v3;

[assembly: SpeaksFrench]

namespace Vaguemestre.Web.Tests.Kit;

/// <summary>Parts tested outside a request speak what the product speaks there, whatever the machine speaks and whatever the test runner was told to.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SpeaksFrenchAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => CultureInfo.CurrentUICulture = French.Culture;
}
