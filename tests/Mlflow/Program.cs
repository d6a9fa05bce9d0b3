namespace NeuralKernels.Tests.Mlflow;

internal static class Program
{
    private static int Main(string[] args) => args is [SecondProcess.Marker, .. string[] command]
        ? SecondProcess.Act(command)
        : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args).GetAwaiter().GetResult();
}
