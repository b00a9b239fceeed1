"""A mix keeps clear of what is measured on, keeps to its caps, says what it left out and why."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from corpora import statement, write_corpus

from distill.corpus import Corpus, Statement, read_corpus
from distill.data import mix as mixes
from distill.data.command import command
from distill.data.drawing import Drawing, drawing_of
from distill.data.mix import Mix, mixed
from distill.data.settings import Comments, MixError, MixPart, MixRecipe, MixSettings
from distill.data.shape import repository_of, shape_of
from distill.packs import Packer, training_sources
from distill.samples import make_sample
from sqlcomplete.model import EMBEDDED
from sqlcomplete.model.tokenizer import Tokenizer

LONG = "SELECT id, name FROM t WHERE city = 'Rome' AND age > 3 AND name <> 'x' ORDER BY id"


def settings(**changes: Any) -> MixSettings:
    return MixSettings(**{"parts": {"all": MixPart(1.0, corpus="one")}, **changes})


def reasons(mix: Mix) -> dict[str, str]:
    return {left.statement.id: left.reason for left in mix.left_out}


def one(tmp_path: Path, *statements: dict[str, Any], **tables: dict[str, list[str]]) -> Corpus:
    return read_corpus(write_corpus(tmp_path / "one", statements, **tables))


def test_nothing_near_the_dev_split_is_trained_on(tmp_path: Path) -> None:
    shop = {"orders": ["id", "buyer", "total"], "buyers": ["id", "name"]}
    train = [
        statement(LONG.replace("Rome", "Oslo").lower(), "a/x"),
        statement(LONG + ", name, city, age, street", "a/x"),
        statement("SELECT 1 FROM orders", "a/copy"),
        statement("SELECT 2 FROM t", "a/owner/kept/root"),
        statement("SELECT 3 FROM t", "a/owner/other/root"),
        statement("SELECT 4 FROM t", "a/dev"),
        statement("SELECT 5 FROM t", "a/named/out/root"),
    ]
    dev = [
        statement(LONG, "a/dev", split="dev"),
        statement("DELETE FROM orders", "a/shop", split="dev"),
    ]
    corpus = one(
        tmp_path, *train, *dev, a__shop=shop, a__copy={n.upper(): c for n, c in shop.items()}
    )
    away = read_corpus(
        write_corpus(tmp_path / "away", [statement("SELECT 9 FROM z", "b/owner/kept/store")])
    )
    mix = mixed([corpus], settings(repositories_out=("named/out",)), held_out=[away])
    assert [s.sql for s in mix.chosen] == [train[1]["sql"], train[4]["sql"]]
    assert set(mix.schemas) == {"a/x", "a/owner/other/root"}
    assert reasons(mix) == {
        train[0]["id"]: mixes.NEAR_DEV,
        train[2]["id"]: mixes.LIKE_DEV_SCHEMA,
        train[3]["id"]: mixes.NAMED,
        train[5]["id"]: mixes.DEV_SCHEMA,
        train[6]["id"]: mixes.NAMED,
    }
    twins = {left.reason: left.twin for left in mix.left_out}
    assert twins[mixes.NEAR_DEV] == dev[0]["id"]
    assert twins[mixes.LIKE_DEV_SCHEMA] == "a/shop"


def test_a_held_out_corpus_counts_whole_whatever_its_split(tmp_path: Path) -> None:
    corpus = one(tmp_path, statement(LONG, "a/x"), statement("SELECT 1 FROM t", "a/x"))
    away = read_corpus(write_corpus(tmp_path / "away", [statement(LONG, "b/y", split="train")]))
    mix = mixed([corpus], settings(), held_out=[away])
    assert [s.sql for s in mix.chosen] == ["SELECT 1 FROM t"]


def test_caps_hold_and_chance_alone_says_who_is_left_out(tmp_path: Path) -> None:
    big = [
        statement(f"SELECT c{i}, d{j} + 1 FROM t" + " JOIN u USING (k)" * (i % 7), "a/o/big/r")
        for i in range(20)
        for j in range(2)
    ]
    same = [statement(f"SELECT a{i} FROM b{i}", f"a/o/r{i % 5}/r") for i in range(20)]
    ddl = [statement(f"CREATE TABLE t{i} (a{i} INT{', b INT' * i})", "a/o/ddl/r") for i in range(9)]
    view = [statement("CREATE VIEW v AS SELECT one, two FROM three WHERE four", "a/o/ddl/r")]
    guessed = [statement(f"SELECT x FROM y{i} WHERE {'z AND ' * i} w", f"a/o/g{i}/q#i{i}")
               for i in range(40)]  # fmt: skip
    corpus = one(tmp_path, *big, *same, *ddl, *view, *guessed)
    said = settings(per_repository=12, per_template=5, ddl=0.1, inferred=0.25)
    mix = mixed([corpus], said)
    repositories = Counter(repository_of(s) for s in mix.chosen)
    assert repositories["o/big"] == 12
    templates = Counter(shape.template for shape in mix.shapes)
    assert max(templates.values()) == 5
    kinds = Counter(shape.kind for shape in mix.shapes)
    assert 0 < kinds["ddl"] <= 0.1 * len(mix.chosen)
    assert kinds["create as select"] == 1
    inferred = sum("#i" in s.db_id for s in mix.chosen)
    assert 0 < inferred <= 0.25 * (len(mix.chosen) - kinds["ddl"])
    assert len(mix.chosen) + len(mix.left_out) == len(corpus.statements)
    found = Counter(left.reason for left in mix.left_out)
    for reason in (mixes.REPOSITORY, mixes.TEMPLATE, mixes.MANY_DDL, mixes.MANY_INFERRED):
        assert found[reason] > 0, reason
    assert mixed([corpus], said).chosen == mix.chosen
    other = mixed([corpus], settings(per_repository=12, per_template=5, ddl=0.1, seed=2))
    assert {s.id for s in other.chosen} != {s.id for s in mix.chosen}


def test_repeats_on_a_schema_go_and_those_on_another_stay(tmp_path: Path) -> None:
    corpus = one(
        tmp_path,
        statement("SELECT a FROM t WHERE b = 1", "a/x"),
        statement("select a\nfrom t where b = 22;", "a/x"),
        statement("SELECT a FROM t WHERE b = 1", "a/y"),
        statement("SELECT a FROM t WHERE b = 1" + " AND c" * 3000, "a/y"),
    )
    mix = mixed([corpus], settings())
    assert [s.db_id for s in mix.chosen] == ["a/x", "a/y"]
    assert sorted(reasons(mix).values()) == [mixes.REPEAT, mixes.LONG]


def test_parts_get_their_shares_of_what_is_drawn(tmp_path: Path) -> None:
    few = [statement(f"SELECT c{i}, {'d, ' * i} e FROM few", "few/x") for i in range(6)]
    many = [statement(f"SELECT c{i}, {'f, ' * i} g FROM m{i}", f"many/{i % 30}") for i in range(90)]
    rest = [statement(f"SELECT h{i}, {'i, ' * i} j FROM k", f"rest/{i % 3}") for i in range(12)]
    corpus = one(tmp_path, *few, *many, *rest)
    said = settings(
        parts={"small": MixPart(1.0, sources=("few",)), "large": MixPart(3.0, corpus="one")},
        per_template=999,
    )
    mix = mixed([corpus], said, shares={"rest": 2.0}, length=512)
    assert mix.part_of == {"few": "small", "many": "large", "rest": "large"}
    assert mix.factors["rest"] == pytest.approx(2 * mix.factors["many"], rel=0.01)
    tokenizer = Tokenizer.load(EMBEDDED / "vocabulary.json")
    packer = Packer(training_sources([corpus]), tokenizer, length=512, seed=1, shares=mix.factors)
    drawn: Counter[str] = Counter()
    packer.chance = random.Random(3)
    for _ in range(1500):
        source = packer.chance.choices(packer.sources, packer._weights)[0]
        size = sum(len(s.sql) for s in source.statements) / mixes.CHARACTERS_PER_TOKEN
        drawn[mix.part_of[source.statements[0].source]] += round(min(size, 256))
    assert drawn["small"] / drawn.total() == pytest.approx(0.25, abs=0.05)


def test_a_source_in_no_part_or_in_two_is_named(tmp_path: Path) -> None:
    corpus = one(tmp_path, statement("SELECT 1 FROM t", "a/x"))
    with pytest.raises(MixError, match="source 'a' is in no part"):
        mixed([corpus], settings(parts={"p": MixPart(1.0, sources=("b",))}))
    other = read_corpus(write_corpus(tmp_path / "two", [statement("SELECT 2 FROM t", "a/z")]))
    both = {"p": MixPart(1.0, corpus="one"), "q": MixPart(1.0, corpus="two")}
    with pytest.raises(MixError, match="source 'a' is in parts 'p' and 'q'"):
        mixed([corpus, other], settings(parts=both))


@pytest.mark.parametrize(
    ("mix", "said"),
    [
        ({"parts": {}}, "name at least one"),
        ({"parts": {"p": {"share": 1}}}, "mix.parts.p: give either sources or corpus"),
        ({"parts": {"p": {"share": 1, "corpus": "nobody"}}}, "no corpus 'nobody'"),
        ({"parts": {"p": {"share": 1, "sources": ["s"]}, "q": {"share": 1, "sources": ["s"]}}},
         "'s' is in part 'p' too"),
        ({"parts": {"p": {"share": 0, "corpus": "one"}}}, "mix.parts.p.share"),
        ({"parts": {"p": {"share": 1, "corpus": "one"}}, "dll": 1}, "mix.dll"),
        ({"parts": {"p": {"share": 1, "corpus": "one"}}, "ddl": 1}, "mix.ddl"),
    ],
)  # fmt: skip
def test_what_a_mix_cannot_say_is_one_line(mix: dict[str, object], said: str) -> None:
    with pytest.raises(MixError, match=said) as caught:
        MixRecipe.from_mapping({"corpora": {"one": "one"}, "mix": mix}, where="here")
    assert "\n" not in str(caught.value)


def test_the_command_writes_a_corpus_its_report_and_what_training_draws_by(tmp_path: Path) -> None:
    write_corpus(
        tmp_path / "one",
        [
            statement("SELECT a FROM t", "s/x", question="Which a?"),
            statement("SELECT a, b FROM t WHERE a = 1", "s/x"),
            statement("SELECT b FROM v", "s/y", split="dev"),
            statement("SELECT b FROM v ORDER BY b", "s/y"),
        ],
    )
    recipe = {
        "corpora": {"one": "one"},
        "shares": {"s": 2},
        "mix": {"parts": {"p": {"share": 1, "corpus": "one"}}, "comments": {"questions": 0.25}},
        "donor": "not looked at",
    }
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(recipe))
    out = tmp_path / "out"
    words = [str(tmp_path / "r.yaml"), "--inputs", str(tmp_path), "--out", str(out)]
    done = CliRunner().invoke(command, words)
    assert done.exit_code == 0, done.output
    assert json.loads(done.output) == {"out": str(out), "statements": 2, "left_out": 1}
    written = read_corpus(out)
    assert [(s.sql, s.question) for s in written.of_split("train")] == [
        ("SELECT a FROM t", "Which a?"),
        ("SELECT a, b FROM t WHERE a = 1", None),
    ]
    found = json.loads((out / "mix.json").read_text())
    assert found["by_dialect"] == {"sqlite": 2}
    assert found["by_kind"] == {"select": 2}
    assert found["left_out"] == {mixes.DEV_SCHEMA: {"s": 1}}
    page = (out / "MIX.md").read_text()
    assert "| s | p | 2 |" in page
    assert f"| {mixes.DEV_SCHEMA} | 1 | s 1 |" in page
    assert json.loads((out / "left_out.jsonl").read_text())["twin"] == "s/y"
    drawing = drawing_of(out / "mix.json", {})
    assert drawing.comments == Comments(questions=0.25)
    assert drawing_of(out / "mix.json", {"s": 3.0}).shares["s"] == 3 * drawing.shares["s"]
    with pytest.raises(MixError, match="the mix has no source 'z'"):
        drawing_of(out / "mix.json", {"z": 1.0})
    again = CliRunner().invoke(command, words)
    assert again.exit_code == 0
    (out / "mix.json").unlink()
    refused = CliRunner().invoke(command, words)
    assert isinstance(refused.exception, MixError)
    assert "is there and no mix" in str(refused.exception)
    assert (out / "queries.jsonl").exists()


def test_a_file_that_is_no_mixs_report_is_refused(tmp_path: Path) -> None:
    assert drawing_of(None, {"a": 2.0}) == Drawing({"a": 2.0})
    (tmp_path / "mix.json").write_text('{"format": "other"}')
    with pytest.raises(MixError, match="of format 'other'"):
        drawing_of(tmp_path / "mix.json", {})
    (tmp_path / "mix.json").write_text("{}")
    with pytest.raises(MixError, match="not a mix's report"):
        drawing_of(tmp_path / "mix.json", {})


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "insert"),
        ("WITH a AS (INSERT INTO t VALUES (1) RETURNING id) SELECT id FROM a", "select"),
        ("(SELECT 1) UNION (SELECT 2)", "select"),
        ("-- CREATE\nUPDATE t SET a = 1", "update"),
        ("CREATE TABLE t (a INT)", "ddl"),
        ("CREATE TABLE t AS WITH a AS (SELECT 1) SELECT * FROM a", "create as select"),
        ("DROP TABLE t", "ddl"),
        ("MERGE INTO t USING u ON t.a = u.a", "merge"),
        ("", "other"),
    ],
)
def test_a_statements_kind(sql: str, kind: str) -> None:
    assert shape_of(sql, "postgres").kind == kind


def test_a_template_has_no_names_and_no_values() -> None:
    base = shape_of('SELECT a.x FROM s.t AS "a" WHERE a.y IN (1, 2)', "postgres").template
    assert base == shape_of("select v\nfrom w as q where z in (?)", "postgres").template
    assert base != shape_of("select v from w where z in (?)", "postgres").template


def test_so_many_samples_begin_with_a_comment() -> None:
    chance = random.Random(1)
    easy = Statement("i", "d", "s", "sqlite", "SELECT a FROM t", "train", "Which a?", "read t")
    hard = Statement(
        "i", "d", "s", "sqlite",
        "SELECT a, COUNT(*) FROM t JOIN u USING (k) JOIN w USING (l) GROUP BY a HAVING MAX(b) > 1",
        "train", "Which a?", "join",
    )  # fmt: skip
    said = Comments(questions=0.25, plans=1.0, hard=3)
    for one_of, plans in ((easy, 0), (hard, 400)):
        written = [make_sample(one_of, chance, comments=said, infill=0).written for _ in range(400)]
        assert sum("Which a?" in text for text in written) == pytest.approx(100, abs=30)
        assert sum("-- read t" in text or "-- join" in text for text in written) == plans
