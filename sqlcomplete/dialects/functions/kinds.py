"""What kinds of functions there are, by name, in any dialect."""

from __future__ import annotations

CALLED_KEYWORDS = frozenset(
    {"LEFT", "RIGHT", "IF", "VALUES", "INSERT", "SET", "DEFAULT", "CAST", "REPLACE"}
)
"""Keywords that are functions where a bracket follows."""

AGGREGATE_CANDIDATES = frozenset(
    """count sum avg min max string_agg array_agg json_agg jsonb_agg group_concat total listagg
    countif bool_and bool_or any_value median stdev row_number rank dense_rank lag lead first_value
    last_value ntile""".split()  # noqa: SIM905
)
"""Functions offered as aggregates or window functions, lower case."""

# Functions that give rows: those that a FROM may read.
ROW_FUNCTIONS = frozenset(
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

AGGREGATES = frozenset(
    {
        "COUNT",
        "SUM",
        "AVG",
        "MIN",
        "MAX",
        "STRING_AGG",
        "ARRAY_AGG",
        "GROUP_CONCAT",
        "LISTAGG",
        "JSON_AGG",
        "JSONB_AGG",
        "JSON_OBJECT_AGG",
        "JSONB_OBJECT_AGG",
        "JSON_GROUP_ARRAY",
        "JSON_GROUP_OBJECT",
        "BOOL_AND",
        "BOOL_OR",
        "EVERY",
        "STDDEV",
        "STDDEV_POP",
        "STDDEV_SAMP",
        "VARIANCE",
        "VAR_POP",
        "VAR_SAMP",
        "VAR",
        "STDEV",
        "MEDIAN",
        "MODE",
        "CORR",
        "COVAR_POP",
        "COVAR_SAMP",
        "PERCENTILE_CONT",
        "PERCENTILE_DISC",
        "APPROX_COUNT_DISTINCT",
        "APPROX_QUANTILES",
        "ANY_VALUE",
        "BIT_AND",
        "BIT_OR",
        "BIT_XOR",
        "COUNT_IF",
        "COUNTIF",
        "SUMIF",
        "TOTAL",
        "ARG_MAX",
        "ARG_MIN",
        "MAX_BY",
        "MIN_BY",
        "LIST",
        "HISTOGRAM",
        "QUANTILE",
        "QUANTILE_CONT",
        "UNIQ",
        "UNIQEXACT",
        "GROUPARRAY",
        "COUNT_BIG",
        "REGR_SLOPE",
        "XMLAGG",
        "PRODUCT",
        "FIRST",
        "LAST",
        "ARRAY_CONCAT_AGG",
        "LOGICAL_AND",
        "LOGICAL_OR",
    }
)

# Functions whose arguments are split by FROM.
FROM_FUNCTIONS = frozenset(
    {"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION", "SUBSTR", "LTRIM", "RTRIM"}
)

TIME_UNITS = frozenset(
    {
        "YEAR",
        "MONTH",
        "DAY",
        "HOUR",
        "MINUTE",
        "SECOND",
        "WEEK",
        "QUARTER",
        "YEARS",
        "MONTHS",
        "DAYS",
        "HOURS",
        "MINUTES",
        "SECONDS",
        "WEEKS",
        "DOW",
        "DOY",
        "EPOCH",
        "CENTURY",
        "DECADE",
        "MILLISECOND",
        "MICROSECOND",
        "ISODOW",
        "ISOYEAR",
        "TIMEZONE",
    }
)

UNIT_ARGUMENTS = frozenset(
    """year years month months day days hour hours minute minutes second seconds week weeks quarter
    isoweek isoyear dayofweek dayofyear dow doy epoch millisecond microsecond yy yyyy mm dd hh mi ss
    qq wk dw weekday int varchar nvarchar datetime date time float decimal text char both leading
    trailing""".split()  # noqa: SIM905
)
"""Words that are arguments of date functions and casts, lower case."""

PSEUDO_COLUMNS = frozenset(
    """current_date current_time current_timestamp current_user session_user sysdate rowid oid ctid
    xmin tableoid localtime localtimestamp user rownum getdate _rowid_""".split()  # noqa: SIM905
)
"""Names that stand for values of no table, lower case."""

CAST_FUNCTIONS = frozenset({"CAST", "TRY_CAST", "SAFE_CAST"})
"""Functions whose argument is a value AS a type."""

DATE_PARTS = ("YEAR", "MONTH", "DAY", "HOUR", "DOW", "EPOCH", "QUARTER", "WEEK", "MINUTE", "SECOND")
"""Parts of a date, likeliest first."""

PART_NAMED = frozenset({"DATE_TRUNC", "DATE_PART"})
"""Functions whose first argument is a part of a date in quotes."""

UNORDERED_AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX"})
"""Aggregates for which the order of rows means nothing."""

ARGUMENT_TAILS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(AGGREGATES - UNORDERED_AGGREGATES, ("ORDER BY",)),
    "GROUP_CONCAT": ("ORDER BY", "SEPARATOR"),
    **dict.fromkeys(FROM_FUNCTIONS - {"EXTRACT"}, ("FROM", "FOR")),
    "POSITION": ("IN",),
    **dict.fromkeys((*CAST_FUNCTIONS, "STRUCT"), ("AS",)),
}
"""The words that may follow an argument of the function."""

FIRST_ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("DATEADD", "DATEDIFF", "DATEPART", "DATENAME"), tuple(sorted(TIME_UNITS))),
    "TRIM": ("BOTH", "LEADING", "TRAILING"),
    "ARRAY": ("SELECT",),
}
"""The words that may begin the function's first argument."""

MOMENT_TYPES = frozenset({"DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME"})
"""Types whose name a literal may follow."""
