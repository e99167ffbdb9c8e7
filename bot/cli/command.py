"""What all commands share: help that begins with examples, and no traceback ever."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from bot.cli.faults import Code, leave_closed_pipe, report

if TYPE_CHECKING:
    from collections.abc import Iterable

HELP: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 88}
"""Settings of click's contexts."""


class Command(click.Command):
    """A command whose help begins with examples."""

    def __init__(self, *args: Any, examples: Iterable[str] = (), **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.examples = tuple(examples)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, then the usual help."""
        _write_examples(self.examples, formatter)
        super().format_help(ctx, formatter)


class Commands(click.Group):
    """The group of all commands: turns every fault into one sentence and an exit code."""

    command_class = Command

    def __init__(self, *args: Any, examples: Iterable[str] = (), **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.examples = tuple(examples)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, then the usual help."""
        _write_examples(self.examples, formatter)
        super().format_help(ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit):
            raise
        except BrokenPipeError:
            leave_closed_pipe()
            ctx.exit(Code.FINE)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  said in one sentence
            ctx.exit(report(error))
        return result


def _write_examples(examples: tuple[str, ...], formatter: click.HelpFormatter) -> None:
    with formatter.section("Examples"):
        for example in examples:
            formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
    formatter.write_paragraph()
