using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Html;

namespace Vaguemestre.Web.Components;

/// <summary>
/// An icon of the sprite as it is written. A page of rows draws a hundred, and all but their labels is the same each time: that is put together once for
/// each name. Names and classes are the pages' own and few; what people type comes into labels alone.
/// </summary>
sealed class IconMarkup : IHtmlContent
{
    const string Sprite = "dist/icons.svg";

    static readonly ResourceAssetCollection NoAssets = new([]);

    static readonly ConditionalWeakTable<ResourceAssetCollection, ConcurrentDictionary<(string Name, string? Class), IconMarkup>> Known = [];

    readonly string _rest;
    readonly string? _label;

    IconMarkup(string rest, string? label) => (_rest, _label) = (rest, label);

    /// <param name="context">Whose endpoint knows the sprite's fingerprint (<c>MapRazorPages().WithStaticAssets()</c>), where it does.</param>
    /// <param name="name">Of the sprite.</param>
    /// <param name="label">For those who hear the page; null where the word beside it says the same.</param>
    /// <param name="cssClass">Beside <c>icon</c>.</param>
    public static IconMarkup Of(HttpContext context, string name, string? label, string? cssClass)
    {
        var assets = context.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>() ?? NoAssets;
        var icon = context.Request.PathBase is { HasValue: true } pathBase
            ? New(pathBase, assets, name, cssClass)
            : Known.GetOrCreateValue(assets).GetOrAdd((name, cssClass), static (key, assets) => New(default, assets, key.Name, key.Class), assets);
        return label is null ? icon : new IconMarkup(icon._rest, label);
    }

    public void WriteTo(TextWriter writer, HtmlEncoder encoder)
    {
        if (_label is null)
        {
            writer.Write("<svg aria-hidden=\"true\"");
        }
        else
        {
            writer.Write("<svg role=\"img\" aria-label=\"");
            encoder.Encode(writer, _label);
            writer.Write('"');
        }

        writer.Write(_rest);
    }

    static IconMarkup New(PathString pathBase, ResourceAssetCollection assets, string name, string? cssClass)
    {
        var encoder = HtmlEncoder.Default;
        return new IconMarkup(
            $" class=\"icon{(cssClass is null ? "" : " " + encoder.Encode(cssClass))}\"><use href=\"{encoder.Encode($"{pathBase}/{assets[Sprite]}#{name}")}\"></use></svg>",
            null);
    }
}
