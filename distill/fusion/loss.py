"""The loss of fusion: cross-entropy, and a divergence over the tokens that a teacher's top K keeps.

DistilQwen2.5 (arXiv 2504.15027): `(1 - alpha) * CE + alpha * T^2 * D(teacher, student)`. Everything
here is per position, or a plain sum over positions; the training loop divides once.

What is known of a teacher at a position: the log-probabilities of K tokens at T = 1, and the log of
the mass of all others. Two readings of the others:

- bucket: they are one more outcome. Teacher and student both become distributions over K + 1
  outcomes at T = 1, and these are tempered: `p_i^(1/T)`, normalised over K + 1. At T = 1 this is
  the exact divergence of the coarsened distributions, a lower bound of the dense one. At another T
  the bucket is tempered as the single outcome it is; how the mass is spread inside it is not known.
- renormalise: they are left out. Teacher and student are renormalised over the K tokens and
  tempered there; exact at any T for what is kept, blind to the rest.

With K = V there are no others, and both equal the dense divergence at every T.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch.nn import functional

from distill.packs import IGNORED

Divergence = Literal["forward", "reverse", "jsd"]
Tail = Literal["bucket", "renormalise"]


@dataclass(frozen=True, slots=True)
class TopK:
    """What is kept of a teacher at n positions.

    `tokens` (n, K) int64, distinct in a row; `logprobs` (n, K), -inf where a token has no mass;
    `tail` (n,) the log of the other tokens' mass, -inf where they have none; `known` (n,) bool,
    false where the teacher says nothing of the position.
    """

    tokens: torch.Tensor
    logprobs: torch.Tensor
    tail: torch.Tensor
    known: torch.Tensor


@dataclass(frozen=True, slots=True)
class FusionLoss:
    """Sums over positions, weighted: `total` is minimised; the others are its parts, before alpha
    and T^2."""

    total: torch.Tensor
    cross_entropy: torch.Tensor
    divergence: torch.Tensor


def top_k(logits: torch.Tensor, k: int) -> TopK:
    """What is to be kept of `logits` (n, vocabulary)."""
    logprobs = torch.log_softmax(logits.float(), -1)
    kept, tokens = logprobs.topk(min(k, logprobs.shape[-1]), -1)
    return TopK(
        tokens,
        kept,
        _log_others(logprobs, tokens, torch.ones_like(tokens, dtype=torch.bool)),
        torch.ones(len(logits), dtype=torch.bool, device=logits.device),
    )


def sparse_divergence(
    logits: torch.Tensor,
    teacher: TopK,
    *,
    kind: Divergence = "forward",
    temperature: float = 1.0,
    tail: Tail = "bucket",
) -> torch.Tensor:
    """D(teacher, student) (n,) in nats, without T^2, of the student's `logits` (n, vocabulary).

    forward is KL(teacher || student), reverse KL(student || teacher), jsd the mean of both to the
    middle. 0 where the teacher says nothing. No mass is clamped: a token that the teacher's top K
    lacks is in the tail, on both sides.
    """
    student = torch.log_softmax(logits.float(), -1)
    # A token without mass is none of the kept ones: it counts among the others, on both sides.
    has_mass = torch.isfinite(teacher.logprobs)
    log_q = student.gather(-1, teacher.tokens)
    log_p = teacher.logprobs.float()
    if tail == "bucket" and log_p.shape[-1] < logits.shape[-1]:
        others = _log_others(student, teacher.tokens, has_mass)
        log_q = torch.cat([log_q, others[:, None]], -1)
        log_p = torch.cat([log_p, teacher.tail.float()[:, None]], -1)
        has_mass = torch.isfinite(log_p)
    # Rows of which nothing is known are computed like the others, on safe values, and then zeroed.
    has_mass = torch.where(teacher.known[:, None], has_mass, torch.ones_like(has_mass))
    log_p = torch.where(teacher.known[:, None], log_p, log_q.detach())
    log_p = _tempered(log_p, has_mass, temperature)
    log_q = _tempered(log_q, has_mass, temperature)
    p, q = log_p.exp() * has_mass, log_q.exp() * has_mass
    if kind == "forward":
        terms = p * (log_p - log_q)
    elif kind == "reverse":
        terms = q * (log_q - log_p)
    else:
        middle = torch.logaddexp(log_p, log_q) - math.log(2)
        terms = (p * (log_p - middle) + q * (log_q - middle)) / 2
    return terms.sum(-1) * teacher.known


def dense_divergence(
    logits: torch.Tensor,
    teacher: torch.Tensor,
    *,
    kind: Divergence = "forward",
    temperature: float = 1.0,
) -> torch.Tensor:
    """As `sparse_divergence`, of the teacher's whole `teacher` logits (n, vocabulary): what online
    distillation computes."""
    log_q = torch.log_softmax(logits.float() / temperature, -1)
    log_p = torch.log_softmax(teacher.float() / temperature, -1)
    if kind == "forward":
        return (log_p.exp() * (log_p - log_q)).sum(-1)
    if kind == "reverse":
        return (log_q.exp() * (log_q - log_p)).sum(-1)
    middle = torch.logaddexp(log_p, log_q) - math.log(2)
    return (log_p.exp() * (log_p - middle) + log_q.exp() * (log_q - middle)).sum(-1) / 2


def fusion_loss(
    logits: torch.Tensor,
    targets: torch.Tensor,
    teachers: list[tuple[float, TopK]],
    *,
    alpha: float,
    kind: Divergence = "forward",
    temperature: float = 1.0,
    tail: Tail = "bucket",
    weights: torch.Tensor | None = None,
) -> FusionLoss:
    """The weighted sum over positions of `(1 - alpha) * CE + alpha * T^2 * D`.

    `logits` (n, vocabulary) already stand before their `targets` (n,): positions are shifted and
    masked by who makes them; a target of -100 counts nothing. `teachers` are pairs of a share and
    what is kept of that teacher; D is the mean by share over the teachers that know the position,
    and where none does the cross-entropy has the whole weight. `weights` (n,) weigh positions.
    """
    weight = (targets != IGNORED).float()
    if weights is not None:
        weight = weight * weights
    entropy = functional.cross_entropy(logits.float(), targets, reduction="none")
    divergence = torch.zeros_like(entropy)
    shares = torch.zeros_like(entropy)
    for share, kept in teachers:
        if share > 0 and alpha > 0:
            one = sparse_divergence(logits, kept, kind=kind, temperature=temperature, tail=tail)
            divergence = divergence + share * one
            shares = shares + share * kept.known
    divergence = divergence / shares.clamp(min=1e-12)
    mixed = alpha * (shares > 0)
    total = (1 - mixed) * entropy + mixed * temperature**2 * divergence
    return FusionLoss(
        (weight * total).sum(),
        (weight * entropy.detach()).sum(),
        (weight * divergence.detach()).sum(),
    )


def _log_others(logprobs: torch.Tensor, tokens: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """The log of the mass (n,) outside the chosen `tokens` (n, K); -inf where nothing is outside.

    Summed over the others themselves: 1 - sum is 0 in fp32 long before the mass is.
    """
    if tokens.shape[-1] >= logprobs.shape[-1]:
        return torch.full_like(logprobs[:, 0], -torch.inf)
    inside = logprobs.gather(-1, tokens)
    return logprobs.scatter(-1, tokens, inside.masked_fill(chosen, -torch.inf)).logsumexp(-1)


def _tempered(logs: torch.Tensor, has_mass: torch.Tensor, temperature: float) -> torch.Tensor:
    """The logs of `p^(1/T)` normalised over the outcomes that have mass; 0 for the rest."""
    scaled = (logs / temperature).masked_fill(~has_mass, -torch.inf)
    return torch.log_softmax(scaled, -1).masked_fill(~has_mass, 0.0)
