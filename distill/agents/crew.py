"""Makes the agents that settings ask for. Imports a back end only when it is wanted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from distill.agents.chain import Chain
from distill.agents.difficulty import read_losses
from distill.agents.lm.client import ModelClient
from distill.agents.record import Agent, Selector
from distill.agents.selection import Scorer, Selection, SymbolicScorer
from distill.agents.settings import AgentName, AgentsSettings, ModelSettings, SettingsError


def make_client(settings: AgentsSettings, folder: Path) -> ModelClient | None:
    """The client of the model that agents ask, with its cache in `folder`; None if none asks.

    Raises: SettingsError, when the variable that should hold the key is not set.
    """
    if not settings.asks_model:
        return None
    assert settings.model is not None
    return ModelClient(settings.model, folder / "answers.sqlite", key=key_of(settings.model))


def key_of(model: ModelSettings) -> str | None:
    """The endpoint's key. Raises: SettingsError, when its variable is not set."""
    if model.key_from is None:
        return None
    key = os.environ.get(model.key_from)
    if not key:
        raise SettingsError(f"model.key_from: the environment has no variable {model.key_from}")
    return key


def make_agent(name: AgentName, settings: AgentsSettings, client: ModelClient | None) -> Agent:
    """Expansion, rewriting or verification, by the back end it has. Raises: SettingsError."""
    agent: Agent
    if settings.back_end(name) == "model":
        from distill.agents.lm import agents as model

        assert client is not None
        if name == "expansion":
            agent = model.ModelExpansion(client, settings.per_seed)
        elif name == "rewriting":
            agent = model.ModelRewriting(client)
        else:
            agent = model.ModelVerification(client)
        return agent
    from distill.agents import symbolic

    told = settings.symbolic
    try:
        if name == "expansion":
            agent = symbolic.Expansion(
                symbolic.ExpansionSettings(
                    transforms=tuple(sorted(told.transforms.items())),
                    children=settings.per_seed,
                    reformatted=told.reformatted,
                )
            )
        elif name == "rewriting":
            agent = symbolic.Rewriting(symbolic.RewritingSettings(hard=told.hard, lines=told.lines))
        else:
            agent = symbolic.Verification(
                symbolic.VerificationSettings(attempts=told.attempts, seconds=told.seconds)
            )
    except ValueError as error:
        raise SettingsError(f"symbolic: {error}") from error
    return agent


def make_chain(
    settings: AgentsSettings,
    client: ModelClient | None,
    make: Callable[[AgentName, AgentsSettings, ModelClient | None], Agent] = make_agent,
) -> Chain:
    """The per-record agents in their order, each made by `make`, those that are off left out."""

    def agent(name: AgentName) -> Agent | None:
        return make(name, settings, client) if name in settings.agents else None

    return Chain(
        expansion=agent("expansion"),
        rewriting=agent("rewriting"),
        verification=agent("verification"),
        per_seed=settings.per_seed,
        seed=settings.seed,
        keep_seeds=settings.seeds == "keep",
        record_s=settings.record_s,
    )


def make_selector(settings: AgentsSettings, client: ModelClient | None) -> Selector | None:
    """Selection; None where it is off. Raises: SettingsError, on a bad file of losses."""
    if "selection" not in settings.agents:
        return None
    scorer: Scorer = SymbolicScorer()
    if settings.back_end("selection") == "model":
        from distill.agents.lm.scorer import ModelScorer

        assert client is not None
        scorer = ModelScorer(client)
    losses = read_losses(settings.selection.losses) if settings.selection.losses else None
    return Selection(settings.selection, scorer, losses)
