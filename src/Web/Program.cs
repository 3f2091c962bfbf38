using Vaguemestre.Web.Verbs;

return await CommandLine.RunAsync(args);

/// <summary>The entry point, named so that tests can start the product in their own process.</summary>
public partial class Program;
