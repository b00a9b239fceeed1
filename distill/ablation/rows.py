"""The rows of an ablation: what each trains on, how, and against which other it is read. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from distill.agents.settings import AGENTS, AgentName

Divergence = Literal["forward", "reverse"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Either the donor alone (`trained` false), or fine-tuned on the seeds as `agents` leave them, or
    (`on_packs`) trained on fixed packs as the recipe fuses, by cross-entropy alone or with the
    likeliest `top_k` of the teacher's tokens. `against` names the row it differs from in one thing.
    """

    name: str
    about: str
    against: str | None = None
    trained: bool = True
    agents: tuple[AgentName, ...] = ()
    on_packs: bool = False
    top_k: int | None = None
    divergence: Divergence = "forward"


def _without(agent: AgentName) -> tuple[AgentName, ...]:
    return tuple(name for name in AGENTS if name != agent)


# The most telling first: a table that is broken off says what it can.
ROWS: tuple[Row, ...] = (
    Row("donor", "untouched", trained=False),
    Row("sft", "cross-entropy alone", against="donor", on_packs=True),
    Row("fusion-k10", "top 10, forward KL", "sft", on_packs=True, top_k=10),
    Row("raw", "SFT on the seeds as they came", "donor"),
    Row("agents", "SFT on what the four agents made of them", "raw", agents=AGENTS),
    Row("fusion-k1", "top 1, forward KL", "sft", on_packs=True, top_k=1),
    Row("fusion-k50", "top 50, forward KL", "sft", on_packs=True, top_k=50),
    Row(
        "fusion-reverse",
        "top 10, reverse KL",
        "sft",
        on_packs=True,
        top_k=10,
        divergence="reverse",
    ),
    *(
        Row(f"no-{agent}", f"SFT without {agent}", "agents", agents=_without(agent))
        for agent in AGENTS
    ),
)
