"""From a company's schema and logs to its profile and the log that tuning sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from distill.company.entry import LogEntry, Unread
from distill.company.errors import LogError
from distill.company.intake import Intake, IntakeCounts
from distill.company.kept import KeptStatement
from distill.company.log import CompanyLog, split_log
from distill.company.mining import HALF_LIFE_DAYS, mine
from distill.company.reading import LogFile, read_log
from distill.company.reading.formats import find_logs
from distill.company.schemas import company_schema, dbt_manifest, dbt_statements
from distill.company.state import Since, State, load_state, mark_of, save_state
from sqlcomplete.profile.enrich import with_mined_joins
from sqlcomplete.profile.model import Profile
from sqlcomplete.profile.store import profile_folder, save_profile
from sqlcomplete.schema.model import Schema

Progress = Callable[[str, int], None]
"""Called now and then with a file's name and how many of its entries were read."""

_EVERY = 2_000  # entries between two calls


@dataclass(frozen=True, slots=True)
class Request:
    """What to learn from. `since_last` goes on where the last reading of the same name ended."""

    name: str
    schema: str
    logs: tuple[str, ...]
    dialect: str | None = None
    format: str | None = None
    query_column: str | None = None
    since_last: bool = False
    half_life_days: float = HALF_LIFE_DAYS


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file as it was read: how many entries, and how many were new."""

    path: str
    format: str
    entries: int
    new: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned. `folder` holds the profile, its report and what the next reading needs."""

    profile: Profile
    log: CompanyLog
    counts: IntakeCounts
    files: tuple[FileReading, ...]
    folder: Path


def learn(request: Request, progress: Progress = lambda name, entries: None) -> Learned:
    """Reads the logs, keeps their statements without values, mines and saves the profile.

    Nothing is written before all logs were read; each file is then replaced in one step.

    Raises:
        SchemaError: the schema cannot be read.
        LogError: a log cannot be read, or no statement in any of them is of use.
        ProfileError: the name cannot be one, or the disk takes no more.
    """
    folder = profile_folder(request.name)
    schema = company_schema(request.schema, request.dialect)
    if not schema.tables:
        raise LogError(f"{request.schema[:200]}: a schema without tables; name another source")
    state, earlier = load_state(folder) if request.since_last else (State({}), ())
    intake = Intake(schema, earlier=earlier)
    since = Since(state)
    marks = dict(state.files)
    files: list[FileReading] = []
    for path, format_, entries in _sources(request):
        read = new = 0
        for entry, is_new in since.rest(path, entries):
            read += 1
            new += is_new
            if is_new:
                intake.take(entry)
            if read % _EVERY == 0:
                progress(path.name, read)
        progress(path.name, read)
        marks[str(path.resolve())] = mark_of(path, read)
        files.append(FileReading(str(path), format_, read, new))
    intake.counts.skipped = since.skipped
    statements = tuple(s for s in intake.statements() if s.count)
    if not statements:
        raise LogError(f"no statement of use in the log: {_why(intake.counts)}")
    profile = mine(request.name, schema, statements, half_life_days=request.half_life_days)
    newest = max((t for t in (profile.newest, state.newest) if t is not None), default=None)
    save_state(folder, State(marks, newest), statements)
    save_profile(profile)
    log = split_log(request.name, with_mined_joins(schema, profile), statements)
    return Learned(profile, log, intake.counts, tuple(files), folder)


def kept_log(request: Request) -> tuple[Schema, tuple[KeptStatement, ...]]:
    """The schema, and the statements that the last reading of that name kept."""
    _, statements = load_state(profile_folder(request.name))
    return company_schema(request.schema, request.dialect), statements


def _sources(request: Request) -> Iterator[tuple[Path, str, Iterable[LogEntry | Unread]]]:
    sources: Sequence[str] = request.logs
    if not sources:
        manifest = dbt_manifest(request.schema)
        if manifest is None:
            raise LogError("name at least one log with --log")
        sources = (request.schema,)
    # All are looked at before the first is read: a wrong name is told at once.
    found: list[tuple[Path, str, LogFile | None]] = []
    for source in sources:
        manifest = dbt_manifest(source)
        if manifest is not None:
            found.append((manifest, "dbt", None))
        else:
            logs = find_logs(Path(source).expanduser(), request.format)
            found += [(log.path, log.format, log) for log in logs]
    for path, format_, log in found:
        if log is None:
            yield path, format_, dbt_statements(path)
        else:
            yield path, format_, read_log(log, query_column=request.query_column)


def _why(counts: IntakeCounts) -> str:
    reasons = [f"{n} {reason}" for reason, n in counts.aside.most_common(4)]
    reasons += [f"{n} with a secret ({kind})" for kind, n in counts.refused.most_common(2)]
    if counts.skipped:
        reasons.append(f"{counts.skipped} read before")
    return "; ".join(reasons) or "it is empty"
