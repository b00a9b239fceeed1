"""Prints the pass rates, or the cases that fail."""

from __future__ import annotations

import argparse
from collections import defaultdict

from tests.peer_cases.judge import FIRST_ITEMS
from tests.peer_cases.results import Result, results


def main() -> None:
    """Runs every case once."""
    parser = argparse.ArgumentParser(prog="python -m tests.peer_cases", description=__doc__)
    parser.add_argument("--failing", action="store_true", help="print each case that fails")
    failing = parser.parse_args().failing
    found = list(results())
    print(failures(found) if failing else table(found))


def table(found: list[Result]) -> str:
    """A row for each subject, one for each peer, and one for all; as a Markdown table."""
    rows: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in found:
        rows[result.peer, result.subject].append(result)
    for peer in dict.fromkeys(result.peer for result in found):
        rows[peer, "all"] = [result for result in found if result.peer == peer]
    rows["both", "all"] = found
    lines = [
        f"Promised names in the first {FIRST_ITEMS} items, without a model.",
        "",
        "| peer | subject | cases | pass | by design | gap | pass rate | of those not by design |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    return "\n".join(lines + [_row(*key, of) for key, of in rows.items()])


def _row(peer: str, subject: str, of: list[Result]) -> str:
    passed = sum(result.holds for result in of)
    design = sum(_stands(result, "by design") for result in of)
    gaps = len(of) - passed - design
    wanted = len(of) - design
    return (
        f"| {peer} | {subject} | {len(of)} | {passed} | {design} | {gaps} "
        f"| {passed / len(of):.1%} | {passed / wanted:.1%} |"
    )


def _stands(result: Result, standing: str) -> bool:
    return not result.holds and result.known is not None and result.known.standing == standing


def failures(found: list[Result]) -> str:
    """Each case that fails: why, and what was offered."""
    lines = []
    for result in found:
        if not result.holds:
            known = result.known
            why = f"{known.standing}: {known.reason}" if known else "NOT KNOWN"
            lines += [
                f"{result.name}  [{why}]",
                f"    {result.case.text!r}",
                f"    {'; '.join(result.breaches)}",
                f"    offered: {', '.join(result.offered[:12]) or 'nothing'}",
            ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
