"""One case, and groups of cases that promise the same at several places."""

from __future__ import annotations

from dataclasses import dataclass

CARET = "¦"


@dataclass(frozen=True, slots=True)
class Case:
    """What must be offered at a caret.

    Attributes:
        name: Unique; the group's name with the case's number in it.
        schema: The name of a schema in `tests.peer_cases.schemas`.
        text: The statement, with the caret drawn as `¦`.
        offers: Names that must be among the items. See `tests.peer_cases.judge` for how they are
            compared.
        refuses: Names that must not be.
        order: Names that must be among the items, in this order.
        first: The name of the first item.
        silent: True where no item at all may be offered.
        dialect: The schema's own, where None.
    """

    name: str
    schema: str
    text: str
    offers: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    first: str | None = None
    silent: bool = False
    dialect: str | None = None

    @property
    def sql(self) -> str:
        return self.text.replace(CARET, "")

    @property
    def cursor(self) -> int:
        """The caret's offset in `sql`, in code points."""
        return self.text.index(CARET)


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that promise the same: `promise` is their name."""

    promise: str
    cases: tuple[Case, ...]


def group(
    promise: str,
    schema: str,
    *texts: str,
    offers: str = "",
    refuses: str = "",
    order: str = "",
    first: str | None = None,
    silent: bool = False,
    dialect: str | None = None,
) -> Group:
    """A case for each text. Names are separated by `;` (a name may hold spaces and commas)."""
    return Group(
        promise,
        tuple(
            Case(
                name=promise if len(texts) == 1 else f"{promise} {number}",
                schema=schema,
                text=text,
                offers=_names(offers),
                refuses=_names(refuses),
                order=_names(order),
                first=first,
                silent=silent,
                dialect=dialect,
            )
            for number, text in enumerate(texts, 1)
        ),
    )


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(";") if name.strip())
