"""Work off the event loop: threads, bounded, with a queue that refuses instead of growing, and an
end for work whose client has gone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any, TypeVar

from starlette.requests import Request

from serve.errors import ApiError, ClientGoneError

T = TypeVar("T")


class Task:
    """What a job is told of itself. `cancel` may be called from any thread, at any time."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave = leave
        self._loop = asyncio.get_running_loop()
        self.offered: asyncio.Future[Any] = self._loop.create_future()
        self._lock = threading.Lock()
        self._on_cancel: Callable[[], None] | None = None
        self.cancelled = False

    def leave_processor(self) -> None:
        """Lets another job run on the processor: this one waits, or works elsewhere, from now."""
        leave, self._leave = self._leave, _nothing
        leave()

    def offer(self, result: object) -> None:
        """An answer that is sent where the job's own comes late; the first one counts."""

        def keep() -> None:
            if not self.offered.done():
                self.offered.set_result(result)

        _call_soon(self._loop, keep)

    def on_cancel(self, act: Callable[[], None]) -> None:
        """`act` is called once the work is no longer wanted; at once where that is so already."""
        with self._lock:
            self._on_cancel = act
            cancelled = self.cancelled
        if cancelled:
            act()

    def cancel(self) -> None:
        """The client has gone."""
        with self._lock:
            self.cancelled = True
            act = self._on_cancel
        if act is not None:
            act()


class WorkPool:
    """At most `workers` jobs use the processor, and `queue` more wait for it or for the model.
    Used from one event loop."""

    def __init__(self, name: str, *, workers: int, queue: int) -> None:
        self._limit = workers + queue
        self._threads = ThreadPoolExecutor(self._limit, thread_name_prefix=name)
        self._processors = threading.Semaphore(workers)
        self._pending = 0

    @property
    def pending(self) -> int:
        """How many jobs run or wait."""
        return self._pending

    def start(self, job: Callable[[Task], T]) -> tuple[Task, asyncio.Future[T]]:
        """Begins a job.

        Raises:
            ApiError: 429, too many jobs wait.
        """
        if self._pending >= self._limit:
            raise ApiError(
                429,
                "overloaded",
                "too many requests wait; try again",
                headers={"Retry-After": "1"},
            )
        task = Task(self._processors.release)

        def run() -> T:
            self._processors.acquire()
            try:
                if task.cancelled:
                    raise ClientGoneError
                return job(task)
            finally:
                task.leave_processor()

        future: Future[T] = self._threads.submit(run)
        self._pending += 1
        # By the thread's own future: a client that leaves does not free the thread it keeps busy.
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: _call_soon(loop, self._finished))
        wrapped = asyncio.wrap_future(future)
        # What a job says after its client has gone is of interest to nobody.
        wrapped.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task, wrapped

    async def run(
        self, job: Callable[[Task], T], request: Request, *, until: float | None = None
    ) -> T:
        """The job's result; the job is cancelled where the client goes first.

        From `until` on (`time.perf_counter()`), what the job has offered is taken for its result.

        Raises:
            ApiError: 429, too many jobs wait; or whatever the job raises.
            ClientGoneError: the client went.
        """
        task, future = self.start(job)
        gone = asyncio.ensure_future(_gone(request))
        try:
            waited: set[asyncio.Future[Any]] = {future, gone}
            left = None if until is None else max(until - time.perf_counter(), 0.0)
            await asyncio.wait(waited, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if not future.done() and not gone.done():
                waited.add(task.offered)
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if gone.done() and not future.done():
                raise ClientGoneError
            if not future.done():
                offered: T = task.offered.result()
                return offered
            return await future
        finally:
            gone.cancel()
            if not future.done():
                task.cancel()

    async def stream(
        self, job: Callable[[Task], Generator[T, None, None]], request: Request
    ) -> AsyncIterator[T]:
        """What the job gives, one by one; the job is cancelled where the client goes first, or
        whoever reads this stops.

        Raises:
            ApiError: 429, too many jobs wait; or whatever the job raises.
            ClientGoneError: the client went.
        """
        loop = asyncio.get_running_loop()
        items: asyncio.Queue[tuple[T] | None] = asyncio.Queue()

        def run(task: Task) -> None:
            with closing(job(task)) as made:
                for item in made:
                    if task.cancelled:
                        return
                    loop.call_soon_threadsafe(items.put_nowait, (item,))

        task, future = self.start(run)
        future.add_done_callback(lambda _: items.put_nowait(None))
        gone = asyncio.ensure_future(_gone(request))
        gone.add_done_callback(lambda _: items.put_nowait(None))
        try:
            while (item := await items.get()) is not None:
                yield item[0]
            if not future.done():
                raise ClientGoneError
            await future
        finally:
            gone.cancel()
            if not future.done():
                task.cancel()

    def _finished(self) -> None:
        self._pending -= 1

    async def close(self) -> None:
        """Drops what waits and lets what runs end."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)


async def _gone(request: Request) -> None:
    """Returns once the client has closed the connection. The body must have been read."""
    while True:
        message: Any = await request.receive()
        if message["type"] == "http.disconnect":
            return


def _nothing() -> None:
    pass


def _call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(callback)
