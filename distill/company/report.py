"""What was kept of a company's log, and what was not, for a person and for a program."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from distill.company.learning import Learned
from sqlcomplete.profile.document import profile_hash
from sqlcomplete.profile.store import write_whole


def report_document(learned: Learned) -> dict[str, Any]:
    """The report as plain values. No statement and no value of the log is in it."""
    counts, profile, log = learned.counts, learned.profile, learned.log
    return {
        "name": profile.name,
        "profile_hash": profile_hash(profile),
        "dialect": profile.dialect,
        "files": [asdict(file) for file in learned.files],
        "entries": counts.entries,
        "read_before": counts.skipped,
        "statements": counts.statements,
        "kept": counts.kept,
        "users": counts.users,
        "different": profile.statements,
        "values_replaced": counts.replaced,
        "let_go": counts.let_go,
        "set_aside": dict(counts.aside.most_common()),
        "refused": dict(counts.refused.most_common()),
        "newest": profile.newest,
        "tables": len(profile.tables),
        "joins": len(profile.joins),
        "joins_not_declared": sum(not join.declared for join in profile.joins),
        "train": len(log.train),
        "held_out": len(log.held_out),
        "near_duplicates": log.left_out,
    }


def write_report(learned: Learned) -> None:
    """Writes report.json and report.md beside the profile. Raises: ProfileError."""
    document = report_document(learned)
    write_whole(learned.folder / "report.json", json.dumps(document, indent=1) + "\n")
    write_whole(learned.folder / "report.md", report_markdown(learned))


def report_markdown(learned: Learned) -> str:
    """The report as a page."""
    document, profile = report_document(learned), learned.profile
    lines = [
        f"# What `{profile.name}` was learned from",
        "",
        f"{document['kept']:,} of {document['statements']:,} statements were kept, "
        f"{document['different']:,} different ones; {document['values_replaced']:,} values in "
        "them were replaced by placeholders. Nothing left this machine.",
        "",
        "| file | format | entries | new |",
        "| --- | --- | ---: | ---: |",
        *(f"| {f.path} | {f.format} | {f.entries:,} | {f.new:,} |" for f in learned.files),
        "",
        "## Refused, for what they would have given away",
        "",
        *_counted(document["refused"]),
        "",
        "## Set aside",
        "",
        *_counted(document["set_aside"]),
        "",
        "## Tables most in use",
        "",
        "| table | runs | last | aliases |",
        "| --- | ---: | --- | --- |",
        *(
            f"| {t.table} | {t.count:,.0f} | {_day(t.last_seen)} "
            f"| {', '.join(alias for alias, _ in t.aliases[:3])} |"
            for t in profile.tables[:20]
        ),
        "",
        "## Joins",
        "",
        "| join | runs | last | declared |",
        "| --- | ---: | --- | --- |",
        *(
            f"| {j.table} ({', '.join(j.columns)}) = {j.ref_table} ({', '.join(j.ref_columns)}) "
            f"| {j.count:,.0f} | {_day(j.last_seen)} | {'yes' if j.declared else 'no'} |"
            for j in profile.joins[:30]
        ),
        "",
    ]
    return "\n".join(lines)


def _counted(counts: dict[str, int]) -> list[str]:
    if not counts:
        return ["None."]
    return [f"- {reason}: {count:,}" for reason, count in counts.items()]


def _day(time: float | None) -> str:
    return "" if time is None else datetime.fromtimestamp(time, UTC).date().isoformat()
