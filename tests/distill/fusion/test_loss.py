"""The sparse loss against the dense one, and what it does with the tail."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from distill.fusion.loss import (
    Divergence,
    Tail,
    TopK,
    dense_divergence,
    fusion_loss,
    sparse_divergence,
    top_k,
)

KINDS: tuple[Divergence, ...] = ("forward", "reverse", "jsd")
TAILS: tuple[Tail, ...] = ("bucket", "renormalise")


def logits(seed: int, rows: int = 7, vocabulary: int = 23) -> torch.Tensor:
    return torch.randn(rows, vocabulary, generator=torch.Generator().manual_seed(seed)) * 3


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("temperature", [1.0, 0.7, 3.0])
def test_with_all_tokens_kept_it_is_the_dense_divergence_and_gradient(
    kind: Divergence, tail: Tail, temperature: float
) -> None:
    teacher = logits(1)
    one, two = logits(2).requires_grad_(), logits(2).requires_grad_()
    sparse = sparse_divergence(
        one, top_k(teacher, 23), kind=kind, temperature=temperature, tail=tail
    )
    dense = dense_divergence(two, teacher, kind=kind, temperature=temperature)
    assert torch.allclose(sparse, dense, atol=1e-5)
    sparse.sum().backward()
    dense.sum().backward()
    assert torch.allclose(one.grad, two.grad, atol=1e-5)


def test_dense_forward_is_what_torch_computes() -> None:
    student, teacher = logits(2), logits(1)
    expected = functional.kl_div(
        student.log_softmax(-1), teacher.log_softmax(-1), log_target=True, reduction="none"
    ).sum(-1)
    assert torch.allclose(dense_divergence(student, teacher), expected, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_bucket_is_the_divergence_of_the_coarsened_distributions(kind: Divergence) -> None:
    student, teacher = logits(3), logits(4)
    kept = top_k(teacher, 5)

    def coarse(values: torch.Tensor) -> torch.Tensor:
        probabilities = values.double().softmax(-1)
        inside = probabilities.gather(-1, kept.tokens)
        return torch.cat([inside, 1 - inside.sum(-1, keepdim=True)], -1).log()

    expected = dense_divergence(coarse(student), coarse(teacher), kind=kind).float()
    found = sparse_divergence(student, kept, kind=kind, tail="bucket")
    assert torch.allclose(found, expected, atol=1e-5)
    # Coarsening only loses: the dense divergence is never below it.
    assert (found <= dense_divergence(student, teacher, kind=kind) + 1e-6).all()


def test_renormalising_compares_the_kept_tokens_alone() -> None:
    student, teacher = logits(3), logits(4)
    kept = top_k(teacher, 5)
    expected = dense_divergence(
        student.gather(-1, kept.tokens), teacher.gather(-1, kept.tokens), temperature=2.0
    )
    found = sparse_divergence(student, kept, temperature=2.0, tail="renormalise")
    assert torch.allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_it_is_zero_and_at_rest_where_student_and_teacher_agree(
    kind: Divergence, tail: Tail, temperature: float
) -> None:
    student = logits(5).requires_grad_()
    found = sparse_divergence(
        student, top_k(student.detach(), 4), kind=kind, temperature=temperature, tail=tail
    )
    found.sum().backward()
    assert found.abs().max() < 1e-5
    assert student.grad.abs().max() < 1e-5


def test_reverse_grows_with_what_the_student_puts_outside_without_a_clamp() -> None:
    """A clamp of what is missing to 1e-10 would end the growth at 23 nats."""
    teacher = torch.tensor([[60.0, 0, 0, 0]])
    kept = top_k(teacher, 1)
    values = [
        float(sparse_divergence(torch.tensor([[0.0, x, 0, 0]]), kept, kind="reverse"))
        for x in (0.0, 5.0, 20.0)
    ]
    assert values[0] < values[1] < values[2]
    assert values[2] > 50


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_without_mass_and_unknown_rows_give_finite_gradients(kind: Divergence) -> None:
    student = logits(6, rows=3).requires_grad_()
    kept = TopK(
        torch.tensor([[1, 2], [3, 4], [0, 1]]),
        torch.tensor([[math.log(0.7), -torch.inf], [math.log(0.4), math.log(0.6)], [0.0, 0.0]]),
        torch.tensor([math.log(0.3), -torch.inf, 0.0]),
        torch.tensor([True, True, False]),
    )
    found = sparse_divergence(student, kept, kind=kind)
    found.sum().backward()
    assert torch.isfinite(found).all()
    assert torch.isfinite(student.grad).all()
    assert found[2] == 0
    assert (student.grad[2] == 0).all()
    # A token that has no mass counts among the others.
    one = TopK(kept.tokens[:1, :1], kept.logprobs[:1, :1], kept.tail[:1], kept.known[:1])
    alone = sparse_divergence(student[:1], one, kind=kind)
    assert torch.allclose(found[:1], alone, atol=1e-6)


def test_the_sum_mixes_by_alpha_scales_by_the_squared_temperature_and_weighs_positions() -> None:
    student, teacher = logits(7), logits(8)
    targets = torch.tensor([1, 2, -100, 4, 5, 6, 7])
    kept = top_k(teacher, 4)
    weights = torch.tensor([1.0, 3, 1, 1, 1, 1, 2])
    found = fusion_loss(
        student, targets, [(1.0, kept)], alpha=0.3, temperature=2.0, weights=weights
    )
    entropy = functional.cross_entropy(student, targets, reduction="none")
    divergence = sparse_divergence(student, kept, temperature=2.0)
    counted = weights * (targets != -100)
    expected = (counted * (0.7 * entropy + 0.3 * 4 * divergence)).sum()
    assert torch.allclose(found.total, expected, atol=1e-4)
    assert torch.allclose(found.cross_entropy, (counted * entropy).sum(), atol=1e-4)
    assert torch.allclose(found.divergence, (counted * divergence).sum(), atol=1e-4)


def test_where_no_teacher_knows_a_position_cross_entropy_has_the_whole_weight() -> None:
    student, teacher = logits(7, rows=2), logits(8, rows=2)
    kept = top_k(teacher, 4)
    kept = TopK(kept.tokens, kept.logprobs, kept.tail, torch.tensor([True, False]))
    targets = torch.tensor([1, 2])
    entropy = functional.cross_entropy(student, targets, reduction="none")
    found = fusion_loss(student, targets, [(1.0, kept)], alpha=1.0)
    expected = sparse_divergence(student, kept)[0] + entropy[1]
    assert torch.allclose(found.total, expected, atol=1e-5)


def test_two_teachers_are_their_mean_by_share() -> None:
    student = logits(9)
    one, two = top_k(logits(10), 4), top_k(logits(11), 4)
    targets = torch.ones(7, dtype=torch.int64)
    found = fusion_loss(student, targets, [(0.25, one), (0.75, two)], alpha=1.0)
    expected = 0.25 * sparse_divergence(student, one) + 0.75 * sparse_divergence(student, two)
    assert torch.allclose(found.total, expected.sum(), atol=1e-4)
