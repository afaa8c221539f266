"""Work on a long stream shared among processes: the results come in the order of the stream.

Takes a function, batches and the number of processes. A bounded number of batches is under way at a time, so
memory does not grow with the stream; short streams are done here, since processes take time to start.
"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from trialwright.errors import TrialwrightError

A = TypeVar("A")
B = TypeVar("B")

# So much goes to a process at once: enough that handing it over costs little, little enough to hold several.
BATCH_BYTES = 512 * 1024
BATCH_INPUTS = 200
# Batches done here before processes are worth starting, and those under way for each process.
_FIRST = 8
_AHEAD = 3


def processors() -> int:
    """How many processes can run at the same time on this machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_in_order(function: Callable[[A], B], batches: Iterable[A], workers: int) -> Iterator[B]:
    """The results of all batches in their order; `function` must be importable by its name.

    Raises TrialwrightError when a process ends of itself, as one does that the machine had no memory for.
    """
    source = iter(batches)
    for batch in itertools.islice(source, _FIRST if workers > 1 else None):
        yield function(batch)
    first = next(source, None)
    if first is None:
        return
    # Spawned processes share nothing with this one: no threads, no open files, no surprise. What they make is
    # frozen and without cycles, so that looking for cycles would be time lost.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=gc.disable)
    waiting: deque[Future[B]] = deque()
    try:
        waiting.append(pool.submit(function, first))
        for batch in source:
            waiting.append(pool.submit(function, batch))
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise TrialwrightError(
            "one of the processes that share the work has ended of itself, perhaps for want of memory",
            cure="try again with --workers 1",
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
