"""What there is to compute with, and how fast its matrix products are."""
import platform
import time

import torch
import transformers

SIZES = (256, 512, 1024, 2048)
REPEATS = 10


def machine(threads=None):
    if threads:
        torch.set_num_threads(threads)
    by_size = {size: gemm_gflops(size) for size in SIZES}
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "threads": torch.get_num_threads(),
        "cpuCapability": torch.backends.cpu.get_cpu_capability(),
        "gemmGflops": max(by_size.values()),
        "gemmGflopsBySize": by_size,
    }


def gemm_gflops(size):
    """The best of several float32 products of square matrices."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    out = torch.empty(size, size)
    best = min(seconds(lambda: torch.mm(a, b, out=out)) for _ in range(REPEATS))
    return 2 * size**3 / best / 1e9


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
