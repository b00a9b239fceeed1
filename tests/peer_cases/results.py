"""Each case's result beside what is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.peer_cases.case import Case
from tests.peer_cases.judge import breaches, items_of
from tests.peer_cases.known import KNOWN, Known
from tests.peer_cases.suites import SUITES


@dataclass(frozen=True, slots=True)
class Result:
    """A case's result: `breaches` is empty where it holds, `known` None where it should hold."""

    peer: str
    subject: str
    case: Case
    offered: tuple[str, ...]
    breaches: tuple[str, ...]
    known: Known | None

    @property
    def holds(self) -> bool:
        return not self.breaches

    @property
    def name(self) -> str:
        return f"{self.peer}: {self.case.name}"


def results() -> Iterator[Result]:
    """The result of each case, in order."""
    known = {promise: entry for entry in KNOWN for promise in entry.promises}
    for (peer, subject), groups in SUITES.items():
        for group in groups:
            for case in group.cases:
                items = items_of(case)
                yield Result(
                    peer,
                    subject,
                    case,
                    tuple(item.insert.strip() for item in items),
                    tuple(breaches(case, items)),
                    known.get(f"{peer}: {case.name}", known.get(f"{peer}: {group.promise}")),
                )


def promised_names() -> list[str]:
    """Every name that an entry of what is known may use, each case once."""
    names: list[str] = []
    for (peer, _), groups in SUITES.items():
        for group in groups:
            names += [f"{peer}: {case.name}" for case in group.cases]
            if len(group.cases) > 1:
                names.append(f"{peer}: {group.promise}")
    return names
