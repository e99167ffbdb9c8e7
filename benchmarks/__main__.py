"""Run every benchmark of speed and memory, one after the other, and print their tables.

    python -m benchmarks                      # all, in about twelve minutes
    python -m benchmarks wire turn            # some of them
    python -m benchmarks --write docs         # and renew docs/performance.md and its pictures

Each side of a ratio is measured within the same run. Each benchmark is a module of its own, with
settings of its own: `python -m benchmarks.wire --help`.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import click

PARTS: Final = {
    "wire": ("benchmarks.wire",),
    "turn": ("benchmarks.turn",),
    "start": ("benchmarks.start", "--large"),
    "connections": ("benchmarks.connections",),
    "reload": ("benchmarks.reload", "--faq", "faq"),
    "growth": ("benchmarks.growth",),
}
"""Name → module, and what it is told."""


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice([*PARTS]))
@click.option("--write", type=click.Path(), help="Renew the page in this folder.")
def main(names: tuple[str, ...], write: str | None) -> None:
    """Run the benchmarks NAMES, or all."""
    chosen = names or tuple(PARTS)
    failed = []
    for number, name in enumerate(chosen, 1):
        click.echo(f"\n{name} ({number} of {len(chosen)}) …", err=True)
        renewing = ("--write", write) if write else ()
        done = subprocess.run([sys.executable, "-m", *PARTS[name], *renewing], check=False)  # noqa: S603  our own modules
        if done.returncode:
            failed.append(name)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
