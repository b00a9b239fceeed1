"""A donor and a corpus small enough for a test: random weights, a byte-level BPE of their own."""

from __future__ import annotations

import json
from pathlib import Path

from tiny_donor import write_llama
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

TABLES = {
    "customers": ("id", "name", "country", "signed_up_at"),
    "orders": ("id", "customer_id", "status", "total", "placed_at"),
}
STATEMENTS = (
    "SELECT name, country FROM customers WHERE country = 'DE' ORDER BY name",
    "SELECT c.name, SUM(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY 1",
    "SELECT status, COUNT(*) FROM orders GROUP BY status HAVING COUNT(*) > 2",
    "UPDATE orders SET status = 'paid' WHERE id = 7",
    "INSERT INTO customers (id, name, country) VALUES (1, 'Ada', 'GB')",
    "DELETE FROM orders WHERE placed_at < '2020-01-01'",
    "SELECT id FROM orders WHERE total > (SELECT AVG(total) FROM orders)",
    "SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE total > 10)",
)


def write_donor(folder: Path) -> None:
    """A Llama of four layers, 64 wide."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    names = [f"{table}({', '.join(columns)})" for table, columns in TABLES.items()]
    bpe.train_from_iterator([*STATEMENTS, *names], trainer)
    write_llama(folder, bpe, layers=4, width=64)


def write_corpus(folder: Path) -> None:
    """Eight statements to train on, over one schema, and two over another to measure."""
    folder.mkdir()
    schemas, queries = [], []
    for db_id, split, statements in (
        ("shop", "train", STATEMENTS),
        ("store", "dev", STATEMENTS[:2]),
    ):
        tables = [
            {"name": name, "columns": [{"name": c, "type": "TEXT"} for c in columns]}
            for name, columns in TABLES.items()
        ]
        schemas.append({"db_id": db_id, "dialect": "sqlite", "tables": tables})
        queries += [
            {
                "id": f"{db_id}-{place}",
                "db_id": db_id,
                "source": db_id,
                "dialect": "sqlite",
                "question": None,
                "sql": sql,
                "split": split,
            }
            for place, sql in enumerate(statements)
        ]
    for name, lines in (("schemas", schemas), ("queries", queries)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text)
