"""The demo with the real completer: what a newcomer sees first."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner
from driving import until, write

from tui.commands import demo, editor_on
from tui.demo.load import make_shop
from tui.demo.tour import STOPS
from tui.runner.target import scratch_target

pytest.importorskip("sqlcomplete.completer")


def test_the_tour_completes_at_every_stop_and_sums_up() -> None:
    result = CliRunner().invoke(demo, ["--no-model"], catch_exceptions=False)
    assert result.exit_code == 0
    assert result.output.count("items: ") >= len(STOPS) - 2
    assert "answered" in result.output.splitlines()[-2]
    for name in ("customers", "'pending'", "i.product_id = p.id", "unit_price"):
        assert name in result.output


async def test_the_editor_completes_the_demo_for_real(tmp_path: Path) -> None:
    target = scratch_target(make_shop(tmp_path / "shop.db"), "demo shop")
    app = editor_on(target, model=False, state=tmp_path / "state")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.completes, seconds=30)
        await write(pilot, "SELECT * FROM cust")
        await until(pilot, lambda: app.editor.offer is not None and app.editor.offer.listed)
        assert any(item.insert == "customers" for item in app.editor.offer.listed)
        while app.editor.offer is None or app.editor.offer.item() is None:
            await pilot.press("ctrl+n")
            await asyncio.sleep(0.02)
        await app.action_quit()
