using NeuralKernels.Abstractions;
using NeuralKernels.Datasets;
using NeuralKernels.Tests.Conformance;

namespace NeuralKernels.Tests.Datasets;

/// <summary>Short forms for the plugin's components.</summary>
internal static class Make
{
    public static IDataset Dataset(string name, object options) => Components.Create<DatasetsPlugin, IDataset>(name, options);

    public static ISplit Split(string name, object options) => Components.Create<DatasetsPlugin, ISplit>(name, options);

    public static ITransform Transform(string name, object options) => Components.Create<DatasetsPlugin, ITransform>(name, options);

    public static IAugmentation Augmentation(string name, object options) => Components.Create<DatasetsPlugin, IAugmentation>(name, options);

    public static IMetric Metric(string name, object options) => Components.Create<DatasetsPlugin, IMetric>(name, options);

    public static LoadedDataset Load(string name, object options, params string[] folders) =>
        Dataset(name, options).Load(new DatasetContext(new FolderFiles(folders), CancellationToken.None));

    public static double[][] Transformed(string name, object options, Examples examples) =>
        Samples.Rows(Transform(name, options).Fit(examples, CancellationToken.None).Apply(examples));
}
