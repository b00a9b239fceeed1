"""What may stand in INSERT, UPDATE and MERGE."""

from __future__ import annotations

from sqlcomplete.dialects import phrases
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.syntax.expression import ExpressionAt, walk
from sqlcomplete.syntax.grammar.relations import Relations
from sqlcomplete.syntax.model import Kind, OutputColumn
from sqlcomplete.syntax.outline import Item
from sqlcomplete.syntax.query import word_at
from sqlcomplete.syntax.scope import chain, elements, find_column

_READ = frozenset({Kind.TABLE, Kind.NAMESPACE})


class Writes(Relations):
    """The clauses of statements that write."""

    def insert(self) -> None:
        """From INSERT to VALUES or SELECT."""
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        content = items[segment.start : index]
        if segment.word == "MERGE INSERT":
            if content and content[-1].frame is not None:
                result.words(("VALUES",))
            else:
                result.kinds.add(Kind.COLUMN_LIST)
                result.signs(("(",))
                result.words(("VALUES", "DEFAULT VALUES"))
            return
        if not segment.word.endswith("INTO"):
            last = content[-1].word if content else ""
            if last in {"OR"}:
                result.words(("REPLACE INTO", "IGNORE INTO", "ABORT INTO", "FAIL INTO",
                              "ROLLBACK INTO"))  # fmt: skip
            elif content and last in {"REPLACE", "IGNORE", "ABORT", "FAIL", "ROLLBACK"}:
                result.words(("INTO",))
            elif content:
                self.after_target(content)
            else:
                result.words(("INTO",))
                result.words(self.dialect.insert_modifiers)
                if self.dialect.insert_without_into:
                    result.kinds |= _READ
            return
        if not content or content[-1].word in {"TABLE"}:
            result.kinds |= _READ
            return
        self.after_target(content)

    def after_target(self, content: list[Item]) -> None:
        """After INSERT's table: its columns, VALUES, or a query."""
        result = self.result
        last = content[-1]
        if last.word == "AS":
            result.kinds.add(Kind.NEW_NAME)
            return
        later = any(s.key > self.place for s in self.query.segments)
        if last.frame is not None:
            if not later:
                result.words(("VALUES", "SELECT", "WITH"))
                if self.dialect.insert_overriding:
                    result.words(("OVERRIDING SYSTEM VALUE", "OVERRIDING USER VALUE"))
                if self.dialect.output:
                    result.words(("OUTPUT",))
            return
        if last.word in {"OVERRIDING", "SYSTEM", "USER"}:
            result.words(("SYSTEM VALUE", "USER VALUE", "VALUE"))
            return
        if last.word == "DEFAULT":
            result.words(("VALUES",))
            return
        result.kinds.add(Kind.COLUMN_LIST)
        result.signs(("(",))
        if not later:
            result.words(("VALUES", "SELECT", "DEFAULT VALUES", "WITH"))
        if self.dialect.insert_alias:
            result.words(("AS",))
        if self.dialect.insert_set:
            result.words(("SET",))

    def values(self) -> None:
        """Between the rows of VALUES."""
        result = self.result
        if self.index == self.segment.start or self.items[self.index - 1].sym == ",":
            result.signs(("(",))
            if self.dialect.values_row:
                result.words(("ROW",))
            return
        if self.core.verb == "INSERT":
            result.words(self.insert_tail())
        elif self.core.verb == "MERGE":
            result.words(self.tail())
        else:
            result.words(phrases.clauses_after(Clause.HAVING, self.dialect))
        result.signs((",",), self.open_end)

    def on_conflict(self) -> None:
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        content = items[segment.start : index]
        last = content[-1] if content else None
        if segment.word == "ON":
            result.words(tuple(word.removeprefix("ON ") for word in self.insert_words()))
            return
        if segment.word == "ON DUPLICATE":
            result.words(("UPDATE",) if word_at(items, segment.start - 1) == "KEY"
                         else ("KEY UPDATE",))  # fmt: skip
            return
        if last is None:
            result.signs(("(",))
            result.words(("DO NOTHING", "DO UPDATE SET", "ON CONSTRAINT"))
        elif last.word == "ON":
            result.words(("CONSTRAINT",))
        elif last.word == "CONSTRAINT":
            result.kinds.add(Kind.NEW_NAME)
        elif last.word == "DO":
            result.words(("UPDATE SET", "NOTHING"))
        elif last.word == "UPDATE":
            result.words(("SET",))
        elif last.word == "NOTHING":
            result.words(self.returning())
            result.signs(self.open_end)
        else:
            result.words(("DO UPDATE SET", "DO NOTHING"))
            if last.frame is not None:
                result.words(("WHERE",))

    def set(self) -> None:
        """In an assignment list."""
        result = self.result
        items, index = self.items, self.index
        start = self.segment.start
        spans = elements(items, start, index)
        begin = spans[-1][0] if spans else start
        if index and items[index - 1].sym == ",":
            begin = index
        equals = next((i for i in range(begin, index) if items[i].sym == "="), None)
        if equals is None:
            if index == begin:
                result.kinds.add(Kind.COLUMN)
                result.signs(("(",))
            elif items[index - 1].sym != ".":
                result.signs(("=",))
            return
        state = walk(items, equals + 1, index)
        tail = self.tail(Clause.SET)
        if self.core.verb == "INSERT":
            tail = ("WHERE", *self.returning())
            if self.dialect.on_duplicate_key:
                tail = ()
        self.expression(state, items, tail=tail, signs=self.open_end)
        if state.at is ExpressionAt.OPERAND and index == equals + 1:
            result.words(("DEFAULT",))
            result.compared = self.assigned(items, begin, equals)

    def assigned(self, items: list[Item], begin: int, equals: int) -> OutputColumn | None:
        """The column left of SET's equals sign."""
        names = chain(items, begin, equals)
        if names is None:
            return None
        target = self.scope.target
        if target is not None and (len(names) == 1 or names[-2].lower() == target.name.lower()):
            return find_column((target,), names[-1:])
        return find_column(self.scope.relations, names)

    def merge(self) -> None:
        result = self.result
        items, index = self.items, self.index
        segment = self.segment
        if segment.word != "WHEN":
            if not segment.word.endswith("INTO") and index == segment.start:
                result.words(("INTO",))
                if self.dialect.merge_without_into:
                    result.kinds |= _READ
                return
            self.from_()
            return
        words = [item.word for item in items[segment.start : index]]
        last = words[-1] if words else ""
        if not words:
            result.words(("MATCHED THEN", "NOT MATCHED THEN", "MATCHED AND", "NOT MATCHED AND",
                          "MATCHED", "NOT MATCHED"))  # fmt: skip
        elif words == ["NOT"]:
            result.words(("MATCHED", "MATCHED THEN"))
        elif last == "BY":
            result.words(("SOURCE", "TARGET"))
        elif last == "THEN":
            if "NOT" in words[:1] and "SOURCE" not in words:
                result.words(("INSERT", "DO NOTHING"))
            else:
                result.words(("UPDATE SET", "DELETE", "DO NOTHING"))
        elif "THEN" in words:
            if last == "UPDATE":
                result.words(("SET",))
            elif last == "DO":
                result.words(("NOTHING",))
            else:
                result.words(("WHEN MATCHED THEN", "WHEN NOT MATCHED THEN"), self.returning())
                result.signs(self.open_end)
        elif "AND" in words:
            start = segment.start + words.index("AND") + 1
            state = walk(items, start, index)
            self.expression(state, items, predicate=True, tail=("THEN",), more=False)
        else:
            result.words(("THEN", "AND"))
            if last == "MATCHED" and self.dialect.merge_by_source:
                result.words(("BY SOURCE", "BY TARGET"))
