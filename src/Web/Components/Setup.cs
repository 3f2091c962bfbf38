using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.Extensions.WebEncoders;

namespace Vaguemestre.Web.Components;

public static class Setup
{
    /// <summary>Razor Pages that speak French: messages of binding and validation, and accents written as they are.</summary>
    public static IMvcBuilder AddFrenchPages(this IServiceCollection services)
    {
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        return services.AddRazorPages().AddMvcOptions(FrenchMessages.Apply);
    }
}
