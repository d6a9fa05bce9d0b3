using System.Numerics;
using NeuralKernels.Abstractions;
using NeuralKernels.Compute;
using NeuralKernels.Kernels.Image;
using NeuralKernels.Networks;

namespace NeuralKernels.Bench;

// Notation
//   k32, k64   an entry of the NNGP or the NTK in float32 and in float64, of the same images: their numbers are float32
//   x, y       images, y = x + delta with |delta| of a given size relative to |x|
//   fx         the mirror image of x: k(fx, fy) = k(x, y) for these networks, with sums in another order

/// <summary>Errors of one kind over many entries.</summary>
/// <param name="Network">The network.</param>
/// <param name="Kernel">nngp or ntk.</param>
/// <param name="Error">What was compared, relative to what.</param>
/// <param name="Worst">Largest error.</param>
/// <param name="Median">Median error.</param>
internal sealed record AccuracyLine(string Network, string Kernel, string Error, double Worst, double Median);

/// <summary>Rounding errors of the evaluation by planes on real images, different ones and nearly equal ones.</summary>
internal static class AccuracyBenchmark
{
    private const int Side = 100;
    private const int Originals = 16;
    private const KernelOutputs Both = KernelOutputs.Nngp | KernelOutputs.Ntk;
    private static readonly double[] s_distances = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 0];

    public static void Run(Report report, string[] arguments)
    {
        int[] depths = Report.Sizes(arguments, 10, 5);
        if (depths.Any(layers => layers is not (5 or 7 or 10)))
            throw new UserErrorException("There are Myrtle networks of 5, 7 and 10 layers.", "Name some of these, or none for 10 and 5.");
        double[][] images = CifarImages.Read(2 * Side);
        foreach (int layers in depths)
        {
            string name = $"myrtle-{layers}";
            ExampleShape shape = new(ExampleKinds.Images, [32, 32], 3);
            PlaneNetwork planes = PlaneNetwork.TryCreate(new MyrtleOptions { Layers = layers }.ToNetwork(), shape, out string reason)
                ?? throw new InvalidOperationException(reason);
            OtherImages(report, name, planes, images);
            NearImages(report, name, planes, images[..Originals]);
        }
    }

    private static void OtherImages(Report report, string name, PlaneNetwork planes, double[][] images)
    {
        using Kernel<float> single = Kernel<float>.Of(planes, images[..Side], images[Side..]);
        using Kernel<double> exact = Kernel<double>.Of(planes, images[..Side], images[Side..]);
        foreach (KernelOutputs output in new[] { KernelOutputs.Nngp, KernelOutputs.Ntk })
        {
            List<double> ofEntry = [], ofDiagonal = [];
            for (int i = 0; i < Side; i++)
            {
                for (int j = 0; j < Side; j++)
                {
                    double k = exact[output, i, j];
                    double error = Math.Abs(single[output, i, j] - k);
                    ofEntry.Add(error / Math.Abs(k));
                    ofDiagonal.Add(error / Math.Sqrt(exact.Row(output, i) * exact.Column(output, j)));
                }
            }

            Add(report, name, output, "other images: |k32 - k64| / |k64|", ofEntry);
            Add(report, name, output, "other images: |k32 - k64| / sqrt(k_ii k_jj)", ofDiagonal);
        }
    }

    private static void NearImages(Report report, string name, PlaneNetwork planes, double[][] originals)
    {
        int count = s_distances.Length;
        double[][] near = [.. originals.SelectMany((x, i) => s_distances.Select((distance, d) => Near(x, distance, (ulong)(i * count + d))))];
        using Kernel<float> single = Kernel<float>.Of(planes, originals, near, columnsPerRow: count);
        using Kernel<double> exact = Kernel<double>.Of(planes, originals, near, columnsPerRow: count);
        using Kernel<double> mirrored = Kernel<double>.Of(
            planes, [.. originals.Select(CifarImages.Flip)], [.. near.Select(CifarImages.Flip)], columnsPerRow: count);
        foreach (KernelOutputs output in new[] { KernelOutputs.Nngp, KernelOutputs.Ntk })
        {
            for (int d = 0; d < count; d++)
            {
                // Copies have the exact value on the diagonal.
                bool copies = s_distances[d] == 0;
                double[] Of(Func<int, double> error) => [.. Enumerable.Range(0, originals.Length).Select(i => Math.Abs(error(i)) / exact.Row(output, i))];
                double Reference(int i) => copies ? exact.Row(output, i) : exact[output, i, d];
                string what = copies ? "copies" : $"near images, |delta| / |x| = {Median(originals.Select((x, i) => Distance(x, near[i * count + d]))):0.0e-0}";
                Add(report, name, output, $"{what}: |k32 - {(copies ? "k(x, x)" : "k64")}| / k(x, x)", Of(i => single[output, i, d] - Reference(i)));
                Add(report, name, output, $"{what}: |k64 - k64(fx, fy)| / k(x, x)", Of(i => exact[output, i, d] - mirrored[output, i, d]));
                Add(report, name, output, $"{what}: |k64 - k(x, x)| / k(x, x)", Of(i => exact[output, i, d] - exact.Row(output, i)));
            }
        }
    }

    // x + delta, rounded to float32.
    private static double[] Near(double[] image, double distance, ulong seed)
    {
        RandomStream random = new(seed, "near images");
        double[] noise = [.. image.Select(_ => 2 * random.NextDouble() - 1)];
        double scale = distance * Math.Sqrt(image.Sum(x => x * x) / noise.Sum(x => x * x));
        return [.. image.Zip(noise, (x, z) => (double)(float)(x + scale * z))];
    }

    private static double Distance(double[] x, double[] y) => Math.Sqrt(x.Zip(y, (a, b) => (a - b) * (a - b)).Sum() / x.Sum(a => a * a));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Add(Report report, string network, KernelOutputs output, string error, IEnumerable<double> values)
    {
        double[] errors = [.. values];
        AccuracyLine line = new(network, output == KernelOutputs.Ntk ? "ntk" : "nngp", error, errors.Max(), Median(errors));
        report.Keep(line);
        Console.WriteLine($"{line.Network,-10} {line.Kernel,-5} {line.Error,-74} worst {line.Worst:0.00e-0}  median {line.Median:0.00e-0}");
    }

    /// <summary>Entries and diagonals of both kernels, of rows with all columns, or with columns of their own.</summary>
    private sealed class Kernel<T> : IDisposable
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly PreparedPlanes<T> _rows;
        private readonly PreparedPlanes<T> _columns;
        private readonly NativeMatrix<T> _nngp;
        private readonly NativeMatrix<T> _ntk;

        private Kernel(PlaneNetwork planes, double[][] rows, double[][] columns, int width)
        {
            _rows = planes.Prepare<T>(CifarImages.Examples(rows), Both, default);
            _columns = planes.Prepare<T>(CifarImages.Examples(columns), Both, default);
            _nngp = new NativeMatrix<T>(rows.Length, width);
            _ntk = new NativeMatrix<T>(rows.Length, width);
        }

        public double this[KernelOutputs output, int i, int j] => double.CreateChecked((output == KernelOutputs.Ntk ? _ntk : _nngp)[i, j]);

        public static Kernel<T> Of(PlaneNetwork planes, double[][] rows, double[][] columns, int? columnsPerRow = null)
        {
            int width = columnsPerRow ?? columns.Length;
            Kernel<T> kernel = new(planes, rows, columns, width);
            Parallelism.For(rows.Length, 0, (_, i) => planes.Evaluate(
                kernel._rows, i, kernel._columns, columnsPerRow is null ? 0 : i * width,
                kernel._nngp.View.Block(i, 0, 1, width), kernel._ntk.View.Block(i, 0, 1, width)));
            return kernel;
        }

        public double Row(KernelOutputs output, int i) => Diagonal(_rows, output)[i];

        public double Column(KernelOutputs output, int j) => Diagonal(_columns, output)[j];

        public void Dispose()
        {
            _rows.Dispose();
            _columns.Dispose();
            _nngp.Dispose();
            _ntk.Dispose();
        }

        private static double[] Diagonal(PreparedPlanes<T> prepared, KernelOutputs output)
        {
            double[] values = new double[prepared.Count];
            prepared.Diagonal(output, values);
            return values;
        }
    }
}
