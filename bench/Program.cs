using Vaguemestre.Bench;

return args switch
{
    ["sending", .. var rest] => await SendingBench.RunAsync(rest),
    ["tracking", .. var rest] => await TrackingBench.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project bench -- sending [LETTERS] | tracking [CONVERSATIONS]");
    return 2;
}
