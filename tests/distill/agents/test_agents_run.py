"""A whole run, with a model on loopback for every agent: what comes out, and that a kill at any
moment changes nothing of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from agents_shop import write_shop
from click.testing import CliRunner
from endpoint import Endpoint, content, say, sensible, slow, status

from distill.agents.command import agents
from distill.corpus import read_corpus
from sqlcomplete.errors import SqlcompleteError

ALL = ("expansion", "rewriting", "selection", "verification")


def settings_file(folder: Path, server: Endpoint, **changes: Any) -> Path:
    model = {
        "base_url": server.url,
        "model": "little",
        "concurrency": 4,
        "retries": 2,
        "back_off": 0.01,
        **changes.pop("model", {}),
    }
    values = {"back_ends": dict.fromkeys(ALL, "model"), "model": model, "rounds": 2} | changes
    file = folder / "settings.yaml"
    file.write_text(yaml.safe_dump(values))
    return file


def run(corpus: Path, out: Path, settings: Path, *more: str, code: int = 0) -> str:
    words = [str(corpus), "--out", str(out), "--settings", str(settings), *more]
    result = CliRunner().invoke(agents, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_makes_a_corpus_with_provenance_rejects_and_a_report(
    server: Endpoint, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    said = run(write_shop(tmp_path / "shop"), out, settings_file(tmp_path, server))
    corpus = read_corpus(out)
    assert {s.split for s in corpus.statements} == {"train"}
    assert len({s.id for s in corpus.statements}) == len(corpus.statements)
    assert set(corpus.schemas) == {"shop"}
    queries = lines(out / "queries.jsonl")
    made = [q for q in queries if q["provenance"]["steps"][0]["agent"] == "expansion"]
    assert made
    assert "secret" not in json.dumps(queries)
    first = made[0]["provenance"]
    assert first["seed"].startswith("shop-")
    assert [s["agent"] for s in first["steps"]] == [
        "expansion", "rewriting", "verification", "selection",
    ]  # fmt: skip
    assert {s["back_end"] for s in first["steps"]} == {"little"}
    assert all(len(s["prompt_hash"]) == 64 for s in first["steps"])
    assert set(first["scores"]) == {"informativeness", "helpfulness", "generalisation"}
    assert any(q["plan"] == "join the tables\ncount by group" for q in queries)
    rejects = lines(out / "rejects.jsonl")
    assert {"verification", "expansion"} <= {r["agent"] for r in rejects}
    assert all(r["reason"] and r["sql"] for r in rejects)
    report = json.loads((out / "report.json").read_text())
    assert report["chosen"]["records"] == len(queries)
    assert report["seeds"] == {"given": 12, "left out, of a dev schema": 1}
    assert sum(row["before"] for row in report["taxonomy"]["task"]) == 12
    assert sum(row["after"] for row in report["taxonomy"]["task"]) == len(queries)
    assert report["model"]["questions"] == len(server.asked)
    assert f"{len(queries)} records" in said
    assert "## By task, before and after" in (out / "report.md").read_text()


def test_running_again_asks_nothing_and_changes_nothing(server: Endpoint, tmp_path: Path) -> None:
    corpus, out = write_shop(tmp_path / "shop"), tmp_path / "out"
    settings = settings_file(tmp_path, server)
    run(corpus, out, settings)
    before, asked = (out / "queries.jsonl").read_bytes(), len(server.asked)
    run(corpus, out, settings)
    assert (out / "queries.jsonl").read_bytes() == before
    assert len(server.asked) == asked


@pytest.mark.parametrize("off", ALL)
def test_each_agent_can_be_off(server: Endpoint, tmp_path: Path, off: str) -> None:
    out = tmp_path / "out"
    on = ",".join(agent for agent in ALL if agent != off)
    run(
        write_shop(tmp_path / "shop"), out, settings_file(tmp_path, server, rounds=1),
        "--agents", on,
    )  # fmt: skip
    steps = {s["agent"] for q in lines(out / "queries.jsonl") for s in q["provenance"]["steps"]}
    assert steps - {"controller"} == set(ALL) - {off}


def test_other_settings_do_not_go_on_with_a_journal(server: Endpoint, tmp_path: Path) -> None:
    corpus, out = write_shop(tmp_path / "shop"), tmp_path / "out"
    settings = settings_file(tmp_path, server, rounds=1)
    run(corpus, out, settings, "--per-seed", "1")
    with pytest.raises(SqlcompleteError, match="was begun with per_seed 1, this run has 2"):
        run(corpus, out, settings, "--per-seed", "2")


def test_selection_may_be_set_anew_without_the_work_being_done_again(
    server: Endpoint, tmp_path: Path
) -> None:
    corpus, out = write_shop(tmp_path / "shop"), tmp_path / "out"
    run(corpus, out, settings_file(tmp_path, server, rounds=1))
    asked, many = len(server.asked), len(lines(out / "queries.jsonl"))
    fewer = settings_file(tmp_path, server, rounds=1, seeds="judge", selection={"keep": 0.3})
    with pytest.raises(SqlcompleteError, match="was begun with seeds 'keep'"):
        run(corpus, out, fewer)
    run(corpus, out, settings_file(tmp_path, server, rounds=1, selection={"keep": 0.1}))
    assert len(server.asked) == asked
    assert len(lines(out / "queries.jsonl")) < many


def test_a_larger_limit_goes_on_with_what_a_smaller_one_did(
    server: Endpoint, tmp_path: Path
) -> None:
    corpus, out, at_once = write_shop(tmp_path / "shop"), tmp_path / "out", tmp_path / "at-once"
    settings = settings_file(tmp_path, server)
    run(corpus, out, settings, "--limit", "5")
    done = (out / "journal.jsonl").read_text().count('"records"')
    assert done >= 5
    run(corpus, out, settings)
    run(corpus, at_once, settings)
    assert (out / "queries.jsonl").read_bytes() == (at_once / "queries.jsonl").read_bytes()


def test_a_spent_budget_ends_cleanly_and_more_money_goes_on(
    server: Endpoint, tmp_path: Path
) -> None:
    corpus, out = write_shop(tmp_path / "shop"), tmp_path / "out"
    prices = {"price_out": 1000.0, "most_tokens": 40, "budget": 1.0}
    said = run(corpus, out, settings_file(tmp_path, server, model=prices), code=3)
    assert "stopped before the end: the budget is spent" in said
    assert read_corpus(out).statements
    assert json.loads((out / "report.json").read_text())["model"]["cost"] <= 1.0
    run(corpus, out, settings_file(tmp_path, server, model=prices | {"budget": 100.0}))
    whole = (out / "queries.jsonl").read_bytes()
    at_once = tmp_path / "at-once"
    run(corpus, at_once, settings_file(tmp_path, server, model=prices | {"budget": 100.0}))
    assert (at_once / "queries.jsonl").read_bytes() == whole


def test_records_without_an_answer_are_put_off_not_lost(server: Endpoint, tmp_path: Path) -> None:
    corpus, out = write_shop(tmp_path / "shop"), tmp_path / "out"
    settings = settings_file(tmp_path, server, rounds=1, model={"retries": 0})
    server.script.extend([status(500), status(500)])
    said = run(corpus, out, settings, code=3)
    assert "2 records got no answer; run again" in said
    run(corpus, out, settings)
    at_once = tmp_path / "at-once"
    run(corpus, at_once, settings)
    assert (out / "queries.jsonl").read_bytes() == (at_once / "queries.jsonl").read_bytes()


def test_malformed_answers_are_rejected_with_their_reason(server: Endpoint, tmp_path: Path) -> None:
    def half(handler: Any, body: dict[str, Any]) -> None:
        verifies = '"verdict"' in body["messages"][0]["content"]
        say(handler, '{"verdict": "pa' if verifies else sensible(body))

    server.usual = half
    out = tmp_path / "out"
    run(write_shop(tmp_path / "shop"), out, settings_file(tmp_path, server, rounds=1))
    reasons = {r["reason"] for r in lines(out / "rejects.jsonl") if r["agent"] == "verification"}
    assert any(reason.startswith("malformed answer, twice: Invalid JSON") for reason in reasons)
    assert len(lines(out / "queries.jsonl")) == 12  # the seeds, kept as they came


def test_bad_input_is_one_line(server: Endpoint, tmp_path: Path) -> None:
    settings = settings_file(tmp_path, server)
    with pytest.raises(SqlcompleteError, match="no such folder"):
        run(tmp_path / "none", tmp_path / "out", settings)
    corpus = write_shop(tmp_path / "shop")
    with pytest.raises(SqlcompleteError, match="no agent 'cleaning'"):
        run(corpus, tmp_path / "out", settings, "--agents", "cleaning")
    with pytest.raises(SqlcompleteError, match="no variable SOME_KEY"):
        run(
            corpus, tmp_path / "out",
            settings_file(tmp_path, server, model={"key_from": "SOME_KEY"}),
        )  # fmt: skip
    server.script.append(content("x"))


def test_killed_at_any_moment_and_gone_on_gives_the_same_set(
    server: Endpoint, tmp_path: Path
) -> None:
    corpus = write_shop(tmp_path / "shop", repeat=2)
    server.usual = slow(0.01)
    settings = settings_file(tmp_path, server)
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    run(corpus, calm, settings)
    asked = len(server.asked)
    journal = killed / "journal.jsonl"
    kills = 0
    for part in (0.05, 0.3, 0.6, 0.9):
        # Moments are places in the work, so that no machine is too fast or too slow for them.
        server.asked.clear()
        process = subprocess.Popen(
            [sys.executable, "-m", "distill", "agents", str(corpus), "--out", str(killed),
             "--settings", str(settings)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wanted = asked * part if kills == 0 else asked * 0.25
        deadline = time.monotonic() + 60
        while len(server.asked) < wanted and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
        assert not (killed / "queries.jsonl").exists() or process.returncode == 0
    assert kills >= 3
    with journal.open("ab") as file:
        file.write(b'{"id": "torn')
    # Without the cache of answers: the journal alone must carry what was done.
    for name in ("answers.sqlite", "answers.sqlite-wal", "answers.sqlite-shm"):
        (killed / name).unlink(missing_ok=True)
    run(corpus, killed, settings)
    for name in ("queries.jsonl", "schemas.jsonl", "rejects.jsonl"):
        assert (killed / name).read_bytes() == (calm / name).read_bytes()


def test_the_symbolic_agents_give_the_same_in_processes_as_in_one(tmp_path: Path) -> None:
    corpus = write_shop(tmp_path / "shop")
    outs = []
    for workers in (0, 2):
        settings = tmp_path / f"{workers}.yaml"
        settings.write_text(f"workers: {workers}\n")
        outs.append(tmp_path / f"out{workers}")
        run(corpus, outs[-1], settings)
    for name in ("queries.jsonl", "schemas.jsonl", "rejects.jsonl"):
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes()
    corpus_out = read_corpus(outs[0])
    assert len(corpus_out.statements) > 12
    renamed = [s for s in corpus_out.statements if s.db_id != "shop"]
    assert renamed
    assert all(s.db_id.startswith("shop~") for s in renamed)
    assert corpus_out.schema(renamed[0]) != corpus_out.schemas["shop"].schema


def test_a_model_may_write_what_the_symbolic_agents_verify(
    server: Endpoint, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    settings = settings_file(
        tmp_path, server, rounds=1, workers=1, back_ends={"expansion": "model"}
    )
    run(write_shop(tmp_path / "shop"), out, settings)
    rejects = lines(out / "rejects.jsonl")
    # The endpoint filters customers by a column that only orders has: that is found out.
    assert any("unknown name" in r["reason"] for r in rejects if r["agent"] == "verification")
    ends = {tuple(s["back_end"] for s in q["provenance"]["steps"][:1]) for q in
            lines(out / "queries.jsonl")}  # fmt: skip
    assert ("little",) in ends


@pytest.mark.slow
@pytest.mark.parametrize("back_end", ["symbolic", "model"])
def test_ray_gives_the_same_as_one_process(server: Endpoint, tmp_path: Path, back_end: str) -> None:
    pytest.importorskip("ray", reason="needs Ray: pip install 'sqlcomplete[ray]'")
    corpus, here, there = write_shop(tmp_path / "shop"), tmp_path / "here", tmp_path / "there"
    ends = dict.fromkeys(ALL, back_end)
    run(corpus, here, settings_file(tmp_path, server, back_ends=ends, workers=0))
    ray = {"actors": 2, "batch": 4}
    run(corpus, there, settings_file(tmp_path, server, back_ends=ends, ray=ray))
    for name in ("queries.jsonl", "schemas.jsonl", "rejects.jsonl"):
        assert (there / name).read_bytes() == (here / name).read_bytes()


def test_seeds_may_be_judged_like_any_record_or_dropped(server: Endpoint, tmp_path: Path) -> None:
    corpus = write_shop(tmp_path / "shop")
    seeds = {}
    for policy in ("keep", "judge", "drop"):
        out = tmp_path / policy
        run(corpus, out, settings_file(tmp_path, server, rounds=1, seeds=policy))
        steps = [q["provenance"]["steps"][0]["agent"] for q in lines(out / "queries.jsonl")]
        seeds[policy] = sum(agent != "expansion" for agent in steps)
    assert seeds["keep"] == 12 > seeds["judge"] > seeds["drop"] == 0


def test_a_budget_that_a_cluster_could_not_hold_is_refused(
    server: Endpoint, tmp_path: Path
) -> None:
    settings = settings_file(
        tmp_path, server, ray={"address": "ray://elsewhere"}, model={"budget": 1.0}
    )
    with pytest.raises(SqlcompleteError, match=r"ray\.address: a model's budget is held on one"):
        run(write_shop(tmp_path / "shop"), tmp_path / "out", settings)
