"""What our own editor and server keep: open texts, and what was accepted or dismissed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from distill.company.entry import LogEntry, Unread
from distill.company.reading.moments import moment


def read_editor(lines: Iterable[str]) -> Iterator[LogEntry | Unread]:
    """The editor's saved session: a JSON document with the texts of its tabs."""
    try:
        document = json.loads("".join(lines))
        buffers = document["buffers"]
        texts = [str(buffer["text"]) for buffer in buffers]
    except (ValueError, KeyError, TypeError, RecursionError):
        yield Unread("not a session of the editor")
        return
    for text in texts:
        if text.strip():
            yield LogEntry(text)


def read_events(lines: Iterable[str]) -> Iterator[LogEntry | Unread]:
    """The server's events, an object a line: of what was accepted (`select`), the text it gave;
    `view` and `dismiss` say nothing of how people write, and are counted."""
    for line in lines:
        if not line.strip():
            continue
        try:
            event: Any = json.loads(line)
            kind = event["type"]
        except (ValueError, KeyError, TypeError, RecursionError):
            yield Unread("a line that is no event")
            continue
        if kind != "select":
            yield Unread(f"an event of type {str(kind)[:20]}")
            continue
        text = _text(event)
        if text is None:
            yield Unread("an accepted suggestion without its text")
        else:
            yield LogEntry(text, moment(event.get("time") or event.get("timestamp")))


def _text(event: dict[str, Any]) -> str | None:
    for name in ("sql", "statement", "text"):
        if isinstance(event.get(name), str) and event[name].strip():
            return str(event[name])
    prefix, accepted = event.get("prefix"), event.get("accepted") or event.get("completion")
    if isinstance(prefix, str) and isinstance(accepted, str):
        suffix = event.get("suffix")
        return prefix + accepted + (suffix if isinstance(suffix, str) else "")
    return None
