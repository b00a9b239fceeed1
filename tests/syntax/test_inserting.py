"""Tokens with an insertion are those of the text with the insertion in it."""

from __future__ import annotations

import pytest

from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.inserting import joined_tokens, left_tokens, right_tokens
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Token, TokenKind

DDL = "CREATE TABLE t (id INT, name TEXT)"
TEXTS = {
    "postgres": (
        "SELECT a.id, b.name::text AS n FROM t a JOIN t b ON a.id=b.id WHERE a.name = 'it''s' "
        "AND id > $1 /* why */ AND x->>'k' = :day -- end\nORDER BY 1.5e3, \"Odd\" DESC",
        "UPDATE t SET name = sqlc.arg( name ), id = $tag$ 1 $tag$ WHERE id = ANY(sqlc.slice(ids))",
        "SELECT {{ column }} FROM t WHERE {% if x %} id = 1 {% endif %}",
        "SELECT id FROM t; SELECT name FROM t WHERE id<=2",
    ),
    "tsql": ("SELECT [a b], #x.id FROM #x WHERE @p = [a b] AND id<>1",),
    "mysql": ("SELECT `a b`, t.id FROM t WHERE id = ? # note\nAND name = 'x'",),
}
INSERTED = ("", "x", " AND id = 1", ".name", "'", "'a'", "me, ", "=", ":d", "$2", "(", "/* ", "-")


def texts(tokens: tuple[Token, ...] | list[Token]) -> list[str]:
    return [t.text for t in tokens if t.kind is not TokenKind.COMMENT]


@pytest.mark.parametrize("dialect", TEXTS)
@pytest.mark.parametrize("inserted", INSERTED)
def test_tokens_are_those_of_the_whole(dialect: str, inserted: str) -> None:
    index = SchemaIndex(schema_from_ddl(DDL, dialect))
    for text in TEXTS[dialect]:
        for cursor in range(len(text) + 1):
            analysis = analyse(text, cursor, index)
            start = min(analysis.statement.start, cursor)
            end = max(analysis.statement.end, cursor)
            left, right = text[start:cursor] + inserted, text[cursor:end]
            found = left_tokens(analysis, inserted)
            assert texts(found) == texts(lex(left, dialect)), (cursor, text)
            whole = text[:cursor] + inserted
            assert all(whole[t.start : t.end] == t.text for t in found)
            joined = joined_tokens(analysis, inserted)
            wanted = [t for t in lex(left + right, dialect) if t.kind is not TokenKind.COMMENT]
            if any(
                t.kind is TokenKind.COMMENT and cursor - start in range(t.start, t.end)
                for t in lex(text[start:end], dialect)
            ):
                continue  # nothing is offered in a comment, nor does a ghost begin one
            assert texts(joined.tokens) == texts(wanted), (cursor, text)
            low, high = cursor - start, cursor - start + len(inserted)
            touched = [t.text for t in wanted if t.end > low and t.start < high]
            assert texts(joined.tokens[joined.first : joined.stop]) == touched, (cursor, text)


def test_an_open_quote_takes_what_is_inserted() -> None:
    index = SchemaIndex(schema_from_ddl(DDL, "postgres"))
    text = "SELECT id FROM t WHERE name = 'op AND id = 2"
    analysis = analyse(text, 33, index)
    assert texts(left_tokens(analysis, "en'"))[-1] == "'open'"
    assert texts(joined_tokens(analysis, "en'").tokens)[-5:] == ["'open'", "AND", "id", "=", "2"]


def test_what_stands_right_is_read_as_if_it_stood_alone() -> None:
    index = SchemaIndex(schema_from_ddl(DDL, "postgres"))
    text = "SELECT na me FROM t"
    for cursor, wanted in ((9, ["me", "FROM", "t"]), (8, ["a", "me", "FROM", "t"]), (19, [])):
        found = right_tokens(analyse(text, cursor, index))
        assert texts(found) == wanted
        assert all(text[cursor + t.start : cursor + t.end] == t.text for t in found)


def test_a_word_that_is_replaced_is_left_out() -> None:
    index = SchemaIndex(schema_from_ddl(DDL, "postgres"))
    text = "SELECT id FR"
    found = left_tokens(analyse(text, 12, index), "FROM", 10)
    assert [(t.text, t.start) for t in found][-2:] == [("id", 7), ("FROM", 10)]
