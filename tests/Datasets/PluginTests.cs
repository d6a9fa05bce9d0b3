using System.ComponentModel.DataAnnotations;
using System.Reflection;
using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

public sealed class PluginTests
{
    [Fact]
    public void Register_OffersAllComponents()
    {
        string[] names = [.. Components.All<DatasetsPlugin>().Select(c => $"{c.Component.Name} {c.Name}").Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "IAugmentation gaussian_noise", "IAugmentation horizontal_flip", "IAugmentation translate",
                "IDataset cifar10", "IDataset cifar100", "IDataset csv", "IDataset digits", "IDataset idx", "IDataset npy",
                "IMetric accuracy", "IMetric auroc", "IMetric average_precision", "IMetric cross_entropy", "IMetric expected_calibration_error",
                "IMetric mae", "IMetric mse", "IMetric nll", "IMetric r2", "IMetric spearman",
                "ISplit given", "ISplit kfold", "ISplit random", "ISplit stratified",
                "ITransform center", "ITransform standardize", "ITransform unit_norm",
            ],
            names);
    }

    [Fact]
    public void Defaults_OfEveryComponentButTheFileOfCsv_AreValid()
    {
        foreach ((_, string name, Type type) in Components.All<DatasetsPlugin>())
        {
            object options = Activator.CreateInstance(type)!;
            bool valid = Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true);
            Assert.Equal(name != "csv", valid);
        }
    }

    [Fact]
    public void Assembly_NamesItsEntryPointAndItsApi()
    {
        Assembly assembly = typeof(DatasetsPlugin).Assembly;
        Assert.Equal(typeof(DatasetsPlugin), assembly.GetCustomAttribute<PluginEntryPointAttribute>()!.Type);
        Assert.Equal(PluginApi.Major, assembly.GetCustomAttribute<PluginApiAttribute>()!.Major);
    }
}
