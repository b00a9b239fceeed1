"""What sets one SQL dialect apart from another, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlcomplete.dialects.clauses import BY_PHRASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One dialect. A record in this package names only what differs from its parent.

    Words are upper case and stand in the order in which they are offered. The fields of clauses
    say what the dialect accepts, not what the engine can parse: parsing is tolerant everywhere.
    """

    name: str
    """sqlglot's name of it; "" is the generic dialect."""
    family: tuple[str, ...] = ()
    """The names of what it derives from, the nearest last, and its own."""
    other_names: tuple[str, ...] = ()
    """What people and SQLAlchemy call it besides."""
    drivers: tuple[tuple[str, str], ...] = ()
    """For URLs that name no driver: the URL's scheme, and SQLAlchemy's dialect and driver."""
    extra: str | None = None
    """The optional dependency of this package that installs the driver."""
    telltale: str | None = None
    """A pattern of what only this dialect writes in DDL (ignoring case, one line at a time)."""

    # Lexing
    identifier_quotes: tuple[str, ...] = ('"',)
    """What may open a quoted name; the first is how a name is written."""
    backslash_escapes: bool = False
    """Whether a backslash escapes in a string."""
    escape_strings: bool = False
    """Whether E'...' is a string in which a backslash escapes."""
    dollar_quotes: bool = False
    """Whether $tag$...$tag$ is a string."""
    hash_comments: bool = False
    """Whether # begins a comment."""
    nested_comments: bool = False
    """Whether block comments nest."""
    versioned_comments: bool = False
    """Whether what stands in /*!40101 ... */ is run."""
    bracketed_names_in_ddl: bool = False
    """Whether [name] is a name in DDL."""
    marked_names: bool = False
    """Whether a name may begin with # or @ and contain them."""
    splits_on_line: bool = False
    """Whether a verb at the beginning of a line begins a new statement without a semicolon."""
    numbered_parameters: bool = False
    """Whether $1 is a parameter."""
    first_placeholder: str | None = None
    """The style of the placeholder offered where the text has none yet: "$" or "?"."""
    quoted_strings_for_names: bool = False
    """Whether "x" is read as a string where it names nothing."""

    # Names
    folds_lower: bool = False
    """Whether an unquoted name means its lower-case form."""
    free_words: frozenset[str] = frozenset()
    """Words of RESERVED_NAMES that need no quotes here, lower case."""
    default_namespace: str | None = None
    """Where a bare name is looked for, unless the database says otherwise."""
    has_namespaces: bool = True
    """Whether tables stand in namespaces at all."""
    namespace_is_database: bool = False
    """Whether a namespace is a whole database, of which a URL names one."""
    search_path: bool = False
    """Whether reflection leaves out the namespace of what the search path finds."""
    dots_in_quotes: bool = False
    """Whether `a.b` in one pair of quotes is a path of two names."""
    use_names_database: bool = False
    """Whether USE x names a database of namespaces, not a namespace."""
    use_schema: bool = True
    """Whether USE SCHEMA x or USE a.b names a namespace."""
    references_stay_beside: bool = False
    """Whether a foreign key's bare name means the referring table's own namespace."""

    # Table definitions
    keys_in_tables: bool = False
    """Whether KEY, FULLTEXT and SPATIAL declare indexes inside CREATE TABLE."""
    indexes_in_tables: bool = False
    """Whether INDEX does."""
    projections_in_tables: bool = False
    """Whether PROJECTION stands inside CREATE TABLE."""
    domains: bool = False
    """Whether the database has domains with CHECKs."""

    # Statements
    more_statements: tuple[str, ...] = ()
    """Words that begin a statement here and not everywhere."""
    minus: bool = False
    """Whether EXCEPT is written MINUS."""
    materialized_ctes: bool = False
    """Whether a CTE may be AS MATERIALIZED."""
    distinct_on: bool = False
    """Whether SELECT DISTINCT ON (...) exists."""
    top: bool = False
    """Whether SELECT TOP n exists."""
    empty_projection: bool = False
    """Whether FROM may follow SELECT at once."""
    trailing_comma: bool = False
    """Whether a projection may end in a comma."""
    star_modifiers: tuple[str, ...] = ()
    """What may follow a projection's star."""
    group_by_all: bool = False
    """Whether GROUP BY ALL exists."""
    limit_all: bool = False
    """Whether LIMIT ALL and LIMIT NULL exist."""
    limit_comma: bool = False
    """Whether LIMIT offset, count exists."""
    limit_after_offset: bool = False
    """Whether LIMIT may follow OFFSET."""
    locking: bool = False
    """Whether FOR UPDATE is offered behind LIMIT."""
    nulls_ordering: bool = True
    """Whether NULLS FIRST and NULLS LAST exist."""
    aliases_in_select: bool = False
    """Whether the projection may name its own earlier aliases."""
    aliases_in_where: bool = False
    aliases_in_group_by: bool = True
    aliases_in_having: bool = False
    values_columns: tuple[str, int] = ("column", 1)
    """How the columns of VALUES are called: a stem, and the first one's number."""

    # Relations
    apply: bool = False
    """Whether CROSS APPLY and OUTER APPLY exist."""
    lateral: bool = False
    """Whether LATERAL may follow a join's words."""
    lateral_first: bool = False
    """Whether LATERAL may begin FROM."""
    full_join: bool = True
    semi_join: bool = False
    """Whether LEFT SEMI JOIN and LEFT ANTI JOIN exist."""
    join_without_on: bool = False
    """Whether JOIN needs no condition."""
    only: bool = False
    """Whether ONLY may stand before a table."""
    tablesample: bool = False

    # Writes
    insert_modifiers: tuple[str, ...] = ()
    """What may follow INSERT besides INTO."""
    insert_without_into: bool = False
    insert_overriding: bool = False
    """Whether OVERRIDING SYSTEM VALUE exists."""
    insert_alias: bool = False
    """Whether INSERT's table may have an alias."""
    insert_set: bool = False
    """Whether INSERT ... SET exists."""
    values_row: bool = False
    """Whether a row of VALUES may begin with ROW."""
    output: bool = False
    """Whether OUTPUT gives back the rows that were written."""
    returning_into: bool = False
    on_conflict: bool = False
    on_duplicate_key: bool = False
    update_modifiers: tuple[str, ...] = ()
    """What may follow UPDATE before the table."""
    update_joins: bool = False
    update_many: bool = False
    """Whether UPDATE and DELETE take several tables."""
    update_from: bool = True
    delete_names_first: bool = False
    """Whether DELETE may name its table before FROM."""
    delete_using: bool = False
    limited_writes: bool = False
    """Whether UPDATE and DELETE take ORDER BY and LIMIT."""
    merge_without_into: bool = False
    merge_by_source: bool = False
    """Whether MERGE has NOT MATCHED BY SOURCE."""

    # Expressions
    ilike: bool = False
    regexp: tuple[str, ...] = ()
    """Words that match a regular expression or pattern, besides LIKE."""
    similar_to: bool = False
    typed_literals: bool = False
    """Whether DATE '2024-01-31' exists."""
    booleans: bool = True
    """Whether TRUE and FALSE are values."""
    casts: bool = False
    """Whether value::type exists."""
    json_arrows: bool = False
    colon_paths: bool = False
    """Whether value:key reads a document."""
    in_unnest: bool = False
    in_without_brackets: bool = False
    """Whether IN takes a function or a parameter without brackets."""
    named_arguments: bool = True
    """Whether name => value is an argument."""

    types: tuple[str, ...] = ()
    """Types offered, in the case that is usual."""
    common_signatures: str = ""
    """Functions of nearly every dialect, in the form of `signatures`."""
    signatures: str = ""
    """Common functions as name(arguments), apart by white space."""
    function_names: str = ""
    """Further functions by their names alone."""

    @property
    def double_quoted_strings(self) -> bool:
        """Whether "x" is a string."""
        return '"' not in self.identifier_quotes

    @property
    def name_quotes(self) -> tuple[str, str]:
        """The opening and closing quote that a name is written in."""
        opening = self.identifier_quotes[0]
        return opening, "]" if opening == "[" else opening

    def has(self, clause: str) -> bool:
        """Whether the dialect has the clause of that phrase; True for one without a record."""
        known = BY_PHRASE.get(clause)
        return known is None or known.is_in(self.family)


def derived(parent: Dialect, name: str, **differences: Any) -> Dialect:
    """A dialect that is like its parent but for its own names and the given fields.

    Raises: TypeError, for a field that a dialect does not have.
    """
    own: dict[str, Any] = {"other_names": (), "drivers": (), "extra": None, "telltale": None}
    family = (*parent.family, name)
    return replace(parent, name=name, family=family, **(own | differences))
