using System.Runtime.ExceptionServices;

namespace NeuralKernels.Compute;

/// <summary>
/// Loops over independent work items on several cores. Items are handed out one by one, in order, to whichever worker is free.
/// </summary>
/// <remarks>
/// Unlike <see cref="Parallel"/>, the number of workers is exact, each has an index for its own scratch memory, items
/// start in order, and a loop costs microseconds. The caller is worker 0 and the others are pool threads; a loop never
/// waits for a thread that has not begun, so loops may be nested and cannot starve.
/// </remarks>
public static class Parallelism
{
    /// <summary>The number of workers for a request: itself, or all cores for 0.</summary>
    /// <param name="threads">0 for all cores, or at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    public static int Resolve(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        return threads == 0 ? Environment.ProcessorCount : threads;
    }

    /// <summary>Calls <paramref name="body"/> once for each item in [0, <paramref name="items"/>).</summary>
    /// <param name="items">Number of work items.</param>
    /// <param name="threads">Number of workers; 0 for all cores.</param>
    /// <param name="body">Receives the worker's index in [0, threads) and the item. Called concurrently, never twice at a time for one worker index.</param>
    /// <param name="cancellationToken">Checked before each item.</param>
    /// <exception cref="OperationCanceledException">Cancelled; items that had started were completed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    /// <remarks>The first exception of <paramref name="body"/> stops the loop and is rethrown here when all workers have stopped.</remarks>
    public static void For(nint items, int threads, Action<int, nint> body, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        ArgumentNullException.ThrowIfNull(body);
        int workers = (int)Math.Min(Resolve(threads), items);
        cancellationToken.ThrowIfCancellationRequested();
        if (workers > 1)
        {
            new Loop(items, body, cancellationToken).Run(workers);
            return;
        }

        for (nint item = 0; item < items; item++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            body(0, item);
        }
    }

    private sealed class Loop(nint items, Action<int, nint> body, CancellationToken cancellationToken) : IThreadPoolWorkItem
    {
        private const int Closed = int.MinValue;
        private readonly object _done = new();
        private ExceptionDispatchInfo? _failure;
        private long _next = -1;
        private int _helpers;
        private int _lastWorker;
        private volatile bool _stop;

        public void Run(int workers)
        {
            for (int i = 1; i < workers; i++)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            Work(0);

            // From here on nobody can join; wait for those who have.
            Interlocked.Or(ref _helpers, Closed);
            Await();
            _failure?.Throw();
            if (_stop)
                cancellationToken.ThrowIfCancellationRequested();
        }

        void IThreadPoolWorkItem.Execute()
        {
            int seen = Volatile.Read(ref _helpers);
            while (seen >= 0)
            {
                int found = Interlocked.CompareExchange(ref _helpers, seen + 1, seen);
                if (found == seen)
                {
                    Work(Interlocked.Increment(ref _lastWorker));
                    if (Interlocked.Decrement(ref _helpers) == Closed)
                    {
                        lock (_done)
                            Monitor.PulseAll(_done);
                    }

                    return;
                }

                seen = found;
            }
        }

        private void Await()
        {
            // Items of one loop end at about the same time: a short spin saves most sleeps.
            const int Spins = 2000;
            for (int i = 0; i < Spins && Volatile.Read(ref _helpers) != Closed; i++)
                Thread.SpinWait(8);
            lock (_done)
            {
                while (Volatile.Read(ref _helpers) != Closed)
                    Monitor.Wait(_done);
            }
        }

        private void Work(int worker)
        {
            try
            {
                while (!_stop)
                {
                    nint item = (nint)Interlocked.Increment(ref _next);
                    if (item >= items)
                        return;
                    if (cancellationToken.IsCancellationRequested)
                    {
                        _stop = true;
                        return;
                    }

                    body(worker, item);
                }
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
                _stop = true;
            }
        }
    }
}
