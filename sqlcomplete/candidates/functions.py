"""Functions of the dialect: the common ones with their signatures, then those known by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from sqlglot.dialects.dialect import Dialect

from sqlcomplete.candidates.function_names import FUNCTION_NAMES
from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.situation import Situation
from sqlcomplete.syntax.model import Clause, Kind

# name(arguments); "()" takes none, and then the insertion is complete.
_COMMON = """count(expression) sum(number) avg(number) min(value) max(value) coalesce(value, …)
nullif(value, other) round(number, digits) abs(number) lower(text) upper(text) length(text)
trim(text) replace(text, from, to) cast(value AS type) row_number() rank() dense_rank()
lag(value, offset) lead(value, offset) first_value(value) last_value(value) ntile(buckets)
concat(text, …) substr(text, start, length) floor(number) ceil(number) sqrt(number)
power(base, exponent) mod(number, divisor) exists(query)"""

_BY_DIALECT: dict[str, str] = {
    "postgres": """now() date_trunc(field, timestamp) extract(field FROM timestamp)
to_char(value, format) to_date(text, format) to_timestamp(seconds) age(timestamp, timestamp)
date_part(field, timestamp) string_agg(text, separator) array_agg(value) json_agg(value)
jsonb_agg(value) json_build_object(key, value, …) jsonb_build_object(key, value, …)
jsonb_array_elements(jsonb) jsonb_set(target, path, value) to_jsonb(value) unnest(array)
generate_series(start, stop, step) gen_random_uuid() any(array) all(array)
array_length(array, dimension)
split_part(text, delimiter, n) regexp_replace(text, pattern, replacement) left(text, n)
right(text, n)
substring(text FROM start FOR length) position(part IN text) greatest(value, …) least(value, …)
random() currval(sequence) nextval(sequence) bool_and(value) bool_or(value)
percentile_cont(fraction) make_interval(years, months, weeks, days, hours, mins, secs)
clock_timestamp() to_tsvector(config, text) plainto_tsquery(config, text) ts_rank(vector, query)
pg_advisory_xact_lock(key) row_to_json(row) array_remove(array, value) cardinality(array)""",
    "sqlite": """strftime(format, time, modifier, …) date(time, modifier, …)
datetime(time, modifier, …) time(time, modifier, …) julianday(time) unixepoch(time)
ifnull(value, other) iif(condition, then, else) group_concat(value, separator) total(number)
instr(text, part) printf(format, …) json_extract(json, path) json_group_array(value)
json_object(key, value, …) random() last_insert_rowid() changes() typeof(value) hex(value)
ltrim(text) rtrim(text)""",
    "mysql": """now() date_format(date, format) date_add(date, INTERVAL n unit)
date_sub(date, INTERVAL n unit) datediff(date, date) timestampdiff(unit, start, end) curdate()
year(date) month(date) day(date) ifnull(value, other) if(condition, then, else)
group_concat(value) concat_ws(separator, text, …) str_to_date(text, format) unix_timestamp()
from_unixtime(seconds) last_insert_id() rand() json_extract(json, path) left(text, n)
right(text, n) substring(text, start, length) greatest(value, …) least(value, …) date(value)
uuid()""",
    "tsql": """getdate() sysdatetime() dateadd(part, number, date) datediff(part, start, end)
datepart(part, date) datename(part, date) convert(type, value, style) isnull(value, other)
iif(condition, then, else) len(text) string_agg(text, separator) charindex(part, text)
substring(text, start, length) left(text, n) right(text, n) format(value, format) year(date)
month(date) day(date) newid() scope_identity() try_cast(value AS type) concat_ws(separator, text, …)
eomonth(date) datefromparts(year, month, day) stdev(number)""",
    "bigquery": """date_trunc(date, part) date_diff(end, start, part)
date_sub(date, INTERVAL n part)
date_add(date, INTERVAL n part) extract(part FROM date) current_date() current_timestamp()
timestamp_diff(end, start, part) timestamp_trunc(timestamp, part) date(timestamp)
parse_date(format, text) format_date(format, date) safe_divide(number, divisor)
safe_cast(value AS type) ifnull(value, other) if(condition, then, else) countif(condition)
array_agg(value) string_agg(text, separator) unnest(array) approx_quantiles(value, n)
regexp_contains(text, pattern) regexp_extract(text, pattern) split(text, separator)
any_value(value) generate_date_array(start, end) struct(value, …) json_value(json, path)
json_extract_scalar(json, path) starts_with(text, part) logical_or(value)""",
    "snowflake": """date_trunc(part, date) dateadd(part, number, date) datediff(part, start, end)
current_date() current_timestamp() to_date(text) to_timestamp(text) iff(condition, then, else)
nvl(value, other) zeroifnull(number) listagg(text, separator) array_agg(value)
object_construct(key, value, …) flatten(input) parse_json(text) try_cast(value AS type)
try_to_date(text) to_char(value, format) year(date) month(date) split_part(text, delimiter, n)
regexp_substr(text, pattern) ilike(text, pattern) decode(value, search, result, …) md5(text)""",
    "duckdb": """now() date_trunc(part, date) date_diff(part, start, end) date_part(part, date)
strftime(time, format) strptime(text, format) string_agg(text, separator) list(value)
list_contains(list, value) unnest(list) generate_series(start, stop, step) read_csv(file)
read_parquet(file) ifnull(value, other) if(condition, then, else) regexp_matches(text, pattern)
struct_pack(…) any_value(value) arg_max(value, by) arg_min(value, by) median(number)
quantile_cont(number, fraction) epoch(time) greatest(value, …) least(value, …)
range(start, stop)""",
}
_BY_DIALECT["redshift"] = _BY_DIALECT["materialize"] = _BY_DIALECT["postgres"]
_BY_DIALECT["trino"] = _BY_DIALECT["presto"] = """now() date_trunc(part, date)
date_diff(part, start, end) date_add(part, number, date) date_format(time, format)
date_parse(text, format) from_iso8601_timestamp(text) array_agg(value) array_join(array, separator)
json_extract_scalar(json, path) json_query(json, path) element_at(array, index)
split(text, separator)
regexp_like(text, pattern) regexp_replace(text, pattern, replacement) if(condition, then, else)
try_cast(value AS type) approx_distinct(value) max_by(value, by) min_by(value, by) arbitrary(value)
cardinality(array) to_iso8601(time) from_unixtime(seconds) current_timestamp() greatest(value, …)"""
_BY_DIALECT["clickhouse"] = """now() today() toDate(value) toStartOfMonth(time) toStartOfDay(time)
toString(value) countIf(condition) sumIf(number, condition) uniq(value) uniqExact(value)
groupArray(value) arrayJoin(array) dateDiff(unit, start, end) if(condition, then, else)
multiIf(condition, then, …, else) JSONExtractString(json, key) argMax(value, by) argMin(value, by)
quantile(level)(number) splitByString(separator, text) toUInt32(value)"""

_AGGREGATES = frozenset(
    """count sum avg min max string_agg array_agg json_agg jsonb_agg group_concat total listagg
    countif bool_and bool_or any_value median stdev row_number rank dense_rank lag lead first_value
    last_value ntile""".split()  # noqa: SIM905
)
# Functions that give rows: those that a FROM may read.
_ROWS = frozenset(
    """unnest generate_series generate_subscripts json_each json_each_text jsonb_each
    jsonb_each_text json_tree json_array_elements json_array_elements_text jsonb_array_elements
    jsonb_array_elements_text json_object_keys jsonb_object_keys json_to_record json_to_recordset
    jsonb_to_record jsonb_to_recordset json_populate_record json_populate_recordset
    jsonb_populate_record jsonb_populate_recordset jsonb_path_query regexp_matches
    regexp_split_to_table string_to_table string_split json_table openjson openrowset openquery
    openxml containstable freetexttable flatten generator result_scan split_to_table
    strtok_split_to_table read_csv read_csv_auto read_json read_json_auto read_parquet range glob
    st_dump st_dumppoints ts_stat arrayjoin numbers xmltable""".split()  # noqa: SIM905
)
# What sqlglot lists beside a dialect's own functions: constructs and names of other dialects.
_NOISE_PREFIXES = ("_", "ML_", "AI_", "ST_", "HLL", "JSON_B", "PARSE_", "VARIANCE_", "IS_")


@lru_cache(maxsize=32)
def catalogue(dialect: str) -> Mapping[str, str]:
    """The dialect's functions by name, each with its arguments' text, common ones first. Names are
    in lower case, save where the dialect tells cases apart.

    An empty text means no arguments; `…` alone means that they are not known.
    """
    known: dict[str, str] = {}
    for table in (_COMMON, _BY_DIALECT.get(dialect, "")):
        for name, arguments in _read(table):
            known.setdefault(name, arguments)
    parser = Dialect.get_or_raise(dialect or None).parser_class
    names = set(parser.FUNCTION_PARSERS)
    if dialect:
        # Only what the dialect adds to the generic registry is surely its own.
        base = Dialect.get_or_raise(None).parser_class
        names |= set(parser.FUNCTIONS) - set(base.FUNCTIONS)
    for name in sorted(names):
        if isinstance(name, str) and name.isidentifier() and not name.startswith(_NOISE_PREFIXES):
            known.setdefault(name.lower(), "…")
    for name in FUNCTION_NAMES.get(dialect, ()):
        if name.lower() not in known:
            known.setdefault(name, "…")
    return known


@lru_cache(maxsize=32)
def function_names(dialect: str) -> frozenset[str]:
    """The names of the dialect's catalogue, lower case."""
    return frozenset(name.lower() for name in catalogue(dialect))


def _read(table: str) -> Iterator[tuple[str, str]]:
    rest = table
    while "(" in rest:
        name, _, rest = rest.partition("(")
        arguments, _, rest = rest.partition(")")
        yield name.strip(), " ".join(arguments.split())


def functions(here: Situation) -> Iterator[Candidate]:
    """Functions whose name may be meant; an aggregate as a call of its own where one is usual."""
    if Kind.FUNCTION not in here.kinds or here.expectation.qualifier or here.expectation.quote:
        return
    typed = here.typed
    first = typed[:1].lower()
    read = here.clause is Clause.FROM and Kind.COLUMN not in here.kinds
    count = "count" if here.functions_lower else "COUNT"
    if here.clause in (Clause.SELECT, Clause.HAVING, Clause.ORDER_BY) and here.fits(count):
        text = f"{count}(*)"
        yield Candidate(
            text, text, Kind.FUNCTION, count, "number of rows", frozenset({"aggregate", "rows"})
        )
    for place, (name, arguments) in enumerate(catalogue(here.dialect).items()):
        if read and name.lower() not in _ROWS:
            continue
        if arguments == "…" and (not typed or not name.lower().startswith(first)):
            continue
        if not here.fits(name):
            continue
        cased = name if here.functions_lower or not name.islower() else name.upper()
        features = {"common"} if place < 32 else {"rare"} if arguments == "…" else set()
        if name in _AGGREGATES:
            features.add("aggregate")
        yield Candidate(
            f"{cased}({arguments})",
            f"{cased}()" if not arguments else f"{cased}(",
            Kind.FUNCTION,
            name,
            None,
            frozenset(features),
        )
