"""Whether an insertion agrees with what the user means to write, and how far it carries.

Names and keywords compare without case and without their quotes, and white space between tokens is
free: no user rejects `count(*)` because the statement has `COUNT( * )`. Strings compare exactly.
"""

from __future__ import annotations

from distill.evaluate.lexing import Lexeme, lex


def agreement(target: str, at: int, insert: str) -> int | None:
    """Where in `target` the cursor stands once `insert` is written at `at`, or None where the
    insertion contradicts the target.

    An insertion may end inside a token of the target (its last word is then a prefix of that
    token); it may not go beyond the target's end.
    """
    if not insert:
        return None
    if target.startswith(insert, at):
        return _skip_space(target, at + len(insert)) if insert[-1].isspace() else at + len(insert)
    if _glues(target, at, insert):
        return None
    written = lex(insert)
    if not written:  # white space alone
        end = _skip_space(target, at)
        return end if end > at else None
    # Twice the length and some covers the white space that only the target has.
    wanted = lex(target[at : at + 2 * len(insert) + 200])
    if len(written) > len(wanted):
        return None
    if not all(same_token(o, t) for o, t in zip(written[:-1], wanted, strict=False)):
        return None
    last, goal = written[-1], wanted[len(written) - 1]
    if same_token(last, goal):
        end = at + goal.end
        return _skip_space(target, end) if _ends_alike(insert, target, end) else end
    if insert[-1].isspace():
        return None
    covered = _part_of(last, goal)
    return None if covered is None else at + goal.start + covered


def _ends_alike(insert: str, target: str, end: int) -> bool:
    """Whether white space at the insertion's end stands for what the target has there: a blank is
    no line break, which is still to be typed."""
    written = insert[len(insert.rstrip()) :]
    wanted = target[end : _skip_space(target, end)]
    return bool(written) and ("\n" in written or "\n" not in wanted)


def same_token(left: Lexeme, right: Lexeme) -> bool:
    """Whether two tokens mean the same: names by their folded name, all else by their text."""
    names = ("word", "quoted")
    if left.kind in names and right.kind in names:
        return left.name == right.name
    return left.text == right.text


def _part_of(part: Lexeme, whole: Lexeme) -> int | None:
    """Characters of `whole` that `part` covers from its beginning, if it does."""
    if part.kind == "word" and whole.kind in ("word", "quoted"):
        offset = 1 if whole.kind == "quoted" else 0
        return offset + len(part.name) if whole.name.startswith(part.name) else None
    if part.kind == "string" and whole.kind == "string":  # an open string, not yet closed
        return len(part.text) if whole.text.startswith(part.text) else None
    return None


def _glues(target: str, at: int, insert: str) -> bool:
    """Whether the insertion joins two words that the target keeps apart, or parts one word."""
    if at == 0 or at >= len(target) or not _wordy(target[at - 1]):
        return False
    if _wordy(insert[0]):
        return target[at].isspace()
    return insert[0].isspace() and _wordy(target[at])


def _wordy(char: str) -> bool:
    return char.isalnum() or char in "_$"


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
