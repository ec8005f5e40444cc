"""How a ratio is measured: both sides in turn, medians."""

import statistics
import time
from collections.abc import Callable


def compare(ours: Callable[[], object], plain: Callable[[], object], *, times: int) -> tuple[float, float]:
    """Median seconds of one call of each side, called in turn so that a busy machine hits both alike."""
    ours(), plain()  # first calls fill caches on both sides
    pairs = [(_seconds(ours), _seconds(plain)) for _ in range(times)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
