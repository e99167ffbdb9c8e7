"""Fuzz targets one after the other and count what was run.

    python -m benchmarks.fuzz                                   # every target, a million runs each
    python -m benchmarks.fuzz text screen --seconds 250 --write docs/reliability.md

What is found is kept in `tests/standing/found/` and run by the tests from then on. The corpus and
the count of runs stay in `var/fuzz/`, so that long runs can be made in pieces.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from benchmarks.fuzz.seeds import write_seeds
from benchmarks.fuzz.targets import LONGEST, TARGETS
from benchmarks.marked import renew

ROOT = Path(__file__).parents[2]
FOUND = ROOT / "tests" / "standing" / "found"
_KEPT = ROOT / "var" / "fuzz"
_TALLY = _KEPT / "tally.json"
_HANG_SECONDS = 1
_MOST_MEMORY = 2_048
"""Megabytes."""


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*TARGETS]))
@click.option("--runs", default=1_000_000, help="Executions of each target, earlier ones counted.")
@click.option("--seconds", default=0, help="Stop each target after so long; 0 is never.")
@click.option("--longest", default=LONGEST, help="Bytes of an input; short ones run faster.")
@click.option("--write", type=click.Path(path_type=Path), help="Renew the table in this page.")
def main(
    names: tuple[str, ...], *, runs: int, seconds: int, longest: int, write: Path | None
) -> None:
    """Fuzz the targets NAMES, or all of them."""
    tally, found = _tally(), 0
    for name in names or TARGETS:
        left = runs - int(tally.get(name, {}).get("runs", 0))
        if left > 0:
            counted = _fuzz(name, left, seconds, longest)
            found += counted["found"]
            _add(tally, name, counted)
            _TALLY.write_text(json.dumps(tally, indent=1), encoding="utf-8")
    click.echo(_table(tally))
    if write:
        renew(write, "fuzz", _table(tally))
    sys.exit(found > 0)


def _fuzz(name: str, runs: int, seconds: int, longest: int) -> dict[str, Any]:
    """Run one target in a process of its own; return what libFuzzer counted."""
    corpus, found = _KEPT / name, FOUND / name
    write_seeds(name, corpus)
    found.mkdir(parents=True, exist_ok=True)
    before = {*found.iterdir()}
    options = {
        "runs": runs,
        "max_total_time": seconds,
        "max_len": longest,
        "timeout": _HANG_SECONDS,
        "rss_limit_mb": _MOST_MEMORY,
        "print_final_stats": 1,
        "artifact_prefix": f"{found}/",
    }
    flags = [f"-{option}={value}" for option, value in options.items()]
    command = [sys.executable, "-m", "benchmarks.fuzz.one", name, str(corpus), *flags]
    start = datetime.now(UTC)
    done = subprocess.run(  # noqa: S603  our own module
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *_search()])},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    counted = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
    if not counted:
        raise click.ClickException(done.stderr[-2000:] or "the fuzzer printed nothing")
    new = {*found.iterdir()} - before
    for path in new:  # no text, and named so
        path.rename(path.with_name(f"{path.name}.bin"))
    if new:
        click.echo(done.stderr[-6000:], err=True)
    passed = (datetime.now(UTC) - start).total_seconds()
    return {"runs": int(counted[1]), "seconds": passed, "found": len(new)}


def _search() -> list[str]:
    """Return where packages are found beside the usual places: the fuzzer's own folder."""
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


def _tally() -> dict[str, dict[str, float]]:
    read: dict[str, dict[str, float]] = {}
    if _TALLY.exists():
        read = json.loads(_TALLY.read_text(encoding="utf-8"))
    return read


def _add(tally: dict[str, dict[str, float]], name: str, more: dict[str, Any]) -> None:
    before = tally.setdefault(name, {"runs": 0, "seconds": 0.0, "found": 0})
    for key, value in more.items():
        before[key] += value


def _table(tally: dict[str, dict[str, float]]) -> str:
    rows = [
        f"| `{name}` | {each['runs']:,.0f} | {each['seconds']:.0f} | "
        f"{each['runs'] / max(each['seconds'], 1):,.0f} | {_inputs(name)} |"
        for name, each in tally.items()
        if name in TARGETS
    ]
    head = "| target | executions | seconds | a second | inputs found, kept as tests |"
    return "\n".join([head, "| --- | ---: | ---: | ---: | ---: |", *rows])


def _inputs(name: str) -> int:
    folder = FOUND / name
    return len([*folder.iterdir()]) if folder.exists() else 0


if __name__ == "__main__":
    main()
