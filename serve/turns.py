"""Whose turn it is at the model: one at a time, clients in a circle, those first who have time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlcomplete.model.session import BusyError, OutOfTimeError

QUANTUM = 0.1  # seconds after which a turn passes on where others wait
_IDLE_WAIT = 0.025  # seconds that background work waits for the model to be free
_LONGEST_STEP = 0.25  # seconds after which a background step is taken to be over
_LAST_STEP = 2.0  # seconds that a background step is waited for at the end
ASIDE = 0.1  # seconds from one background step to the next where the model is never idle
_SMOOTH = 0.1  # weight of the newest turn in the estimate of what a turn takes


class Turn:
    """One request's use of the model, in the thread that made it. `step` is the gate of its
    session."""

    def __init__(
        self, turns: Turns, client: object, before_waiting: Callable[[], None] | None
    ) -> None:
        self.client = client
        self.deadline: float | None = None
        self.held_since: float | None = None
        self.cancelled = False
        self.superseded = False
        self.waited = 0.0  # seconds
        self.wake = threading.Event()
        self.thread = threading.get_ident()
        self._turns = turns
        self._before_waiting = before_waiting

    def step(self, deadline: float | None) -> None:
        """Waits for the turn, or passes it on for a while where it has been held for long.

        Work of other threads on the same session is work that nobody waits for.

        Raises: OutOfTimeError, past the deadline or once cancelled.
        """
        if threading.get_ident() != self.thread:
            self._turns.background(deadline)
            return
        if self._before_waiting is not None:
            self._before_waiting()
            self._before_waiting = None
        self._turns.step(self, deadline)

    def cancel(self) -> None:
        """Ends the work at its next step, from any thread."""
        self.cancelled = True
        self.wake.set()

    def supersede(self) -> None:
        """Ends the work since the same client asks anew: what it typed since is what counts."""
        self.superseded = True
        self.cancel()


class Turns:
    """Gives out turns at a model that serves `width` requests at a time. Thread-safe.

    Of those who wait, the client that was served longest ago goes first. A request that has less
    time left than a turn takes goes behind those that have enough, and one that could not begin in
    time does not wait at all: under load it is better that half of the requests get the model's
    answer than that all get half of one.
    """

    def __init__(self, *, width: int = 1, quantum: float = QUANTUM, aside: float = ASIDE) -> None:
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._aside = aside
        self._reader: threading.Thread | None = None
        self._reader_until = 0.0
        self._reader_due = 0.0
        self._closed = False
        self._newest: dict[object, Turn] = {}
        self._width = width
        self._quantum = quantum
        self._holding = 0
        self._waiting: list[Turn] = []
        self._served: dict[object, float] = {}
        self._takes = 0.0  # seconds a turn takes, smoothed

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return len(self._waiting)

    @contextmanager
    def turn(
        self,
        client: object,
        before_waiting: Callable[[], None] | None = None,
        *,
        supersedes: bool = False,
    ) -> Iterator[Turn]:
        """A turn for one request; it is taken at its first step and given back at the end.

        `before_waiting` is called once, before the first step. One that `supersedes` ends what the
        same client asked for before in this way.
        """
        turn = Turn(self, client, before_waiting)
        completed = False
        if supersedes:
            with self._lock:
                older = self._newest.get(client)
                self._newest[client] = turn
            if older is not None:
                older.supersede()
        try:
            yield turn
            completed = True
        finally:
            with self._lock:
                if self._newest.get(client) is turn:
                    del self._newest[client]
                if turn.held_since is not None:
                    self._give_back(turn, completed=completed)

    def step(self, turn: Turn, deadline: float | None) -> None:
        """See `Turn.step`."""
        if turn.cancelled:
            raise OutOfTimeError
        with self._lock:
            if turn.held_since is not None:
                held = time.perf_counter() - turn.held_since
                if held < self._quantum or not self._waiting:
                    return
                self._give_back(turn, completed=False)
            turn.deadline = deadline
            turn.wake.clear()
            if turn.cancelled or self._hopeless(deadline):
                raise OutOfTimeError
            self._waiting.append(turn)
            self._hand_out()
        self._wait(turn)

    def _hopeless(self, deadline: float | None) -> bool:
        """Whether a turn would come too late, by what turns take: then the answer without the
        model is better given now than at the deadline."""
        if deadline is None or self._holding < self._width:
            return False
        takes = min(self._takes, self._quantum)
        begins = (len(self._waiting) + 0.5) * takes / self._width
        return time.perf_counter() + begins + takes / 2 > deadline

    def background(self, deadline: float | None = None) -> None:
        """The gate of work that nobody waits for: a thread at a time, while the model is idle, and
        a step now and then where it never is; else what is new to a busy server would never be
        read.

        Raises: BusyError, where it is not its time; OutOfTimeError, once closed.
        """
        with self._idle:
            if self._closed:
                raise OutOfTimeError
            if not self._may_read() and not (self._idle.wait(_IDLE_WAIT) and self._may_read()):
                raise BusyError
            now = time.perf_counter()
            self._reader = threading.current_thread()
            self._reader_until = now + _LONGEST_STEP
            self._reader_due = now + self._aside

    def close(self) -> None:
        """No background work begins after this; that under way has ended when it returns, since a
        process must not end inside a step of the model."""
        with self._lock:
            self._closed = True
            reader = self._reader
        if reader is not None and reader is not threading.current_thread():
            reader.join(_LAST_STEP)

    def _may_read(self) -> bool:
        now = time.perf_counter()
        reader = self._reader
        if (
            reader is not None
            and reader is not threading.current_thread()
            and reader.is_alive()
            and now < self._reader_until
        ):
            return False
        return not (self._holding or self._waiting) or now >= self._reader_due

    def _wait(self, turn: Turn) -> None:
        begun = time.perf_counter()
        while True:
            left = None if turn.deadline is None else turn.deadline - time.perf_counter()
            if left is None or left > 0:
                turn.wake.wait(left)
            with self._lock:
                turn.waited += time.perf_counter() - begun
                begun = time.perf_counter()
                late = turn.deadline is not None and begun >= turn.deadline
                if turn.held_since is not None and not turn.cancelled and not late:
                    return
                if not turn.cancelled and not late:
                    continue
                if turn.held_since is not None:
                    self._give_back(turn, completed=False)
                else:
                    self._waiting.remove(turn)
                raise OutOfTimeError

    def _give_back(self, turn: Turn, *, completed: bool) -> None:
        assert turn.held_since is not None
        now = time.perf_counter()
        if completed:
            took = now - turn.held_since
            self._takes += (took - self._takes) * _SMOOTH
        turn.held_since = None
        self._served[turn.client] = now
        if len(self._served) > 4096:
            self._served = dict(sorted(self._served.items(), key=lambda p: p[1])[2048:])
        self._holding -= 1
        self._hand_out()
        if not self._holding:
            self._idle.notify_all()

    def _hand_out(self) -> None:
        now = time.perf_counter()
        while self._waiting and self._holding < self._width:
            need = now + min(self._takes, self._quantum)

            def order(turn: Turn, need: float = need) -> tuple[bool, float]:
                late = turn.deadline is not None and turn.deadline < need
                # Of those too late, the one with most time left.
                return late, (
                    -(turn.deadline or 0.0) if late else self._served.get(turn.client, 0.0)
                )

            best = min(self._waiting, key=order)
            self._waiting.remove(best)
            best.held_since = now
            self._holding += 1
            best.wake.set()
