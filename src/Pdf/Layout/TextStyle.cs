namespace Vaguemestre.Pdf.Layout;

/// <summary>A colour in sRGB, each part from 0 to 1. Dark enough to read when printed in grey.</summary>
internal sealed record Ink(double Red, double Green, double Blue)
{
    public static readonly Ink Black = new(0, 0, 0);
    public static readonly Ink Heading = new(0.106, 0.165, 0.286);
    public static readonly Ink Text = new(0.12, 0.13, 0.15);
    public static readonly Ink Quiet = new(0.33, 0.35, 0.38);
    public static readonly Ink Hairline = new(0.78, 0.80, 0.83);
}

/// <summary>How a block of text looks; sizes in points. <paramref name="Before"/> falls away at the top of a page.</summary>
internal sealed record TextStyle(double Size, double Leading, Ink Ink, double Before = 0, double After = 0, double KeepWithNext = 0)
{
    public static readonly TextStyle Body = new(10.25, 15, Ink.Text, After: 7);
    public static readonly TextStyle Note = new(8.5, 12, Ink.Quiet, After: 6);
    public static readonly TextStyle Fact = new(10, 14, Ink.Text);
    public static readonly TextStyle Cell = new(9, 12.5, Ink.Text);
    public static readonly TextStyle CellHeading = new(8.5, 12.5, Ink.Heading);
    public static readonly TextStyle Footer = new(8, 10.5, Ink.Quiet);

    public static TextStyle Heading(int level) => level switch
    {
        1 => new(21, 27, Ink.Heading, Before: 18, After: 12, KeepWithNext: 50),
        2 => new(14, 19, Ink.Heading, Before: 16, After: 7, KeepWithNext: 100),       // a table's heading row, and a first row of some lines
        3 => new(11.5, 16, Ink.Heading, Before: 12, After: 4, KeepWithNext: 100),
        _ => new(10.25, 15, Ink.Heading, Before: 8, After: 3, KeepWithNext: 40),
    };
}
