using System.CommandLine;
using DecisionServer.Load.Blast;
using DecisionServer.Load.Running;
using DecisionServer.Load.Scenarios;

var root = new RootCommand("Load driver of DecisionServer.")
{
    BlastCommand.Create(Console.Out, Console.Error),
    RunCommand.Create(Console.Out, Console.Error, AllScenarios.InOrder),
};
return root.Parse(args).Invoke();
