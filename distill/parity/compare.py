"""Greedy continuations side by side, and what they agree in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from distill.parity.scorers import Scorer, divergence, greedy

# Continues prompts by so many tokens.
Continue = Callable[[Sequence[Sequence[int]], int], list[list[int]]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one back end with torch, over `prompts` prompts. Shares: of `tokens` equal place by
    place, of equal `first` tokens, of outputs equal as a `whole`. `kl`: mean KL divergence in
    nats, from torch's next-token distribution to its, after each token of torch's output; None
    where a back end does not give all logits."""

    prompts: int
    tokens: float
    first: float
    whole: float
    kl: float | None


def agreement(
    expected: Sequence[Sequence[int]], found: Sequence[Sequence[int]], kl: float | None
) -> Agreement:
    """Compares outputs of one length each."""
    count = len(expected)
    equal = sum(
        sum(a == b for a, b in zip(one, other, strict=True))
        for one, other in zip(expected, found, strict=True)
    )
    return Agreement(
        prompts=count,
        tokens=equal / sum(map(len, expected)),
        first=sum(a[0] == b[0] for a, b in zip(expected, found, strict=True)) / count,
        whole=sum(list(a) == list(b) for a, b in zip(expected, found, strict=True)) / count,
        kl=kl,
    )


def compare(
    prompts: Sequence[Sequence[int]],
    torch: Scorer,
    scorers: Mapping[str, Scorer],
    others: Mapping[str, Continue],
    *,
    length: int = 16,
    progress: Callable[[], None] = lambda: None,
) -> dict[str, Agreement]:
    """Each back end's agreement with `torch`; `scorers` give logits, `others` outputs alone."""
    expected: list[list[int]] = []
    found: dict[str, list[list[int]]] = {name: [] for name in scorers}
    divergences: dict[str, float] = dict.fromkeys(scorers, 0.0)
    for prompt in prompts:
        output = greedy(torch, prompt, length)
        expected.append(output)
        read = [*prompt, *output[:-1]]
        exact = torch.logits(read, positions=length)
        for name, scorer in scorers.items():
            found[name].append(greedy(scorer, prompt, length))
            divergences[name] += divergence(exact, scorer.logits(read, positions=length))
        progress()
    result = {
        name: agreement(expected, outputs, divergences[name] / len(prompts))
        for name, outputs in found.items()
    }
    for name, go_on in others.items():
        result[name] = agreement(expected, go_on(prompts, length), None)
    return result


def as_markdown(result: Mapping[str, Agreement]) -> str:
    """A table, one back end a row."""
    lines = [
        "| against torch fp32 | prompts | equal tokens | first token | whole output | KL, nats |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, one in result.items():
        kl = "" if one.kl is None else f"{one.kl:.4f}"
        shares = " | ".join(f"{share:.1%}" for share in (one.tokens, one.first, one.whole))
        lines.append(f"| {name} | {one.prompts} | {shares} | {kl} |")
    return "\n".join(lines) + "\n"


def as_json(result: Mapping[str, Agreement]) -> dict[str, object]:
    """The figures as plain values."""
    return {name: asdict(one) for name, one in result.items()}
