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
        catalog.Add<IDataset, CsvOptions>("csv", options => new CsvDataset(options));
        catalog.Add<IDataset, NpyOptions>("npy", options => new NpyDataset(options));
        catalog.Add<IDataset, IdxOptions>("idx", options => new IdxDataset(options));
        catalog.Add<IDataset, Cifar10Options>("cifar10", CifarDataset.Of);
        catalog.Add<IDataset, Cifar100Options>("cifar100", CifarDataset.Of);

        catalog.Add<ISplit, GivenSplitOptions>("given", options => new GivenSplit(options));
        catalog.Add<ISplit, RandomSplitOptions>("random", options => new DrawnSplit(options, stratified: false));
        catalog.Add<ISplit, StratifiedSplitOptions>("stratified", options => new DrawnSplit(options, stratified: true));
        catalog.Add<ISplit, KFoldSplitOptions>("kfold", options => new KFoldSplit(options));

        catalog.Add<ITransform, StandardizeOptions>("standardize", options => new StandardizeTransform("standardize", options.Per, divide: true));
        catalog.Add<ITransform, CenterOptions>("center", options => new StandardizeTransform("center", options.Per, divide: false));
        catalog.Add<ITransform, UnitNormOptions>("unit_norm", _ => new UnitNormTransform());

        catalog.Add<IAugmentation, HorizontalFlipOptions>("horizontal_flip", _ => new HorizontalFlipAugmentation());
        catalog.Add<IAugmentation, GaussianNoiseOptions>("gaussian_noise", options => new GaussianNoiseAugmentation(options));
        catalog.Add<IAugmentation, TranslateOptions>("translate", options => new TranslateAugmentation(options));

        const TargetKinds Any = TargetKinds.Classes | TargetKinds.Real;
        catalog.Add<IMetric, AccuracyOptions>("accuracy", _ => new AccuracyMetric());
        catalog.Add<IMetric, MeanSquaredErrorOptions>("mse", _ => new ErrorMetric("mse", error => error * error));
        catalog.Add<IMetric, MeanAbsoluteErrorOptions>("mae", _ => new ErrorMetric("mae", Math.Abs));
        catalog.Add<IMetric, RSquaredOptions>("r2", _ => new RSquaredMetric());
        catalog.Add<IMetric, NegativeLogLikelihoodOptions>("nll", _ => new LikelihoodMetric("nll", Any));
        catalog.Add<IMetric, CrossEntropyOptions>("cross_entropy", _ => new LikelihoodMetric("cross_entropy", TargetKinds.Classes));
        catalog.Add<IMetric, AurocOptions>("auroc", _ => new RankingMetric("auroc", Any, Ranking.Auroc));
        catalog.Add<IMetric, AveragePrecisionOptions>("average_precision", _ => new RankingMetric("average_precision", Any, Ranking.AveragePrecision));
        catalog.Add<IMetric, SpearmanOptions>("spearman", _ => new RankingMetric("spearman", TargetKinds.Real, Ranking.Spearman));
        catalog.Add<IMetric, ExpectedCalibrationErrorOptions>("expected_calibration_error", options => new CalibrationMetric(options));
    }
}
