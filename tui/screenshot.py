"""`python -m tui.screenshot FILE.svg` draws the editor on the demo shop with a completion on it.

All that it shows is real: the keys are pressed, the completer answers, the query runs.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from tui.app import SqlEditorApp
from tui.commands import editor_on
from tui.demo.load import make_shop
from tui.demo.tour import FIRST_TEXT
from tui.panes.catalog import Catalog
from tui.runner.target import scratch_target

_SIZE = (112, 34)
_TYPED = "SELECT p.name, SUM(i.quantity) FROM order_items i JOIN pr"
_WAIT_S = 30


async def draw(app: SqlEditorApp, typed: str) -> str:
    """Run the text's statement, open tables of the catalog, type on; the screen then, as SVG."""
    async with app.run_test(size=_SIZE) as pilot:
        await _until(pilot, lambda: app.completes)
        await pilot.press("f5")
        await _until(pilot, lambda: app.results.table.row_count > 0)
        catalog = app.query_one(Catalog)
        for node in catalog.root.children:
            if str(node.label) in ("order_items", "products"):
                node.expand()
        app.editor.focus()
        names = {" ": "space"}
        await pilot.press(*(names.get(character, character) for character in typed))
        await _until(pilot, lambda: app.editor.offer)
        await pilot.pause(0.3)
        # Readers that collapse white space would draw the segments of a line into one another.
        return app.export_screenshot().replace("<svg ", '<svg xml:space="preserve" ', 1)


async def _until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    for _ in range(_WAIT_S * 20):
        await pilot.pause(0.05)
        if holds():
            return
    raise SystemExit("the editor did not get ready in time")


def main() -> None:
    """Write the picture to the file that the command line names."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m tui.screenshot FILE.svg")
    # The picture has all colours, whatever terminal it is made from.
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    os.environ.pop("NO_COLOR", None)
    with tempfile.TemporaryDirectory(prefix="sqlcomplete-") as folder:
        shop = make_shop(Path(folder) / "shop.db")
        target = scratch_target(shop, "demo shop")
        app = editor_on(target, first_text=FIRST_TEXT, state=Path(folder) / "state")
        svg = asyncio.run(draw(app, _TYPED))
    Path(sys.argv[1]).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
