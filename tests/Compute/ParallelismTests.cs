using NeuralKernels.Compute;

namespace NeuralKernels.Tests.Compute;

public class ParallelismTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(3, 1)]
    [InlineData(1000, 4)]
    [InlineData(1000, 0)]
    public void For_CallsTheBodyOnceForEachItem(int items, int threads)
    {
        int[] calls = new int[items];
        Parallelism.For(items, threads, (_, item) => Interlocked.Increment(ref calls[item]));
        Assert.All(calls, count => Assert.Equal(1, count));
    }

    [Fact]
    public void For_NeverUsesAWorkerIndexTwiceAtATime()
    {
        int[] busy = new int[5];
        Parallelism.For(2000, 5, (worker, _) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref busy[worker]));
            Thread.SpinWait(200);
            Interlocked.Decrement(ref busy[worker]);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void For_WithABodyThatThrows_RethrowsItsExceptionAndStops(int threads)
    {
        int calls = 0;
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Parallelism.For(1_000_000, threads, (_, item) =>
        {
            Interlocked.Increment(ref calls);
            if (item == 10)
                throw new InvalidOperationException("item 10");
        }));
        Assert.Equal("item 10", exception.Message);
        Assert.InRange(calls, 11, 999_999);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void For_CancelledOnTheWay_ThrowsAndStops(int threads)
    {
        using var source = new CancellationTokenSource();
        int calls = 0;
        Assert.Throws<OperationCanceledException>(() => Parallelism.For(
            1_000_000,
            threads,
            (_, item) =>
            {
                Interlocked.Increment(ref calls);
                if (item == 10)
                    source.Cancel();
            },
            source.Token));
        Assert.InRange(calls, 11, 999_999);
    }

    [Fact]
    public void For_InsideFor_Completes()
    {
        int calls = 0;
        Parallelism.For(20, 4, (_, _) => Parallelism.For(20, 4, (_, _) => Parallelism.For(5, 3, (_, _) => Interlocked.Increment(ref calls))));
        Assert.Equal(2000, calls);
    }

    [Fact]
    public void For_ManyTimesInARow_NeverLosesAnItem()
    {
        long sum = 0;
        for (int round = 0; round < 3000; round++)
            Parallelism.For(3, 3, (_, item) => Interlocked.Add(ref sum, item));
        Assert.Equal(3000 * 3, sum);
    }

    [Fact]
    public void Resolve_OfZero_IsTheNumberOfCores()
    {
        Assert.Equal(Environment.ProcessorCount, Parallelism.Resolve(0));
        Assert.Equal(3, Parallelism.Resolve(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.Resolve(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.For(-1, 1, (_, _) => { }));
    }
}
