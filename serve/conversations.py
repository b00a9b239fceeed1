"""Completers, one a schema, and conversations, one a client of it: each with its own KV cache, all
within a budget of memory. What was unused for longest makes room."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from serve.budget import over_budget
from serve.engine import SharedCompleter
from serve.registry import NamedSchema
from sqlcomplete.model.session import OutOfTimeError
from sqlcomplete.schema.model import Schema

Make = Callable[[Schema], SharedCompleter]
Key = tuple[Make, NamedSchema, str]  # a schema in a dialect, with the model that `Make` puts in


class _Base:
    """A schema's completer, made once by whoever comes first; others wait for it and no other."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.completer: SharedCompleter | None = None


class Chat:
    """One client's completer of one schema. `lock` is held by the request that uses it."""

    def __init__(self, completer: SharedCompleter) -> None:
        self.completer = completer
        self.lock = threading.Lock()

    @property
    def memory(self) -> int:
        """Bytes that its cache and its last answer take."""
        return self.completer.memory

    def close(self) -> None:
        """Ends what the model may still be reading for it."""
        if self.completer.session is not None:
            self.completer.session.gate = _closed


def _closed(deadline: float | None) -> None:
    raise OutOfTimeError


class Conversations:
    """The completers and conversations in use. Thread-safe.

    Args:
        completers: At most so many, one for each schema and dialect asked for.
        chats: At most so many conversations.
        memory: Bytes that all caches may take together. The one in use may go over it until its
            request ends.
        columns: How many columns the completers' schemas may have together.
    """

    def __init__(self, *, completers: int, chats: int, memory: int, columns: int) -> None:
        self._most_columns = columns
        self._most_bases = completers
        self._most_chats = chats
        self._budget = memory
        self._bases: OrderedDict[Key, _Base] = OrderedDict()
        self._chats: OrderedDict[tuple[Key, str], Chat] = OrderedDict()
        self._lock = threading.Lock()
        self.evicted = 0

    @property
    def open(self) -> int:
        """How many conversations there are."""
        return len(self._chats)

    @property
    def memory(self) -> int:
        """Bytes that all caches take."""
        with self._lock:
            return sum(chat.memory for chat in self._chats.values())

    def completer(
        self, make: Make, named: NamedSchema, dialect: str | None = None
    ) -> SharedCompleter:
        """The completer of a schema, in its own dialect or in another."""
        schema = named.schema
        dialect = schema.dialect if dialect is None else dialect
        key = (make, named, dialect)
        with self._lock:
            base = self._bases.setdefault(key, _Base())
            self._bases.move_to_end(key)
            sizes = [(one, one[1].info.columns) for one in self._bases]
            gone = over_budget(sizes, self._most_columns, self._most_bases)
            for one in gone:
                del self._bases[one]
            if gone:
                self._end(set(gone))
        with base.lock:
            if base.completer is None:
                if dialect != schema.dialect:
                    schema = dataclasses.replace(schema, dialect=dialect)
                base.completer = make(schema)
            return base.completer

    @contextmanager
    def chat(
        self,
        make: Make,
        named: NamedSchema,
        dialect: str | None,
        client: str,
        *,
        until: float | None = None,
        before_waiting: Callable[[], None] | None = None,
    ) -> Iterator[SharedCompleter]:
        """A client's completer of a schema, for one request.

        Where another request of the same client has it, this one waits for it `until` a time
        (`time.perf_counter()`), and then gets one without a model. `before_waiting` is called
        before it waits.
        """
        base = self.completer(make, named, dialect)
        key = ((make, named, named.schema.dialect if dialect is None else dialect), client)
        with self._lock:
            chat = self._chats.get(key)
            if chat is None:
                chat = self._chats[key] = Chat(base.beside())
            self._chats.move_to_end(key)
        if not chat.lock.acquire(blocking=False):
            if before_waiting is not None:
                before_waiting()
            left = -1.0 if until is None else max(until - time.perf_counter(), 0.0)
            if not chat.lock.acquire(timeout=left):
                yield base.beside(model=False)
                return
        try:
            yield chat.completer
        finally:
            chat.lock.release()
            self._make_room()

    def drop(self, named: NamedSchema) -> None:
        """Forgets all there is of a schema that was replaced."""
        with self._lock:
            gone = {key for key in self._bases if key[1] is named}
            for key in gone:
                del self._bases[key]
            self._end(gone)

    def clear(self) -> None:
        """Forgets all there is, since the model is another."""
        with self._lock:
            self._bases.clear()
            self._end({key[0] for key in self._chats})

    def _end(self, gone: set[Key]) -> None:
        for key in [key for key in self._chats if key[0] in gone]:
            self._chats.pop(key).close()

    def _make_room(self) -> None:
        with self._lock:
            memory = sum(chat.memory for chat in self._chats.values())
            for key, chat in list(self._chats.items()):
                if memory <= self._budget and len(self._chats) <= self._most_chats:
                    break
                if not chat.lock.acquire(blocking=False):
                    continue
                try:
                    memory -= chat.memory
                    chat.close()
                    del self._chats[key]
                    self.evicted += 1
                finally:
                    chat.lock.release()
