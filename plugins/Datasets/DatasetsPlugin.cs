using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;

[assembly: PluginEntryPoint(typeof(DatasetsPlugin))]

namespace NeuralKernels.Datasets;

/// <summary>Offers datasets, splits, transforms, augmentations and metrics.</summary>
public sealed class DatasetsPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IComponentCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add<IDataset, DigitsOptions>("digits", options => new DigitsDataset(options));

        catalog.Add<ISplit, GivenSplitOptions>("given", options => new GivenSplit(options));
        catalog.Add<ISplit, RandomSplitOptions>("random", options => new DrawnSplit(options, stratified: false));
        catalog.Add<ISplit, StratifiedSplitOptions>("stratified", options => new DrawnSplit(options, stratified: true));
        catalog.Add<ISplit, KFoldSplitOptions>("kfold", options => new KFoldSplit(options));

        catalog.Add<ITransform, StandardizeOptions>("standardize", options => new StandardizeTransform("standardize", options.Per, divide: true));
        catalog.Add<ITransform, CenterOptions>("center", options => new StandardizeTransform("center", options.Per, divide: false));
        catalog.Add<ITransform, UnitNormOptions>("unit_norm", _ => new UnitNormTransform());

        catalog.Add<IMetric, AccuracyOptions>("accuracy", _ => new AccuracyMetric());
    }
}
