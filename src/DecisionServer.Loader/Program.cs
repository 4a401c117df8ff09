using DecisionServer.Loader;

await using var output = Console.OpenStandardOutput();
var host = new LoaderHost(Console.OpenStandardInput(), output, Console.Error, !Console.IsErrorRedirected, TimeProvider.System) { LowerPriority = LowPriority.Enter };
return await LoaderProgram.RunAsync(args, host);
