#!/usr/bin/python3
"""Times OpenBLAS (through numpy and scipy) on the products, Cholesky factorisations and eigenvectors that the benchmarks time.

Usage, from the repository root, after `dotnet build -c Release bench`:

    /usr/bin/python3 bench/peers/openblas.py [--rounds 3] [--gemm N...] [--cholesky N...] [--eigen N...] [--save]

numpy and scipy must use OpenBLAS: on Debian and Ubuntu `apt-get install python3-scipy libopenblas0-pthread`. Rates are for a
second of processor time, which other users of the machine disturb least: the peer runs on one core (threads that spin would
count against it), the project's rate is what its benchmark prints as "per core". Peer and project take turns in every round; the
ratio is the median over rounds of the project's rate by the peer's.
"""

import argparse
import datetime
import functools
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy
import scipy
from scipy.linalg import lapack

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "bench" / "bin" / "Release" / "net10.0" / "NeuralKernels.Bench.dll"


def blas_library() -> str:
    """The BLAS that this process has really loaded, or an exit: the reference BLAS is no peer."""
    maps = pathlib.Path("/proc/self/maps").read_text()
    found = sorted(set(re.findall(r"\S*openblas\S*\.so\S*", maps)))
    if not found:
        sys.exit("numpy does not use OpenBLAS: apt-get install libopenblas0-pthread, or put its folder into LD_LIBRARY_PATH.")
    return found[0]


def median_time(run, prepare=lambda: None, repetitions: int = 5) -> float:
    """Median processor seconds of a run, after one that warms up."""
    times = []
    for repetition in range(repetitions + 1):
        prepare()
        start = time.process_time()
        run()
        if repetition > 0:
            times.append(time.process_time() - start)
    return statistics.median(times)


def gemm(n: int, dtype) -> float:
    """GFLOP/s of a square product."""
    random = numpy.random.default_rng(1)
    a, b = (random.random((n, n)).astype(dtype) for _ in range(2))
    c = numpy.empty((n, n), dtype)
    return 2 * n**3 / median_time(lambda: numpy.matmul(a, b, out=c)) / 1e9


def cholesky(n: int) -> float:
    """GFLOP/s of dpotrf, in place."""
    saved = numpy.asfortranarray(numpy.random.default_rng(1).random((n, n)) + n * numpy.eye(n))
    a = numpy.empty_like(saved, order="F")
    seconds = median_time(lambda: lapack.dpotrf(a, lower=0, overwrite_a=1, clean=0), lambda: numpy.copyto(a, saved), 3)
    return n**3 / 3 / seconds / 1e9


def eigen(n: int) -> float:
    """GFLOP/s of dsyevd by the count that the benchmark uses."""
    factor = numpy.random.default_rng(1).random((n, n)) - 0.5
    a = numpy.asfortranarray(factor @ factor.T / n)
    return 28 / 3 * n**3 / median_time(lambda: lapack.dsyevd(a, compute_v=1, lower=1, overwrite_a=0), repetitions=1) / 1e9


@functools.cache
def output_of(benchmark: str, n: int, round_number: int) -> str:
    """What a benchmark prints; once a round, although several lines of it are wanted."""
    del round_number
    return subprocess.run(["dotnet", str(PROGRAM), benchmark, str(n)], check=True, capture_output=True, text=True).stdout


def project(benchmark: str, n: int, line: str, round_number: int) -> float:
    """The rate per core of one line of a benchmark."""
    output = output_of(benchmark, n, round_number)
    match = re.search(re.escape(line) + r" .*per core\s+([\d.]+)", output)
    if match is None:
        sys.exit(f"The benchmark '{benchmark} {n}' printed no line '{line}':\n{output}")
    return float(match[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--gemm", type=int, nargs="*", default=[2048])
    parser.add_argument("--cholesky", type=int, nargs="*", default=[4000])
    parser.add_argument("--eigen", type=int, nargs="*", default=[1000, 2000])
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    library = blas_library()
    cases = [
        (f"SGEMM n = {n}", lambda n=n: gemm(n, numpy.float32), ("gemm", n, f"SGEMM A B, n = {n}, 1 threads")) for n in options.gemm
    ] + [
        (f"DGEMM n = {n}", lambda n=n: gemm(n, numpy.float64), ("gemm", n, f"DGEMM A B, n = {n}, 1 threads")) for n in options.gemm
    ] + [
        (f"Cholesky n = {n}", lambda n=n: cholesky(n), ("cholesky", n, f"Cholesky double, n = {n}")) for n in options.cholesky
    ] + [
        (f"eigenvectors n = {n}", lambda n=n: eigen(n), ("eigen", n, f"eigen managed, n = {n}")) for n in options.eigen
    ]
    print(f"{library}, numpy {numpy.__version__}, scipy {scipy.__version__}")
    lines = []
    for name, peer, arguments in cases:
        pairs = [(peer(), project(*arguments, number)) for number in range(options.rounds)]
        peers, projects = zip(*pairs)
        ratio = statistics.median(ours / theirs for theirs, ours in pairs)
        lines.append({"Name": name, "Peer": statistics.median(peers), "Project": statistics.median(projects), "Ratio": ratio})
        print(f"{name:24} OpenBLAS {lines[-1]['Peer']:7.1f} GFLOP/s a core   project {lines[-1]['Project']:7.1f} GFLOP/s   ratio {ratio:5.2f}", flush=True)
    if options.save:
        date = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
        path = ROOT / "bench" / "results" / f"openblas-{date}.json"
        path.write_text(json.dumps({"Date": date, "Library": library, "Lines": lines}, indent=2) + "\n")
        print(f"saved to {path}")


if __name__ == "__main__":
    main()
