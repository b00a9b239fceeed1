"""What a mix holds and what was left out of it, and why: counts, as JSON and as Markdown. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from distill.data.drawing import FORMAT
from distill.data.mix import CHARACTERS_PER_TOKEN, Mix
from distill.data.settings import MixSettings
from distill.data.shape import is_inferred, repository_of


def report(mix: Mix, settings: MixSettings) -> dict[str, Any]:
    """The mix in numbers; `factors` and `comments` are what training draws by."""
    chosen = mix.chosen
    characters = sum(len(s.sql) for s in chosen)
    reasons: dict[str, Counter[str]] = {}
    for left in mix.left_out:
        reasons.setdefault(left.reason, Counter())[left.statement.source] += 1
    return {
        "format": FORMAT,
        "statements": len(chosen),
        "schemas": len(mix.schemas),
        "repositories": len({r for s in chosen if (r := repository_of(s)) is not None}),
        "characters": characters,
        "tokens_about": round(characters / CHARACTERS_PER_TOKEN),
        "with_question": sum(s.question is not None for s in chosen),
        "with_plan": sum(s.plan is not None for s in chosen),
        "on_several_lines": sum("\n" in s.sql.strip() for s in chosen),
        "on_inferred_schemas": sum(is_inferred(s.db_id) for s in chosen),
        "by_part": _counted(mix.part_of[s.source] for s in chosen),
        "by_source": _counted(s.source for s in chosen),
        "by_dialect": _counted(s.dialect for s in chosen),
        "by_kind": _counted(shape.kind for shape in mix.shapes),
        "part_of": dict(mix.part_of),
        "factors": dict(mix.factors),
        "comments": asdict(settings.comments),
        "settings": _ADAPTER.dump_python(settings, mode="json"),
        "left_out": {
            reason: dict(counts.most_common())
            for reason, counts in sorted(reasons.items(), key=lambda item: -item[1].total())
        },
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def markdown(found: Mapping[str, Any]) -> str:
    """The report as a page."""
    lines = [
        "# Mix",
        "",
        f"{found['statements']:,} statements on {found['schemas']:,} schemas, of "
        f"{found['repositories']:,} repositories and the annotated sets; {found['characters']:,} "
        f"characters, about {found['tokens_about']:,} tokens. {found['with_question']:,} have a "
        f"question, {found['with_plan']:,} a plan, {found['on_several_lines']:,} stand on several "
        f"lines, {found['on_inferred_schemas']:,} have an inferred schema.",
        "",
        "| source | part | statements | drawn so many times as often |",
        "| --- | --- | ---: | ---: |",
    ]
    for source, count in found["by_source"].items():
        factor = found["factors"][source]
        lines.append(f"| {source} | {found['part_of'][source]} | {count:,} | {factor:g} |")
    for title, key in (("dialect", "by_dialect"), ("kind", "by_kind"), ("part", "by_part")):
        lines += ["", f"| {title} | statements |", "| --- | ---: |"]
        lines += [f"| {name} | {count:,} |" for name, count in found[key].items()]
    lines += ["", "## Left out", "", "| why | statements | of which |", "| --- | ---: | --- |"]
    for reason, counts in found["left_out"].items():
        by = ", ".join(f"{source} {count:,}" for source, count in counts.items())
        lines.append(f"| {reason} | {sum(counts.values()):,} | {by} |")
    return "\n".join(lines) + "\n"


_ADAPTER = TypeAdapter(MixSettings)
