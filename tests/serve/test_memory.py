"""What a server keeps has a bound: counted in entries, columns, characters and bytes."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_model import TinyModel

from serve.budget import over_budget
from serve.conversations import Conversations
from serve.extra_schema import ExtraSchemas
from serve.heap import hold_small
from serve.registry import NamedSchema, Registry
from serve.settings import MEBIBYTE, ServeSettings
from sqlcomplete.cli.options import CACHE_MEMORY
from sqlcomplete.completer import Completer
from sqlcomplete.prompting import Prompter
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Column, Schema, Table
from sqlcomplete.syntax import analyse
from sqlcomplete.verdict.parsing import Trees
from sqlcomplete.verdict.sources import names_of


def schema(columns: int, name: str = "t") -> Schema:
    return Schema("sqlite", (Table(name, tuple(Column(f"c{i}") for i in range(columns))),))


@given(st.lists(st.integers(0, 50), max_size=20), st.integers(0, 200), st.integers(1, 20))
def test_what_is_over_a_budget_goes_oldest_first(sizes: list[int], budget: int, most: int) -> None:
    gone = over_budget(enumerate(sizes), budget, most)
    assert gone == list(range(len(gone)))
    left = sizes[len(gone) :]
    assert (sum(left) <= budget and len(left) <= most) or len(left) <= 1
    assert bool(left) == bool(sizes)
    if gone:  # none too many
        more = sizes[len(gone) - 1 :]
        assert sum(more) > budget or len(more) > most


def test_schemas_together_have_so_many_columns_and_the_last_one_stays() -> None:
    registry = Registry(limit=10, columns=100)
    for number in range(8):
        registry.put(NamedSchema(f"s{number}", schema(30)))
    assert [named.name for named in registry.all()] == ["s5", "s6", "s7"]
    gone = registry.put(NamedSchema("large", schema(1000)))
    assert [named.name for named in registry.all()] == ["large"]
    assert len(gone) == 3


def test_completers_go_with_the_columns_of_their_schemas() -> None:
    made: list[weakref.ref[Completer]] = []

    def make(of: Schema) -> Completer:
        completer = Completer(of, model=None)
        made.append(weakref.ref(completer))
        return completer

    conversations = Conversations(completers=50, chats=50, memory=MEBIBYTE, columns=100)
    for number in range(20):
        with conversations.chat(make, NamedSchema(f"s{number}", schema(30)), None, "me"):
            pass
    gc.collect()
    assert conversations.open == 3
    assert sum(ref() is not None for ref in made) == 3


def test_schemas_of_extra_context_have_so_many_columns_together() -> None:
    extra = ExtraSchemas(lambda ddl, dialect: schema(30_000, ddl[-2:].strip()))
    base = NamedSchema("", Schema("sqlite"))
    gone = []
    for number in range(9):
        gone += extra.with_ddl(base, None, [f"CREATE TABLE x{number}"])[1]
    assert len(gone) == 6


def test_the_last_answer_counts_to_a_conversations_memory() -> None:
    """Each of a thousand sessions may have had a megabyte of text in its last request."""
    completer = Completer(
        schema_from_ddl("CREATE TABLE t (a INT, b INT)", "sqlite"), model=TinyModel()
    )
    text = "SELECT a FROM t; " * 5000 + "SELECT "
    completer.complete(text, len(text))
    session = completer.session
    assert session is not None
    assert completer.memory >= session.memory + len(text)
    conversations = Conversations(completers=4, chats=50, memory=100_000, columns=1000)
    for client in range(5):
        named = NamedSchema("s", schema(3))
        with conversations.chat(lambda of: completer, named, None, str(client)) as one:
            one.complete(text, len(text))
    assert conversations.open == 0  # none of them fits, and none is kept
    assert conversations.evicted == 5


def test_trees_are_kept_by_their_length() -> None:
    trees = Trees(1000)
    for number in range(200):
        assert trees.tree(f"SELECT {number:040}", "sqlite") is not None
        assert trees.characters <= 1000
    assert trees.characters > 900
    before = trees.characters
    assert trees.tree("SELECT 1 + " + "1 + " * 200 + "1", "sqlite") is not None
    assert trees.tree("SELECT FROM FROM", "sqlite") is None
    assert trees.characters <= before + 20
    assert trees.tree("SELECT 7", "sqlite") is trees.tree("SELECT 7", "sqlite")


def test_a_prompters_lines_have_a_bound() -> None:
    many = Schema("sqlite", tuple(Table(f"t{i}", (Column("a"),)) for i in range(3000)))
    index = SchemaIndex(many)
    prompter = Prompter(index, TinyModel().tokenizer)
    for number in range(3000):
        text = f"SELECT * FROM t{number} WHERE "
        prompter.prompt(analyse(text, len(text), index))
    assert len(prompter._lines) <= 1024


def test_what_is_known_of_a_schema_goes_with_its_index() -> None:
    index = SchemaIndex(schema(3))
    table = index.schema.tables[0]
    assert list(names_of(table, index)) == ["c0", "c1", "c2"]
    names = names_of(table, index)
    assert names_of(table, index) is names
    gone = weakref.ref(index)
    del index
    gc.collect()
    assert gone() is None


def test_the_defaults_leave_room_below_600_mebibytes() -> None:
    """300 for the program with its model, 75 for the schemas, and what is left for their caches."""
    settings = ServeSettings()
    assert CACHE_MEMORY.default == settings.cache_memory // MEBIBYTE
    assert 300 + settings.max_columns * 512 // MEBIBYTE + settings.cache_memory // MEBIBYTE < 560


ARENAS = """
import ctypes, os, re, sys, tempfile, threading
from serve.heap import hold_small
held = hold_small() if sys.argv[1] == "held" else True
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
barrier = threading.Barrier(12)
def work():
    barrier.wait()
    for _ in range(200):
        libc.malloc(20_000)
    barrier.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
[t.start() for t in threads]; [t.join() for t in threads]
name = tempfile.mktemp().encode()
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(name, b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
print(int(held), len(re.findall("<heap nr=", open(name).read())))
os.unlink(name)
"""


def test_threads_share_two_arenas() -> None:
    if not sys.platform.startswith("linux") or not hold_small():
        pytest.skip("this C library has no such setting")

    def arenas(how: str) -> int:
        command = [sys.executable, "-c", ARENAS, how]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        held, count = map(int, done.stdout.split())
        assert held
        return count

    assert arenas("held") <= 2 < arenas("free")
