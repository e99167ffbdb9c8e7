"""Fuzz the compiled ranking with every access to memory checked.

    python -m benchmarks.fuzz.sanitized --seconds 200

Compiles what is written in C with AddressSanitizer and UndefinedBehaviorSanitizer, which end the
process at the first fault, and compares its rankings, the FAQ kept as it is and as a large one,
with the plain way's for words that are made up from those of the FAQ and from anything else. What
is built with other flags has another name, and goes again when this ends.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from time import monotonic

import click

FLAGS = "-fsanitize=address,undefined -fno-sanitize-recover=all -g -O1"
_RUNNING = "ASKWELL_FUZZING"
_ODD = ("", "é" * 30, "𝔘𝔫𝔦", "x" * 3_000, "a" * 24, "a" * 25, "ﷺ", "1", "иии", "aaaa" * 25)
_SLOTS = 40
"""How many words are kept: few, so that places are taken over all the time."""


@click.command()
@click.option("--seconds", default=60, help="How long.")
@click.option("--seed", default=1)
def main(seconds: int, seed: int) -> None:
    """Fuzz the compiled ranking."""
    if _RUNNING in os.environ:
        click.echo(f"{_fuzz(seconds, random.Random(seed)):,} rankings, no fault")  # noqa: S311
        return
    library = subprocess.run(
        ["cc", "-print-file-name=libasan.so"],  # noqa: S607
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    asan = {"LD_PRELOAD": library, "ASAN_OPTIONS": "detect_leaks=0", _RUNNING: "1"}
    command = [sys.executable, "-m", "benchmarks.fuzz.sanitized", *sys.argv[1:]]
    os.environ["KERNEL_FLAGS"] = FLAGS
    from bot.retrieval.compile_kernel import compile_kernel  # noqa: PLC0415  it reads the flags

    made = compile_kernel()
    if made is None:
        raise click.ClickException("There is no C compiler here.")
    try:
        done = subprocess.run(command, env={**os.environ, **asan}, check=False)  # noqa: S603
    finally:
        made.unlink(missing_ok=True)
    sys.exit(done.returncode)


def _fuzz(seconds: int, dice: random.Random) -> int:
    from benchmarks.fuzz.targets import (  # noqa: PLC0415  loads the library
        compare,
        compare_sifted,
        index,
    )
    from bot.retrieval.kernel import Kernel, load  # noqa: PLC0415

    ranked, until = index(), monotonic() + seconds
    library = load()
    assert library is not None  # noqa: S101  it was just compiled
    small = Kernel(library, ranked, room=_SLOTS * 1_500)
    whole, words, runs = ranked.kernel, [*ranked.lexicon.words], 0
    while monotonic() < until:
        vars(ranked)["kernel"] = small if runs % 2 else whole
        asked = tuple(_word(words, dice) for _ in range(dice.choice((1, 3, 7, 30, 300))))
        (compare_sifted if runs % 3 == 2 else compare)(asked)
        runs += 1
    return runs


def _word(words: list[str], dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.6:
        return dice.choice(words[:200] if kind < 0.3 else words)
    if kind < 0.7:
        return dice.choice(_ODD)
    letters = (
        dice.randrange(33, 0x2_FFFF if kind > 0.9 else 0x17F) for _ in range(dice.randrange(40))
    )
    return "".join(map(chr, letters)).encode(errors="ignore").decode()


if __name__ == "__main__":
    main()
