"""`python -m distill COMMAND`: a thin group; a command's module loads only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from sqlcomplete.errors import SqlcompleteError

# name: (module:attribute of the click command, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "agents": (
        "distill.agents.command:agents",
        "Expand, rewrite, verify and select a corpus's train split.",
    ),
    "mix": ("distill.data.command:command", "Make one corpus of several, by a recipe's mix."),
    "prior": ("distill.prior:prior", "Learn the ranking prior that works without a model."),
    "blending": ("distill.blending:blending", "Fit how prior and model share the ranking."),
    "evaluate": (
        "distill.evaluate.command:evaluate",
        "Measure completion on corpora: keystrokes saved, accuracy, latency.",
    ),
    "export": ("distill.export:export", "Export a checkpoint to ONNX: int4, and the reference."),
    "parity": (
        "distill.parity.command:parity",
        "Compare the outputs of torch, the exported graphs and vLLM on real prompts.",
    ),
    "adapt": ("distill.adapt:command", "Write a donor or an exported graph as a checkpoint."),
    "packs": ("distill.fixed_packs:packs", "Fix the packs of a run on disk, with fingerprints."),
    "logits": ("distill.fusion.collect:logits", "Collect a teacher's top-K logits on fixed packs."),
    "prune": (
        "distill.fusion.prune:command",
        "Make a student of a tuned model by dropping its layers of least influence.",
    ),
    "average": (
        "distill.averaging:command",
        "Average the weights of checkpoints that come from one ancestor.",
    ),
    "compare-kd": (
        "distill.fusion.compare:command",
        "Measure stored top-K logits against online distillation.",
    ),
    "fuse": ("distill.fusion.fuse:fuse", "Train a student on packs and its teachers' logits."),
    "ablate": (
        "distill.ablation.command:ablate",
        "Measure what each stage of a recipe is worth, at equal steps.",
    ),
    "measure": (
        "distill.ablation.measure:measure",
        "Measure a checkpoint's loss on fixed packs of the dev split.",
    ),
    "scaling": (
        "distill.scaling:command",
        "Measure a run's kept checkpoints: loss on the dev split against tokens seen.",
    ),
    "run": ("distill.recipe.command:run", "Make a model by its recipe, or go on with it."),
    "vllm-environment": (
        "distill.vllm.environment:environment",
        "Make an environment of its own for vLLM.",
    ),
    "vllm-serve": ("distill.vllm.serve:serve", "Serve an exported folder by vLLM."),
    "trial": (
        "distill.company.tuning_trial:trial",
        "Measure what retraining is worth to one schema of a corpus.",
    ),
    "sft": ("distill.sft:sft", "Fine-tune a donor on corpora, resuming from its checkpoint."),
}


class LazyGroup(click.Group):
    """Lists its commands without importing them: torch takes seconds to load."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        try:
            command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in {"sqlcomplete", "distill"}:
                raise
            raise click.ClickException(
                f"{cmd_name} needs {error.name}; pip install 'sqlcomplete[distill]'"
            ) from error
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def distill() -> None:
    """Makes and measures the model that sqlcomplete runs."""


def main() -> None:
    """Runs the command line. A user's error is one line and exit code 2, never a traceback."""
    try:
        distill(prog_name="python -m distill")
    except SqlcompleteError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
