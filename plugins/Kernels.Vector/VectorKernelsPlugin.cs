using NeuralKernels.Abstractions;
using NeuralKernels.Kernels.Vector;
using NeuralKernels.Networks;

[assembly: PluginEntryPoint(typeof(VectorKernelsPlugin))]

namespace NeuralKernels.Kernels.Vector;

/// <summary>Kernels of feature vectors.</summary>
public sealed class VectorKernelsPlugin : IPlugin
{
    /// <inheritdoc />
    public void Register(IComponentCatalog catalog)
    {
        catalog.Add<IKernel, NetworkKernelOptions>("network", options => new NetworkKernel(new Network(options.Network), options.Get.ToKernelOutput()));
        catalog.Add<IKernel, FcOptions>("fc", options => options.ToKernel());
        catalog.Add<IKernel, GaussianKernelOptions>("gaussian", options => new PairKernel<GaussianFunction>(
            "gaussian", new GaussianFunction(options.Variance, options.Lengthscale)));
        catalog.Add<IKernel, LaplaceKernelOptions>("laplace", options => new PairKernel<MaternFunction>(
            "laplace", new MaternFunction(options.Variance, options.Lengthscale, MaternOrder.OneHalf)));
        catalog.Add<IKernel, MaternKernelOptions>("matern", options => new PairKernel<MaternFunction>(
            "matern", new MaternFunction(options.Variance, options.Lengthscale, MaternFunction.Order(options.Nu))));
        catalog.Add<IKernel, PolynomialKernelOptions>("polynomial", options => new PairKernel<PolynomialFunction>(
            "polynomial", new PolynomialFunction(options.Scale, options.Offset, options.Degree)));
        catalog.Add<IKernel, DotProductKernelOptions>("dot_product", options => new PairKernel<PolynomialFunction>(
            "dot_product", new PolynomialFunction(options.Variance, options.Bias, 1)));
    }
}
