using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Vaguemestre.Pdf.Tests;

/// <summary>Foreign readers of PDF, so that the writer is not judged by itself. Each comes in a Debian package.</summary>
static class Tool
{
    static readonly Dictionary<string, string> Packages = new()
    {
        ["qpdf"] = "qpdf",
        ["mutool"] = "mupdf-tools",
        ["pdfinfo"] = "poppler-utils",
        ["pdffonts"] = "poppler-utils",
        ["pdfdetach"] = "poppler-utils",
        ["pdftotext"] = "poppler-utils",
        ["pdfsig"] = "poppler-utils",
    };

    /// <summary>Runs a tool on the document, which stands for <c>{pdf}</c> in its arguments, and returns all that it says.</summary>
    public static string Run(string tool, byte[] pdf, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("vaguemestre-pdf-");
        try
        {
            var path = Path.Combine(folder.FullName, "document.pdf");
            File.WriteAllBytes(path, pdf);
            return Run(tool, arguments.Select(argument => argument.Replace("{pdf}", path)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static string Run(string tool, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
            process.WaitForExit();
            process.ExitCode.ShouldBe(0, $"{tool} said: {output}");
            return output;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"These tests need {tool}: sudo apt-get install {Packages[tool]}", missing);
        }
    }
}
