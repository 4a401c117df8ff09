using System.CommandLine;
using DecisionServer.Load.Blast;
using DecisionServer.Load.Running;

var root = new RootCommand("Load driver of DecisionServer.") { BlastCommand.Create(Console.Out, Console.Error), RunCommand.Create(Console.Out, Console.Error) };
return root.Parse(args).Invoke();
