using Vaguemestre.Bench;

return args switch
{
    ["sending", .. var rest] => await SendingBench.RunAsync(rest),
    ["memory", .. var rest] => await MemoryBench.RunAsync(rest),
    ["tracking", .. var rest] => await TrackingBench.RunAsync(rest),
    ["uploads", .. var rest] => await UploadBench.RunAsync(rest),
    ["reception", .. var rest] => await ReceptionBench.RunAsync(rest),
    ["evidence", .. var rest] => await EvidenceBench.RunAsync(rest),
    ["faults", .. var rest] => await FaultsRun.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("dotnet run -c Release --project bench -- sending [LETTERS [DATABASE]] | memory [RECIPIENTS…] | tracking [CONVERSATIONS…] | uploads | reception | evidence [SECONDS] | faults (see eng/faults)");
    return 2;
}
