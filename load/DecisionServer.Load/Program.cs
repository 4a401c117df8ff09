using System.CommandLine;
using DecisionServer.Load.Blast;

var root = new RootCommand("Load driver of DecisionServer.") { BlastCommand.Create(Console.Out, Console.Error) };
return root.Parse(args).Invoke();
