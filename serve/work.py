"""Work off the event loop: threads, bounded, with a queue that refuses instead of growing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from serve.errors import ApiError

T = TypeVar("T")


class WorkPool:
    """At most `workers` jobs run and `queue` wait. Used from one event loop."""

    def __init__(self, name: str, *, workers: int, queue: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._limit = workers + queue
        self._pending = 0

    async def run(self, job: Callable[[], T]) -> T:
        """The job's result.

        Raises:
            ApiError: 429, too many jobs wait; or whatever the job raises.
        """
        if self._pending >= self._limit:
            raise ApiError(
                429,
                "overloaded",
                "too many requests wait; try again",
                headers={"Retry-After": "1"},
            )
        future = self._threads.submit(job)
        self._pending += 1
        # By the thread's own future: a client that leaves does not free the thread it keeps busy.
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: _call_soon(loop, self._finished))
        return await asyncio.wrap_future(future)

    def _finished(self) -> None:
        self._pending -= 1

    async def close(self) -> None:
        """Drops what waits and lets what runs end."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)


def _call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(callback)
