"""The offer: one value that the ghost, the popup and the keys all read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sqlcomplete.completion import Completion, Ghost, Item, Timings, Verdict
from tui.editing.offer import Change, Offer


def completion(ghost: str | None, *inserts: str, span: tuple[int, int] = (7, 9)) -> Completion:
    return Completion(
        "id",
        Ghost(ghost, 0.8, "model", Verdict("valid")) if ghost is not None else None,
        tuple(Item(i, i, span, "column", 0.5, "schema") for i in inserts),
        Timings(),
    )


def offer(ghost: str | None, *inserts: str, text: str = "SELECT na", cursor: int = 9) -> Offer:
    return Offer.of(text, cursor, completion(ghost, *inserts), popup=True)


def after(text: str, change: Change | None) -> str:
    assert change is not None
    return text[: change.start] + change.insert + text[change.end :]


def test_typing_what_is_shown_shortens_it_and_keeps_the_items_that_agree() -> None:
    typed = offer("me FROM t", "name", "native").typed("m")
    assert typed.ghost == "e FROM t"
    assert [item.insert for item in typed.items] == ["name"]
    assert typed.items[0].replace == (7, 10)


def test_typing_anything_else_takes_the_ghost_away_at_once() -> None:
    typed = offer("me FROM t", "name", "native").typed("t")
    assert typed.ghost == ""
    assert [item.insert for item in typed.items] == ["native"]


def test_case_does_not_matter_to_agreement() -> None:
    assert offer("ME", "NAME").typed("m").ghost == "E"


def test_the_ghost_extends_the_first_item_also_when_it_is_chosen() -> None:
    chosen = offer("me FROM t", "name", "native").choose(1)
    assert chosen.selected == 0
    assert chosen.shown == "me FROM t"
    assert after("SELECT na", chosen.item()) == "SELECT name"
    assert after("SELECT na", chosen.whole()) == "SELECT name FROM t"


def test_choosing_another_item_makes_it_the_ghost() -> None:
    chosen = offer("me FROM t", "name", "native").choose(1).choose(1)
    assert chosen.shown == "tive"
    assert after("SELECT na", chosen.whole()) == "SELECT native"


def test_an_item_that_rewrites_the_word_is_shown_as_what_it_becomes() -> None:
    chosen = offer(None, "customer_name").choose(1)
    assert chosen.shown == " → customer_name"
    assert after("SELECT na", chosen.whole()) == "SELECT customer_name"


def test_enter_accepts_nothing_that_was_not_chosen() -> None:
    assert offer("me", "name").item() is None


def test_without_a_ghost_tab_takes_the_first_item_of_a_list_that_is_open() -> None:
    assert after("SELECT na", offer(None, "name", "native").whole()) == "SELECT name"
    shut = Offer.of("SELECT na", 9, completion(None, "name"), popup=False)
    assert shut.whole() is None


def test_words_of_a_ghost_put_together_are_the_ghost() -> None:
    current = offer("me, c.id FROM t\nWHERE x >= 1")
    words = []
    while (word := current.word()) is not None:
        words.append(word.insert)
        current = current.typed(word.insert)
    assert words[:4] == ["me", ",", " c.id", " FROM"]
    assert "".join(words) == "me, c.id FROM t\nWHERE x >= 1"


def test_a_list_that_only_repeats_the_word_is_not_shown() -> None:
    whole = Offer.of("SELECT na", 9, completion(None, "na"), popup=True)
    assert whole.idle


@given(
    st.text(max_size=20), st.text(max_size=12), st.lists(st.text(max_size=8), max_size=4), st.data()
)
def test_accepting_after_any_typing_gives_what_was_promised(
    before: str, ghost: str, inserts: list[str], data: st.DataObject
) -> None:
    span = (data.draw(st.integers(0, len(before))), len(before))
    start = Offer.of(before, len(before), completion(ghost, *inserts, span=span), popup=True)
    typed = data.draw(st.integers(0, len(ghost)))
    current = start.typed(ghost[:typed])
    assert current.text == before + ghost[:typed]
    left = ghost[typed:]
    assert current.ghost == (left if left.strip() else "")  # what cannot be seen is not on offer
    change = current.whole()
    if change is not None and current.ghost:
        assert after(current.text, change) == before + ghost
    if current.listed:
        chosen = current.choose(data.draw(st.sampled_from((-1, 1))))
        item = chosen.item()
        assert item is not None
        assert item.insert in inserts
        assert 0 <= item.start <= item.end <= len(current.text)
