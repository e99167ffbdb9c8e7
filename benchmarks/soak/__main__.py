"""Run the long scenarios one after the other.

python -m benchmarks.soak                                            # all, 30 minutes each
python -m benchmarks.soak leak chaos --seconds 240 --write docs/reliability.md
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from benchmarks.marked import renew
from benchmarks.soak.scenarios import SCENARIOS, Outcome
from tests.faqs import write_faq

_KEPT = Path(__file__).parents[2] / "var" / "soak.json"


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*SCENARIOS]))
@click.option("--seconds", default=1_800, help="How long each takes.")
@click.option("--write", type=click.Path(path_type=Path), help="Renew the table in this page.")
def main(names: tuple[str, ...], *, seconds: int, write: Path | None) -> None:
    """Run the scenarios NAMES, or all of them. Fails where something did not hold."""
    rows: dict[str, list[str]] = json.loads(_KEPT.read_text("utf-8")) if _KEPT.exists() else {}
    good = True
    for name in names or SCENARIOS:
        click.echo(f"{name} …", err=True)
        start = time.monotonic()
        outcome = _run(name, seconds)
        good = good and outcome.good
        rows[name] = _row(outcome, time.monotonic() - start)
        click.echo(" | ".join(rows[name]))
    _KEPT.parent.mkdir(exist_ok=True)
    _KEPT.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    if write:
        renew(write, "soak", _table(rows))
    sys.exit(not good)


def _run(name: str, seconds: float) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        faq = write_faq(Path(folder) / "faq")
        return asyncio.run(SCENARIOS[name](faq, Path(folder) / "var", seconds))


def _row(outcome: Outcome, seconds: float) -> list[str]:
    day = datetime.now(UTC).date().isoformat()
    return [
        outcome.did,
        f"{seconds:.0f} s",
        day,
        outcome.found,
        "yes" if outcome.good else "**no**",
    ]


def _table(rows: dict[str, list[str]]) -> str:
    head = ["| run | duration | day | found | held |", "| --- | ---: | --- | --- | --- |"]
    return "\n".join(head + [f"| {' | '.join(rows[name])} |" for name in SCENARIOS if name in rows])


if __name__ == "__main__":
    main()
