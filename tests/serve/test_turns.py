"""Many clients at one model."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from loopback import until

from serve.rate import RateLimit
from serve.turns import Turns
from sqlcomplete.model.session import BusyError, OutOfTimeError


def in_thread(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def test_one_at_a_time() -> None:
    turns = Turns()
    inside = 0
    most = 0

    def use(client: int) -> None:
        nonlocal inside, most
        for _ in range(10):
            with turns.turn(client) as turn:
                turn.step(None)
                inside += 1
                most = max(most, inside)
                time.sleep(0.001)
                inside -= 1

    threads = [in_thread(lambda c=c: use(c)) for c in range(4)]  # type: ignore[misc]
    for thread in threads:
        thread.join(10)
    assert most == 1
    assert turns.waiting == 0


def test_a_client_that_floods_waits_behind_one_that_asks_once() -> None:
    turns = Turns(quantum=60)
    order: list[str] = []
    holder = turns.turn("flood")
    with holder as held:
        held.step(None)

        def use(client: str) -> None:
            with turns.turn(client) as turn:
                turn.step(None)
                order.append(client)

        threads = []
        for client in ["flood", "flood", "flood", "once"]:
            threads.append(in_thread(lambda c=client: use(c)))  # type: ignore[misc]
            until(lambda: turns.waiting == len(threads))
    for thread in threads:
        thread.join(10)
    assert order[0] == "once"
    assert sorted(order) == ["flood", "flood", "flood", "once"]


def test_past_the_deadline_nobody_waits_on() -> None:
    turns = Turns()
    with turns.turn("a") as first:
        first.step(None)
        with turns.turn("b") as second:
            begun = time.perf_counter()
            with pytest.raises(OutOfTimeError):
                second.step(begun + 0.05)
            assert time.perf_counter() - begun < 5
        assert turns.waiting == 0
        first.step(None)
    with turns.turn("b") as again:
        again.step(time.perf_counter() + 5)


def test_a_cancelled_request_frees_its_place_and_its_turn() -> None:
    turns = Turns()
    ended: list[str] = []
    with turns.turn("a") as first:
        first.step(None)

        def wait() -> None:
            with turns.turn("b") as turn:
                waiting.append(turn)
                try:
                    turn.step(None)
                except OutOfTimeError:
                    ended.append("b")

        waiting: list[object] = []
        thread = in_thread(wait)
        until(lambda: turns.waiting == 1)
        waiting[0].cancel()  # type: ignore[attr-defined]
        thread.join(10)
        assert ended == ["b"]
        first.cancel()
        with pytest.raises(OutOfTimeError):
            first.step(None)
    with turns.turn("c") as third:
        third.step(time.perf_counter() + 5)


def test_a_long_piece_of_work_lets_others_in_between_its_steps() -> None:
    turns = Turns(quantum=0.02)
    done: list[str] = []

    def long() -> None:
        with turns.turn("long") as turn:
            for _ in range(60):
                turn.step(None)
                time.sleep(0.005)
        done.append("long")

    thread = in_thread(long)
    time.sleep(0.05)
    with turns.turn("short") as turn:
        turn.step(time.perf_counter() + 5)
        done.append("short")
    thread.join(10)
    assert done == ["short", "long"]


def test_those_who_have_time_for_a_turn_go_before_those_who_have_not() -> None:
    turns = Turns(quantum=60)
    for _ in range(60):  # a turn takes about 5 ms
        with turns.turn("x") as turn:
            turn.step(None)
            time.sleep(0.005)
    served: list[str] = []
    with turns.turn("x") as holder:
        holder.step(None)
        give_up = time.perf_counter() + 0.3

        def use(client: str, deadline: float) -> None:
            try:
                with turns.turn(client) as turn:
                    turn.step(deadline)
                    served.append(client)
            except OutOfTimeError:
                pass

        threads = [in_thread(lambda: use("late", give_up + 0.001))]
        until(lambda: turns.waiting == 1)
        threads.append(in_thread(lambda: use("early", give_up + 30)))
        until(lambda: turns.waiting == 2)
        time.sleep(max(give_up - 0.0005 - time.perf_counter(), 0))
    for thread in threads:
        thread.join(10)
    assert served[0] == "early"


def test_a_bucket_empties_and_fills() -> None:
    now = [0.0]
    limit = RateLimit(10, now=lambda: now[0])
    assert [limit.wait("a") for _ in range(20)] == [0.0] * 20
    assert limit.wait("a") == pytest.approx(0.1)
    assert limit.wait("b") == 0.0
    now[0] = 0.15
    assert limit.wait("a") == 0.0
    assert limit.wait("a") > 0
    for number in range(5000):
        limit.wait(str(number))
    assert len(limit._buckets) <= 4096


def test_work_that_nobody_waits_for_goes_on_only_while_the_model_is_idle() -> None:
    turns = Turns(aside=60)
    turns.background()
    with turns.turn("a") as turn:
        turn.step(None)
        with pytest.raises(OutOfTimeError):
            turns.background()
        # Nor does a thread that reads on for a request take its turn.
        ended: list[str] = []

        def read_on() -> None:
            try:
                turn.step(None)
            except OutOfTimeError:
                ended.append("no longer wanted")

        in_thread(read_on).join(10)
        assert ended == ["no longer wanted"]
    assert turns.waiting == 0


def test_who_could_not_begin_in_time_does_not_wait() -> None:
    turns = Turns(quantum=60)
    for _ in range(60):  # a turn takes about 20 ms
        with turns.turn("x") as turn:
            turn.step(None)
            time.sleep(0.02)
    with turns.turn("holder") as holder:
        holder.step(None)
        with turns.turn("y") as turn:
            deadline = time.perf_counter() + 0.005
            with pytest.raises(OutOfTimeError):
                turn.step(deadline)
    # Where nobody has the model, whoever comes may try.
    with turns.turn("y") as turn:
        turn.step(time.perf_counter() + 0.5)


def test_a_busy_model_gives_a_step_now_and_then_to_work_that_nobody_waits_for() -> None:
    turns = Turns(aside=0.0)
    with turns.turn("a") as turn:
        turn.step(None)
        turns.background()
        # One reader at a time.
        ended: list[str] = []

        def read_too() -> None:
            try:
                turns.background()
            except BusyError:
                ended.append("busy")

        in_thread(read_too).join(10)
        assert ended == ["busy"]
        turns.background()


def test_the_newest_keystroke_of_a_session_goes_before_its_older_ones() -> None:
    turns = Turns()
    with turns.turn("a", supersedes=True) as older:
        older.step(None)
        with turns.turn("b", supersedes=True), turns.turn("a", supersedes=True) as newer:
            with pytest.raises(OutOfTimeError):
                older.step(None)
            assert older.superseded and not newer.superseded
    with turns.turn("a", supersedes=True) as alone:
        alone.step(None)


def test_once_closed_no_background_work_begins_and_none_is_under_way() -> None:
    turns = Turns()
    ended = threading.Event()

    def read_on() -> None:
        with suppress(OutOfTimeError):
            while True:
                turns.background()
                time.sleep(0.01)
        ended.set()

    thread = in_thread(read_on)
    until(lambda: turns._reader is thread)
    turns.close()
    assert ended.is_set()
    with pytest.raises(OutOfTimeError):
        turns.background()
