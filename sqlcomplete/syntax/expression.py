"""Where an expression stands at the cursor: does it need an operand, or what may follow one?"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlcomplete.dialects.functions.kinds import TIME_UNITS
from sqlcomplete.dialects.keywords import RESERVED, TYPE_WORDS, VALUE_WORDS
from sqlcomplete.syntax.model import TokenKind
from sqlcomplete.syntax.outline import Item

COMPARISONS = frozenset({"=", "<>", "!=", "<", ">", "<=", ">=", "==", "<=>", "~", "~*", "!~", "!~*",
                         "~~", "~~*", "@>", "<@", "&&"})  # fmt: skip
_MATCHES = frozenset({"LIKE", "ILIKE", "RLIKE", "REGEXP", "GLOB", "MATCH"})
_BOOLEAN = frozenset({"AND", "OR", "XOR"})


@dataclass(slots=True)
class ExpressionState:
    """How an expression list ends.

    `at` is one of
      operand: an operand must come;    after: an operand is complete;
      not: `x NOT`;                     is, is not: `x IS`, `x IS NOT`;
      distinct: `x IS DISTINCT`;        in: `x IN`;
      type: a type must come;           typed: a type is complete;
      alias: a name must come (AS);     aliased: an alias is complete;
      case: after CASE;                 over, filter, within: those words;
      at: `x AT`; at time: `x AT TIME`; similar: `x SIMILAR`;
      collate, interval, unit;          direction, nulls, ordered: in ORDER BY;
      exists: a bracket with a query must come.
    `elements` counts the commas, `begin` is where the last element begins. `cases` are the open
    CASEs, innermost last: case, when, then, else. `left` is the range of the plain name that the
    operand here is compared with. `compares` tells that the predicate has its comparison;
    `between` that BETWEEN waits for its AND. `last` is the last operand's first item.
    """

    at: str = "operand"
    elements: int = 0
    begin: int = 0
    cases: list[str] = field(default_factory=list)
    left: tuple[int, int] | None = None
    operator: str = ""
    compares: bool = False
    between: bool = False
    last: int = 0
    star: bool = False
    assigned: bool = False


def walk(items: list[Item], start: int, stop: int, *, aliases: bool = False) -> ExpressionState:
    """The state in which the expressions of `items[start:stop]` end.

    Args:
        aliases: whether a name after an operand is an alias (a projection).
    """
    state = ExpressionState(begin=start)
    operand = start  # where the last operand begins
    plain = True  # the predicate so far is nothing but that operand
    case_left: list[tuple[int, int] | None] = []
    i = start
    while i < stop:
        item = items[i]
        word, sym = item.word, item.sym
        at = state.at
        if sym == ",":
            state.at = "operand"
            state.elements += 1
            state.begin = i + 1
            state.left, state.operator, state.compares, state.between = None, "", False, False
            state.star = False
            state.cases.clear()
            case_left.clear()
            plain = True
        elif at in {"operand", "case", "interval"}:
            if item.frame is not None or not (word or sym):
                if at == "interval":
                    state.at = "unit"
                else:
                    operand = i
                    state.last = i
                    state.at = "after"
                    if state.cases and state.cases[-1] == "case":
                        state.cases[-1] = "subject"
            elif sym:
                if sym == "*" and at == "operand":
                    operand = i
                    state.star = True
                    state.at = "after"
                elif sym in {"-", "+", "~"}:
                    plain = False
            elif word == "CASE":
                state.cases.append("case")
                case_left.append(None)
                state.at = "case"
                operand = i
                state.compares = False
                state.left = None
                plain = True
            elif word == "WHEN" and state.cases:
                state.cases[-1] = "when"
                state.at = "operand"
                state.left, state.compares = None, False
                plain = True
            elif word in {"NOT", "DISTINCT", "ALL", "PRIOR"}:
                if word == "DISTINCT" and i + 1 < stop and items[i + 1].word == "ON":
                    i += 2
                    continue
            elif word in {"ANY", "SOME"}:
                state.at = "in"
            elif word == "EXISTS":
                state.at = "exists"
            elif word == "INTERVAL":
                state.at = "interval"
                operand = i
            elif (
                word == "TOP"
                and i + 1 < stop
                and (items[i + 1].frame is not None or items[i + 1].token.kind is TokenKind.NUMBER)
            ):
                i += 1
            elif word == "END" and state.cases:
                _end_case(state, case_left)
            elif word in RESERVED and word not in VALUE_WORDS:
                pass  # broken: an operand is still what is missing
            elif at == "interval":
                state.at = "after"
            else:
                operand = i
                state.last = i
                state.at = "after"
                if state.cases and state.cases[-1] == "case":
                    state.cases[-1] = "subject"
        elif at == "type":
            if item.frame is None and not sym:
                state.at = "typed"
        elif at in {"after", "typed", "unit", "aliased", "direction", "ordered"}:
            if at == "typed" and (word in TYPE_WORDS or (item.frame is not None)):
                pass
            elif at == "unit" and word in TIME_UNITS:
                state.at = "after"
            elif item.frame is not None:
                pass  # a call's arguments or a subscript
            elif sym:
                state.at = "after"
                if sym == ".":
                    i += 1
                    if i >= stop:
                        break
                    if items[i].sym == "*":
                        state.star = True
                elif sym == "::":
                    state.at = "type"
                elif sym in COMPARISONS:
                    state.left = (operand, i) if plain else None
                    state.operator = sym
                    state.compares = True
                    state.at = "operand"
                    if not plain:
                        state.left = None
                    plain = True
                else:
                    state.at = "operand"
                    plain = False
                    if sym in {"=>", ":="}:
                        plain = True
            elif word in _BOOLEAN:
                if word == "AND" and state.between:
                    state.between = False
                else:
                    state.left, state.operator, state.compares = None, "", False
                plain = True
                state.at = "operand"
            elif word in _MATCHES:
                state.left = (operand, i) if plain else None
                if state.left and items[i - 1].word == "NOT":
                    state.left = (operand, i - 1)
                state.operator, state.compares, state.at = word, True, "operand"
                plain = True
            elif word == "IN":
                state.left = (operand, i) if plain else None
                state.operator, state.compares, state.at = "IN", True, "in"
            elif word == "NOT":
                state.at = "not"
            elif word == "IS":
                state.left = (operand, i) if plain else None
                state.compares, state.at = True, "is"
            elif word == "BETWEEN":
                state.left = (operand, i) if plain else None
                state.operator, state.compares, state.at = "BETWEEN", True, "operand"
                state.between = True
                plain = True
            elif word in {"ISNULL", "NOTNULL"}:
                state.compares = True
            elif word == "SIMILAR":
                state.left = (operand, i) if plain else None
                state.at = "similar"
            elif word == "ESCAPE":
                state.at = "operand"
                state.left = None
            elif word == "COLLATE":
                state.at = "collate"
            elif word == "AT":
                state.at = "at"
            elif word == "OVER":
                state.at = "over"
            elif word == "FILTER" and _called(items, i):
                state.at = "filter"
            elif word == "WITHIN":
                state.at = "within"
            elif word == "OVERLAPS":
                state.at = "operand"
            elif word in {"DIV", "MOD"}:
                state.at = "operand"
                plain = False
            elif word == "AS":
                state.at = "alias"
            elif word in {"WHEN", "THEN", "ELSE"} and state.cases:
                _case_word(state, word, case_left, operand, i)
                plain = True
            elif word == "END" and state.cases:
                _end_case(state, case_left)
            elif word in {"IGNORE", "RESPECT"} and i + 1 < stop and items[i + 1].word == "NULLS":
                i += 1
            elif word in {"ASC", "DESC"}:
                state.at = "direction"
            elif word == "NULLS":
                state.at = "nulls"
            elif word in RESERVED:
                pass
            elif not word and item.token.kind is TokenKind.STRING:
                state.at = "after"  # DATE '2020-01-01'
            elif aliases and (word or item.is_name) and not state.cases:
                state.at = "aliased"
        elif at == "not":
            if word == "IN":
                state.left = (operand, i - 1) if plain else None
                state.operator, state.compares, state.at = "IN", True, "in"
            elif word == "BETWEEN":
                state.left = (operand, i - 1) if plain else None
                state.operator, state.compares, state.at = "BETWEEN", True, "operand"
                state.between = True
            elif word == "SIMILAR":
                state.at = "similar"
            elif word == "NULL":
                state.at = "after"
            else:
                state.left = (operand, i - 1) if plain else None
                state.operator, state.compares, state.at = word or "NOT", True, "operand"
        elif at in {"is", "is not"}:
            if word == "NOT":
                state.at = "is not"
            elif word == "DISTINCT":
                state.at = "distinct"
            else:
                state.left = None
                state.at = "after"
        elif at == "distinct":
            state.operator, state.at = "=", "operand"
            plain = True
        elif at in {
            "in",
            "exists",
            "over",
            "filter",
            "collate",
            "similar",
            "at",
            "at time",
            "within",
        }:
            if at == "at" and word == "TIME":
                state.at = "at time"
            elif at == "at time" and word == "ZONE":
                state.at = "operand"
                state.left = None
                plain = False
            elif at == "similar":
                state.at = "operand"
            elif at == "within" and word == "GROUP":
                state.at = "filter"
            elif at == "exists" and item.frame is None:
                continue_as_name(state)
                operand = i - 1
                continue
            elif at == "in" and item.frame is None and item.sym:
                state.at = "operand"
            else:
                operand = i
                state.at = "after"
        elif at == "alias":
            state.at = "aliased"
        elif at == "nulls":
            state.at = "ordered"
        i += 1
    if state.at not in {"operand", "in"} or not state.operator:
        state.left = None
    return state


def continue_as_name(state: ExpressionState) -> None:
    """EXISTS without a bracket: a column of that name."""
    state.at = "after"


def _called(items: list[Item], i: int) -> bool:
    return i > 0 and items[i - 1].frame is not None


def _case_word(
    state: ExpressionState,
    word: str,
    case_left: list[tuple[int, int] | None],
    operand: int,
    i: int,
) -> None:
    if word == "WHEN" and state.cases[-1] == "subject":
        case_left[-1] = (operand, i)
    state.cases[-1] = word.lower()
    state.at = "operand"
    state.compares = False
    state.left, state.operator = None, ""
    if word == "WHEN" and case_left[-1] is not None:
        state.left, state.operator = case_left[-1], "="


def _end_case(state: ExpressionState, case_left: list[tuple[int, int] | None]) -> None:
    state.cases.pop()
    case_left.pop()
    state.at = "after"
    state.compares = False
    state.left, state.operator = None, ""
