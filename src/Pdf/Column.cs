namespace Vaguemestre.Pdf;

/// <summary>A column of a table: its heading, and its share of the width relative to the other columns.</summary>
public sealed record Column(string Title, double Share = 1);
