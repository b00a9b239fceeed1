"""The command palette, from the list of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.actions.registry import ACTIONS, Action, key_name


class Actions(Provider):
    """Every action that means something wherever it is called from."""

    def _listed(self) -> Iterator[tuple[Action, str, Callable[[], object]]]:
        from tui.app import SqlEditorApp

        assert isinstance(self.app, SqlEditorApp)
        for action in ACTIONS:
            if action.listed and action.id != "palette":
                keys = self.app.keymap[action.id]
                key = f" ({key_name(keys[0])})" if keys else ""
                yield action, f"{action.title}{key}", partial(self.app.call_action, action.id)

    async def discover(self) -> Hits:
        for action, title, call in self._listed():
            yield DiscoveryHit(title, call, help=action.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action, title, call in self._listed():
            score = max(matcher.match(title), matcher.match(action.help) / 2)
            if score > 0:
                yield Hit(score, matcher.highlight(title), call, help=action.help)
