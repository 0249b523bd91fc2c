"""Work done once in this process: how long, with how much CPU and memory."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STATUS = Path("/proc/self/status")


@contextmanager
def taken() -> Iterator[dict[str, float]]:
    """Give a dict that has the seconds and CPU seconds of the block when it ends."""
    figures: dict[str, float] = {}
    started, used = time.perf_counter(), time.process_time()
    yield figures
    figures |= {"seconds": time.perf_counter() - started, "CPU seconds": time.process_time() - used}


def peak_memory() -> float:
    """Return the most memory that this process has held, in MB."""
    if STATUS.exists():  # what getrusage says there includes the process that started this one
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
