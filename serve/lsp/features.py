"""Hover, signatures, definitions, diagnostics and formatting, from and to the protocol's values.

Each is a pure function of a snapshot and a schema, but for `definition`, which reads DDL files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types
from pygls.uris import from_fs_path

from serve.lsp.client import Client, markup
from serve.lsp.declaring import created, find
from serve.lsp.describing import describe
from serve.lsp.documents import Document
from serve.lsp.formatting import Layout, formatted
from serve.lsp.lookup import Symbol, declaration_of, symbol_in
from serve.lsp.positions import Lines
from serve.lsp.schemas import Opened
from serve.lsp.signatures import signature_at
from sqlcomplete.schema.errors import SchemaError
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.open import read_text
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.lex import name_of
from sqlcomplete.syntax.model import Analysis, Relation, Token, TokenKind

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "hint": types.DiagnosticSeverity.Hint,
}
_LARGEST_FILE = 16 * 1024 * 1024  # bytes of DDL that a definition is looked for in


def hover(
    document: Document, opened: Opened, client: Client, params: types.HoverParams
) -> types.Hover | None:
    """What the name under the mouse is."""
    offset = document.lines.offset(params.position)
    analysis = analyse(document.text, offset, opened.index)
    symbol = symbol_in(analysis, offset, opened.index)
    if symbol is None:
        return None
    return types.Hover(
        markup(describe(symbol), markdown=client.markdown_hover),
        document.lines.range(symbol.start, symbol.end),
    )


def signature_help(
    document: Document, opened: Opened, client: Client, params: types.SignatureHelpParams
) -> types.SignatureHelp | None:
    """The call around the cursor, and which of its arguments is being typed."""
    offset = document.lines.offset(params.position)
    found = signature_at(document.text, offset, opened.index)
    if found is None:
        return None
    parameters = [
        types.ParameterInformation(span if client.label_offsets else found.text(span))
        for span in found.parameters
    ]
    # Where no parameter is active, one past the last says so to clients without null.
    active = len(parameters) if found.active is None else found.active
    return types.SignatureHelp(
        signatures=[types.SignatureInformation(found.label, parameters=parameters)],
        active_signature=0,
        active_parameter=active,
    )


def diagnostics(document: Document, opened: Opened) -> list[types.Diagnostic]:
    """The problems of a text."""
    return [
        types.Diagnostic(
            range=document.lines.range(problem.start, problem.end),
            message=problem.message,
            severity=_SEVERITIES[problem.severity],
            code=problem.code,
            source="sqlcomplete",
        )
        for problem in opened.diagnoser.problems(document.text)
    ]


def formatting(
    document: Document,
    opened: Opened,
    client: Client,
    params: types.DocumentFormattingParams | types.DocumentRangeFormattingParams,
) -> list[types.TextEdit]:
    """The edits that lay out the statements of the text, or of a range of it."""
    options = params.options
    layout = Layout(indent=min(max(options.tab_size, 1), 16), tabs=not options.insert_spaces)
    span = None
    if isinstance(params, types.DocumentRangeFormattingParams):
        span = document.lines.span(params.range)
    edits = formatted(document.text, opened.schema.dialect, layout, span)
    return [types.TextEdit(document.lines.range(e.start, e.end), e.text) for e in edits]


def definition(
    document: Document,
    opened: Opened,
    params: types.DefinitionParams,
    others: Iterable[Document],
) -> types.Location | None:
    """Where the name under the cursor is declared: in its statement, else in DDL.

    Args:
        others: the other open texts, which are searched before the schema's files.
    """
    offset = document.lines.offset(params.position)
    analysis = analyse(document.text, offset, opened.index)
    symbol = symbol_in(analysis, offset, opened.index)
    if symbol is None:
        return None
    here = _in_statement(analysis, symbol, opened.index)
    if here is not None:
        return types.Location(document.uri, document.lines.range(*here))
    table = symbol.table
    if table is None:
        return None
    name, namespace = table.name, table.namespace
    column = None if symbol.column is None else symbol.column.name
    if symbol.column is not None and symbol.column.column is not None:
        column = symbol.column.column.name
    dialect = opened.schema.dialect
    texts = (document, *others)
    for text in texts:
        found = find(created(text.text, dialect), name, namespace, column)
        if found is not None:
            return types.Location(text.uri, text.lines.range(*found))
    read = {text.path for text in texts}
    for path in () if opened.source is None else opened.source.scripts():
        if path in read:
            continue
        try:
            if path.stat().st_size > _LARGEST_FILE:
                continue
            ddl = read_text(path)
        except (OSError, SchemaError):
            continue
        if name.lower() not in ddl.lower():
            continue
        found = find(created(ddl, dialect), name, namespace, column)
        if found is not None:
            lines = Lines(ddl, document.lines.encoding)
            return types.Location(from_fs_path(str(path)) or "", lines.range(*found))
    return None


def _in_statement(analysis: Analysis, symbol: Symbol, index: SchemaIndex) -> tuple[int, int] | None:
    """Where the statement itself declares the name: an alias, a CTE, an output column."""
    if symbol.kind == "output":
        assert symbol.output is not None
        return symbol.output.start, symbol.output.end
    relation = symbol.relation
    if relation is None or symbol.kind == "table":
        return None
    tokens = [t for t in analysis.tokens if t.kind is not TokenKind.COMMENT]
    common = next((c for c in analysis.scope.ctes if c.name.lower() == symbol.name.lower()), None)
    if symbol.kind == "cte" and common is not None:
        relation = common
    if symbol.kind != "column":
        declared = declaration_of(relation, tokens)
        return None if declared is None else (declared.start, declared.end)
    if symbol.column is None or relation.kind not in ("cte", "derived"):
        return None
    return _output_column(analysis, relation, symbol.column.name, tokens, index)


def _output_column(
    analysis: Analysis,
    relation: Relation,
    name: str,
    tokens: Sequence[Token],
    index: SchemaIndex,
) -> tuple[int, int] | None:
    """The expression of the query that makes a column of a CTE or a subquery."""
    start = relation.start
    if relation.kind == "cte":
        used = name_of(next(t for t in tokens if t.start == start))
        start = next(
            (c.start for c in analysis.scope.ctes if c.name.lower() == used.lower()), start
        )
    at = next((n for n, t in enumerate(tokens) if t.start >= start), len(tokens))
    while at < len(tokens) and tokens[at].text not in ("(", ";"):
        at += 1
    if at < len(tokens) - 1 and tokens[at - 1].upper not in ("AS", "MATERIALIZED", "FROM", "JOIN"):
        # A CTE that names its columns: its query's bracket is the next one.
        at = next((n + 1 for n in range(at, len(tokens) - 1) if tokens[n].upper == "AS"), at)
    if at >= len(tokens) - 1 or tokens[at].text != "(":
        return None
    inside = analyse(analysis.text, tokens[at + 1].end, index)
    for item in inside.scope.projection:
        written = item.alias or (item.columns[-1] if item.columns else "")
        if written.rpartition(".")[2].strip('"`[]').lower() == name.lower():
            return item.start, item.end
    return None
