using System.Text;
using System.Text.Unicode;

namespace Vaguemestre.Core.Files.Kinds;

/// <summary>Text, in Unicode or in a single-byte encoding, and the formats that are text with a known beginning.</summary>
internal static class TextFiles
{
    private const int Looked = 4096;

    private static readonly (string Beginning, string ContentType)[] Known =
    [
        ("<?xml", "application/xml"),
        ("<!DOCTYPE html", "text/html"),
        ("<html", "text/html"),
        ("<head", "text/html"),
        ("<body", "text/html"),
        ("BEGIN:VCARD", "text/vcard"),
        ("BEGIN:VCALENDAR", "text/calendar"),
        ("WEBVTT", "text/vtt"),
        ("ISO-10303-21;", "model/step"),
        ("-----BEGIN PKCS7-----", "application/pkcs7-mime"),
        ("-----BEGIN CMS-----", "application/pkcs7-mime"),
        ("-----BEGIN PGP SIGNATURE-----", "application/pgp-signature"),
        ("-----BEGIN PGP MESSAGE-----", "application/pgp-encrypted"),
        ("-----BEGIN ", "application/x-pem-file"),
        ("Return-Path:", "message/rfc822"),
        ("Received:", "message/rfc822"),
        ("Delivered-To:", "message/rfc822"),
        ("Message-ID:", "message/rfc822"),
        ("MIME-Version:", "message/rfc822"),
    ];

    public static FileKind? Of(ReadOnlySpan<byte> beginning) =>
        Read(beginning) is not { } text ? null
        : text.StartsWith("#!", StringComparison.Ordinal) && text.Length > 2 && text[2] is '/' or ' ' ? new FileKind("text/x-script", "un script")
        : text.StartsWith("Windows Registry Editor", StringComparison.Ordinal) || text.StartsWith("REGEDIT4", StringComparison.Ordinal) ? new FileKind("text/x-ms-regedit", "une modification du registre de Windows")
        : text.StartsWith("[InternetShortcut]", StringComparison.OrdinalIgnoreCase) || text.StartsWith("[Desktop Entry]", StringComparison.OrdinalIgnoreCase) ? new FileKind("application/x-shortcut", "un raccourci")
        : new FileKind(TypeOf(text.AsSpan().TrimStart()));

    private static string TypeOf(ReadOnlySpan<char> text)
    {
        foreach (var (known, type) in Known)
        {
            if (text.StartsWith(known, StringComparison.OrdinalIgnoreCase))
                return type == "application/xml" && text.Contains("<svg", StringComparison.Ordinal) ? "image/svg+xml" : type;
        }

        return text.StartsWith("<svg", StringComparison.Ordinal) ? "image/svg+xml" : IsDxf(text) ? "image/vnd.dxf" : "text/plain";
    }

    private static bool IsDxf(ReadOnlySpan<char> text) =>
        text.StartsWith("0", StringComparison.Ordinal) && text[1..].TrimStart().StartsWith("SECTION", StringComparison.Ordinal);

    /// <summary>The first words, or null when it is no text: it has a control character that no text has.</summary>
    private static string? Read(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || beginning.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            var encoding = beginning[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
            var text = encoding.GetString(beginning[2..Math.Min(beginning.Length, Looked)]);
            return text.AsSpan().ContainsAnyInRange('\0', '\u0006') ? null : text;
        }

        foreach (var octet in beginning)
        {
            if (octet < 0x20 && octet is not (0x07 or 0x08 or 0x09 or 0x0A or 0x0B or 0x0C or 0x0D or 0x1B))
                return null;
        }

        var looked = beginning[..Math.Min(beginning.Length, Looked)];
        return (Utf8.IsValid(beginning) ? Encoding.UTF8 : Encoding.Latin1).GetString(looked).TrimStart('\uFEFF');
    }
}
