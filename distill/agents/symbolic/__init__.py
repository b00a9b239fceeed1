"""The agents that need no network: what they make and prove, they make and prove on sqlglot."""

from distill.agents.symbolic.expansion import TRANSFORMS, Expansion, ExpansionSettings
from distill.agents.symbolic.rewriting import Rewriting, RewritingSettings
from distill.agents.symbolic.verification import (
    KEEPS_MEANING,
    Verification,
    VerificationSettings,
)

__all__ = [
    "KEEPS_MEANING",
    "TRANSFORMS",
    "Expansion",
    "ExpansionSettings",
    "Rewriting",
    "RewritingSettings",
    "Verification",
    "VerificationSettings",
]
