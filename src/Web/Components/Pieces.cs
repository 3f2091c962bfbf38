using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>
/// What stands in every row of a table, written straight: a page of eighty rows would make hundreds of tag helpers. Elsewhere those of the same names write the same.
/// </summary>
static class Pieces
{
    /// <summary><c>v-instant</c>: an instant in the words of the page.</summary>
    public static IHtmlContent Instant(DateTimeOffset at, string text) => new Piece((writer, encoder) =>
    {
        writer.Write("<time datetime=\"");
        writer.Write(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.Write("\">");
        encoder.Encode(writer, text);
        writer.Write("</time>");
    });

    /// <summary><c>v-status</c>: icon + word + colour.</summary>
    public static IHtmlContent Status(HttpContext context, string status, long? count = null)
    {
        var icon = IconMarkup.Of(context, Look.StatusIcon(status), null, null);
        var words = count is { } many ? Look.StatusCount(status, many) : Look.StatusWord(status);
        return new Piece((writer, encoder) =>
        {
            writer.Write("<span class=\"status status-");
            encoder.Encode(writer, status);
            writer.Write("\">");
            icon.WriteTo(writer, encoder);
            encoder.Encode(writer, words);
            writer.Write("</span>");
        });
    }

    /// <summary><c>v-tick</c>: the box that selects a row.</summary>
    /// <param name="form">Id of the form it belongs to, where that is not the one around it.</param>
    public static IHtmlContent Tick(string name, string value, string label, bool isChecked, string? form) => new Piece((writer, encoder) =>
    {
        writer.Write("<span class=\"tick\"><input");
        Attribute(writer, encoder, "aria-label", label);
        if (isChecked)
            Attribute(writer, encoder, "checked", "checked");
        Attribute(writer, encoder, "class", "form-check-input");
        if (form is not null)
            Attribute(writer, encoder, "form", form);
        Attribute(writer, encoder, "name", name);
        Attribute(writer, encoder, "type", "checkbox");
        Attribute(writer, encoder, "value", value);
        writer.Write(" /></span>");
    });

    /// <summary><c>v-star</c>: the button that makes a favourite or takes the star away.</summary>
    public static IHtmlContent Star(HttpContext context, bool active, string subject, string name, string value, string? form)
    {
        var icon = IconMarkup.Of(context, active ? "star-fill" : "star", null, null);
        return new Piece((writer, encoder) =>
        {
            writer.Write("<button type=\"submit\" class=\"star\"");
            Attribute(writer, encoder, "aria-pressed", active ? "true" : "false");
            Attribute(writer, encoder, "title", active ? Words.StarOn : Words.StarOff);
            Attribute(writer, encoder, "name", name);
            Attribute(writer, encoder, "value", value);
            if (form is not null)
                Attribute(writer, encoder, "form", form);
            writer.Write('>');
            icon.WriteTo(writer, encoder);
            writer.Write("<span class=\"visually-hidden\">");
            encoder.Encode(writer, string.Format(CultureInfo.CurrentCulture, Words.StarOf, subject));
            writer.Write("</span></button>");
        });
    }

    static void Attribute(TextWriter writer, HtmlEncoder encoder, string name, string value)
    {
        writer.Write(' ');
        writer.Write(name);
        writer.Write("=\"");
        encoder.Encode(writer, value);
        writer.Write('"');
    }

    sealed class Piece(Action<TextWriter, HtmlEncoder> write) : IHtmlContent
    {
        public void WriteTo(TextWriter writer, HtmlEncoder encoder) => write(writer, encoder);
    }
}
