"""Expansion, rewriting and verification by asking a language model."""

from __future__ import annotations

import random
from dataclasses import dataclass

from distill.agents.lm import prompts
from distill.agents.lm.answers import Rewritten, Variations, Verdict, ask_for
from distill.agents.lm.client import ModelClient
from distill.agents.record import Outcome, Record, Reject, Step
from distill.agents.taxonomy import UNREAD, traits


@dataclass(frozen=True, slots=True)
class ModelExpansion:
    """Asks for variations; what changes the task category is rejected."""

    client: ModelClient
    per_seed: int
    name: str = "expansion"

    @property
    def back_end(self) -> str:
        return self.client.name

    def work(self, record: Record, chance: random.Random) -> Outcome:
        direction = chance.choice(prompts.DIRECTIONS)
        messages = prompts.expansion(record, self.per_seed, direction)
        answer, prompt_hash = ask_for(self.client, messages, Variations)
        before = traits(record.sql, record.dialect).category
        records, rejects = [], []
        for made in answer.statements[: self.per_seed]:
            child = record.after(
                Step(self.name, self.back_end, made.change, prompt_hash),
                sql=made.sql,
                question=made.question,
                plan=None,
            )
            after = traits(made.sql, record.dialect).category
            if after == UNREAD:
                rejects.append(Reject(child, self.name, "does not parse as one statement"))
            elif after != before:
                reason = f"task category changed: from {before} to {after}"
                rejects.append(Reject(child, self.name, reason))
            else:
                records.append(child)
        return Outcome(tuple(records), tuple(rejects))


@dataclass(frozen=True, slots=True)
class ModelRewriting:
    """Asks for a clearer pair. A statement that it changed is remembered for verification."""

    client: ModelClient
    name: str = "rewriting"

    @property
    def back_end(self) -> str:
        return self.client.name

    def work(self, record: Record, chance: random.Random) -> Outcome:
        answer, prompt_hash = ask_for(self.client, prompts.rewriting(record), Rewritten)
        if (
            traits(answer.sql, record.dialect).kind
            == UNREAD
            != traits(record.sql, record.dialect).kind
        ):
            reject = Reject(record, self.name, "the rewritten statement does not parse")
            return Outcome(rejects=(reject,))
        plan = "\n".join(" ".join(line.lstrip("- ").split()) for line in answer.plan)
        wants = prompts.is_hard(record) or bool(record.plan)
        if plan and prompts.is_long(plan):
            plan = ""
        done = [
            what
            for what, so in (
                ("statement", answer.sql != record.sql),
                ("question", answer.question != record.question),
                ("plan", bool(plan) and wants),
            )
            if so
        ]
        note = f"rewrote {', '.join(done)}" if done else "clear as it is"
        before = None
        if answer.sql != record.sql:
            # The very words that verification looks for: it holds the model to them.
            note, before = f"{note}; keeps the meaning", record.sql
        rewritten = record.after(
            Step(self.name, self.back_end, note, prompt_hash, before),
            sql=answer.sql,
            question=answer.question,
            plan=(plan or None) if wants else None,
        )
        return Outcome((rewritten,))


@dataclass(frozen=True, slots=True)
class ModelVerification:
    """Asks for pass or fail with a reason: an opinion, where the symbolic agent has proof."""

    client: ModelClient
    name: str = "verification"

    @property
    def back_end(self) -> str:
        return self.client.name

    def work(self, record: Record, chance: random.Random) -> Outcome:
        answer, prompt_hash = ask_for(self.client, prompts.verification(record), Verdict)
        step = Step(self.name, self.back_end, f"{answer.verdict}: {answer.reason}", prompt_hash)
        if answer.verdict == "pass":
            return Outcome((record.after(step),))
        return Outcome(rejects=(Reject(record.after(step), self.name, f"fail: {answer.reason}"),))
