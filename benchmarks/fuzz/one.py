"""Fuzz one target until libFuzzer's own options say stop: `python -m benchmarks.fuzz.one NAME …`.

Needs atheris; `python -m benchmarks.fuzz` starts this.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["bot"]):
    from benchmarks.fuzz.seeds import seeds
    from benchmarks.fuzz.targets import TARGETS


if __name__ == "__main__":
    name = sys.argv.pop(1)
    for seed in seeds(name):  # what is made once is made before the clock runs
        TARGETS[name](seed)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()
