using NeuralKernels.Host.Commands;

return await CommandLine.InvokeAsync(args);
