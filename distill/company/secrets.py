"""Finds what must never be kept: personal data and credentials, by form and by arithmetic.

Detection runs over what redaction left: names, keywords, placeholders. It is the second net; the
first replaces every value.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import pairwise

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail address", re.compile(r"[\w.+-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    ("AWS key", re.compile(r"\b(?:AKIA|ASIA|AGPA|AROA|AIDA)[A-Z0-9]{16}\b")),
    ("Google key", re.compile(r"\bAIza[\w-]{30,}")),
    (
        "service token",
        re.compile(
            r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}"
            r"|xox[abposr]-[\w-]{10,}|sk-[\w-]{20,}|[srp]k_(?:live|test)_\w{10,}"
            r"|SG\.[\w-]{16,}\.[\w-]{16,}|npm_\w{30,}|hf_\w{30,})"
        ),
    ),
    ("JSON web token", re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?")),
    ("private key", re.compile(r"BEGIN [A-Z ]*PRIVATE KEY")),
    ("URL with a password", re.compile(r"[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@", re.IGNORECASE)),
    (
        "phone number",
        re.compile(r"(?<![\w.])(?:\+\d{1,3}[ .-]?)(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4}(?!\w)"),
    ),
    ("phone number", re.compile(r"(?<!\w)\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\w)")),
    ("social security number", re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")),
    ("IP address", re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")),
    ("UUID", re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)),
)
_CARD = re.compile(r"(?<![\w])\d(?:[ -]?\d){12,18}(?![\w])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{20,}")
_HEX = re.compile(r"(?<![0-9a-z])[0-9a-f]{32,}(?![0-9a-z])", re.IGNORECASE)
_ENTROPY = 3.5  # bits a character: above, a token of letters and digits is no name


def secret_kinds(text: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """The kinds of secret or personal data in the text, each once; none where it has none.

    Args:
        text: What is to be kept.
        known: Names of the schema, lower case: they are no tokens, however odd they look.
    """
    return tuple(dict.fromkeys(_kinds(text, known)))


def _kinds(text: str, known: Collection[str]) -> Iterator[str]:
    for kind, form in _FORMS:
        if form.search(text):
            yield kind
    if any(_luhn(re.sub(r"\D", "", found.group())) for found in _CARD.finditer(text)):
        yield "card number"
    if any(_is_iban(found.group()) for found in _IBAN.finditer(text)):
        yield "IBAN"
    if _HEX.search(text) or any(
        _is_random(found.group())
        for found in _TOKEN.finditer(text)
        if found.group().lower() not in known
    ):
        yield "random token"


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "").upper()
    if not 15 <= len(plain) <= 34:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _is_random(token: str) -> bool:
    """Whether a long token mixes letters and digits as no name does."""
    digits = sum(char.isdigit() for char in token)
    letters = sum(char.isalpha() for char in token)
    if digits < 3 or letters < 3:
        return False
    # Names change between letters and digits once or twice; keys do it all along.
    changes = sum(one.isdigit() != two.isdigit() for one, two in pairwise(token))
    if changes < 5:
        return False
    counts = Counter(token)
    entropy = -sum(n / len(token) * math.log2(n / len(token)) for n in counts.values())
    return entropy >= _ENTROPY
