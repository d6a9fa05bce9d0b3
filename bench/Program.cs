using System.Diagnostics;
using NeuralKernels.Compute;
unsafe {
for (int rep = 0; rep < 3; rep++) {
  foreach (int th in new[]{1,2}) { Run<float>(2048, th); Run<double>(2048, th); }
}
void Run<T>(int n, int th) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> {
  using var a = new NativeMatrix<T>(n,n); using var b = new NativeMatrix<T>(n,n); using var c = new NativeMatrix<T>(n,n);
  var r = new RandomStream(1,"x");
  for (int i=0;i<n;i++) { foreach (ref T x in a.Row(i)) x = T.CreateChecked(r.NextDouble()); foreach (ref T x in b.Row(i)) x = T.CreateChecked(r.NextDouble()); }
  double peak = PeakRate.MeasureFma<T>(th, TimeSpan.FromMilliseconds(100));
  Gemm.Multiply(T.One, a.View, false, b.View, false, T.Zero, c.View, th);
  double best = 1e9;
  for (int k=0;k<5;k++) { long t=Stopwatch.GetTimestamp(); Gemm.Multiply(T.One, a.View, false, b.View, false, T.Zero, c.View, th); best = Math.Min(best, Stopwatch.GetElapsedTime(t).TotalSeconds); }
  double g = 2.0*n*n*n/best/1e9;
  Console.WriteLine($"{typeof(T).Name} n={n} th={th} {g:F1} GF peak {peak/1e9:F1} ratio {g*1e9/peak:F3}");
}
}
