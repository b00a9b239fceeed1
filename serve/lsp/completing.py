"""From a completion of the engine to the protocol's items, and back to what an item means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lsprotocol import types

from serve.lsp.client import Client, markup
from serve.lsp.describing import describe
from serve.lsp.documents import Document
from serve.lsp.lookup import NAMES, symbol_at
from serve.lsp.positions import Lines
from serve.lsp.schemas import Opened
from sqlcomplete.completion import Completion, Ghost, Item
from sqlcomplete.syntax import is_keyword
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import TokenKind

TRIGGERS = (".", " ", "(", ",", "=", '"', "`", "[", "'")

_KINDS = {
    "column": types.CompletionItemKind.Field,
    "relation": types.CompletionItemKind.Variable,
    "table": types.CompletionItemKind.Class,
    "namespace": types.CompletionItemKind.Module,
    "join": types.CompletionItemKind.Reference,
    "join condition": types.CompletionItemKind.Reference,
    "star": types.CompletionItemKind.Field,
    "keyword": types.CompletionItemKind.Keyword,
    "function": types.CompletionItemKind.Function,
    "literal": types.CompletionItemKind.EnumMember,
    "type": types.CompletionItemKind.TypeParameter,
    "grouping": types.CompletionItemKind.Field,
    "ordering": types.CompletionItemKind.Field,
    "column list": types.CompletionItemKind.Snippet,
    "operator": types.CompletionItemKind.Operator,
    "new name": types.CompletionItemKind.Variable,
    "phrase": types.CompletionItemKind.Snippet,
}
_DESCRIBED = frozenset(
    {"column", "relation", "table", "join", "function", "grouping", "ordering", "star"}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A completion with what it was asked of."""

    document: Document
    offset: int
    completion: Completion
    opened: Opened


def empty() -> types.CompletionList:
    """Nothing for now; the client asks again."""
    return types.CompletionList(is_incomplete=True, items=[])


def is_called_for(text: str, offset: int, trigger: str | None, dialect: str) -> bool:
    """Whether a list should open by itself at a trigger character.

    After a space, only where something must follow: a list after a finished word would take the
    Enter that ends the line. After a quote, only where one was opened.
    """
    if trigger == " ":
        line = text.rfind("\n", 0, offset) + 1
        tokens = [t for t in lex(text[line:offset], dialect) if t.kind is not TokenKind.COMMENT]
        if not tokens:
            return False
        last = tokens[-1]
        if last.kind is TokenKind.WORD:
            return is_keyword(last.text)
        return last.kind is TokenKind.OPERATOR or last.text in (",", "(")
    if trigger in ("'", '"', "`"):
        line = text.rfind("\n", 0, offset) + 1
        return text.count(trigger, line, offset) % 2 == 1
    return True


def completion_list(answer: Answer, client: Client, *, ghost_item: bool) -> types.CompletionList:
    """The engine's items in its order, the first one preselected.

    An editor filters and sorts by itself. Each item's filter text begins with what is typed, so
    that all match equally well and the sort text, which is the item's place, decides. The list is
    never complete: the next key may bring other items.
    """
    document, completion = answer.document, answer.completion
    items: list[types.CompletionItem] = []
    if ghost_item and completion.ghost is not None:
        items += _ghost_item(answer, completion.ghost)
    for number, item in enumerate(completion.items):
        edit = _edit(document.lines, item, answer.offset)
        if edit is None:
            continue
        items.append(
            types.CompletionItem(
                label=_one_line(item.label),
                kind=_KINDS.get(item.kind, types.CompletionItemKind.Text),
                detail=item.detail,
                filter_text=_filter(document.text[item.replace[0] : answer.offset], item.insert),
                text_edit=edit,
                insert_text_format=types.InsertTextFormat.PlainText,
                data={"completion": completion.id, "item": number},
            )
        )
    for place, made in enumerate(items):
        made.sort_text = f"{place:04}"
        if client.preselect and place == 0:
            made.preselect = True
        if client.insert_text_mode:
            made.insert_text_mode = types.InsertTextMode.AsIs
    return types.CompletionList(is_incomplete=True, items=items)


def _edit(lines: Lines, item: Item, offset: int) -> types.TextEdit | None:
    """The item's edit; None where it is not one that a list may hold: on the cursor's line, around
    the cursor."""
    start, end = item.replace
    made = lines.range(start, end)
    if made.start.line != made.end.line or not start <= offset <= end:
        return None
    return types.TextEdit(made, item.insert)


def _ghost_item(answer: Answer, ghost: Ghost) -> list[types.CompletionItem]:
    """The ghost as an item, unless the first item does the same."""
    completion, document, offset = answer.completion, answer.document, answer.offset
    first = completion.items[0] if completion.items else None
    start = offset
    if first is not None and first.replace[0] <= offset:
        start = first.replace[0]
        if first.replace[1] == offset and document.text[start:offset] + ghost.text == first.insert:
            return []
    made = document.lines.range(start, offset)
    if made.start.line != made.end.line:
        return []
    typed = document.text[start:offset]
    text = typed + ghost.text
    documentation = "\n".join(ghost.verdict.warnings)
    return [
        types.CompletionItem(
            label=_one_line(text.strip()),
            kind=types.CompletionItemKind.Snippet,
            detail=f"{ghost.source}, {ghost.confidence:.0%}",
            documentation=documentation or None,
            filter_text=text,
            text_edit=types.TextEdit(made, text),
            insert_text_format=types.InsertTextFormat.PlainText,
        )
    ]


def _filter(typed: str, insert: str) -> str:
    if insert[: len(typed)].lower() == typed.lower():
        return typed + insert[len(typed) :]
    return typed + insert


def _one_line(text: str) -> str:
    return " ".join(text.split()) or text


def resolved(
    item: types.CompletionItem, answer: Answer | None, client: Client
) -> types.CompletionItem:
    """The item with its documentation: what the name that it inserts means where it is inserted."""
    number = item.data.get("item") if isinstance(item.data, dict) else None
    if answer is None or not isinstance(number, int):
        return item
    items = answer.completion.items
    if not 0 <= number < len(items) or items[number].kind not in _DESCRIBED:
        return item
    chosen = items[number]
    name = _first_name(chosen.insert, answer.opened.schema.dialect)
    if name is None:
        return item
    start, end = chosen.replace
    text = answer.document.text
    text = text[:start] + chosen.insert + text[end:]
    symbol = symbol_at(text, start + name, answer.opened.index)
    if symbol is not None:
        item.documentation = markup(describe(symbol), markdown=client.markdown_items)
        if item.detail is None and symbol.kind == "function":
            item.detail = f"{symbol.name}({symbol.arguments})"
    return item


def _first_name(insert: str, dialect: str) -> int | None:
    """Where the first name of a text ends, with the names that dots join to it."""
    tokens = lex(insert, dialect)
    if not tokens or tokens[0].kind not in NAMES:
        return None
    at = 0
    while at + 2 < len(tokens) and tokens[at + 1].text == "." and tokens[at + 2].kind in NAMES:
        at += 2
    return tokens[at].end


def inline_list(
    answer: Answer,
    selected: types.SelectedCompletionInfo | None,
    complete: Callable[[str, int], Completion],
) -> types.InlineCompletionList:
    """The ghost, as text that goes on from the item selected in the list where there is one.

    Args:
        complete: completes another text, at an offset: the one in which the item is inserted.
    """
    ghost, offset = answer.completion.ghost, answer.offset
    lines, text = answer.document.lines, answer.document.text
    if selected is None:
        return _inline(ghost.text, lines.range(offset, offset)) if ghost is not None else _inline()
    start, end = lines.span(selected.range)
    chosen = selected.text
    if ghost is not None and start <= offset:
        whole = text[start:offset] + ghost.text
        begins = whole[: len(chosen)].lower() == chosen.lower()
        if begins and len(whole) > len(chosen):
            return _inline(chosen + whole[len(chosen) :], selected.range)
    after = complete(text[:start] + chosen + text[end:], start + len(chosen)).ghost
    return _inline() if after is None else _inline(chosen + after.text, selected.range)


def _inline(text: str = "", place: types.Range | None = None) -> types.InlineCompletionList:
    items = [types.InlineCompletionItem(insert_text=text, range=place)] if text else []
    return types.InlineCompletionList(items=items)
