"""Measure the product's ranker on public sets; write the tables and pictures of its page.

    python -m benchmarks.quality path/to/public                       # validation splits
    python -m benchmarks.quality path/to/public --split test --write docs

Nothing is kept between runs: each set's index is built anew from its training texts.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmarks.figures import Results, measure, tables
from benchmarks.pictures import pictures
from benchmarks.sets import SETS, load

if TYPE_CHECKING:
    from benchmarks.sets import Split

_MARKED = re.compile(r"(<!-- figures -->\n).*?(<!-- end of figures -->)", re.DOTALL)
_NOTES = {
    "validation": "Measured on the validation splits. HINT3 has none: its figures here are of "
    "training texts held out, and can't be compared with the published ones.",
    "test": "Measured on the test splits.",
}
_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.command()
@click.argument("data", type=_FOLDER)
@click.option("--split", type=click.Choice(["validation", "test"]), default="validation")
@click.option("--only", multiple=True, type=click.Choice([*SETS]), help="Measure only these sets.")
@click.option("--save", type=_FILE, help="Keep the figures as JSON.")
@click.option("--read", type=_FILE, help="Take saved figures and measure only what --only names.")
@click.option("--write", type=_FOLDER, help="Renew the tables and pictures in this docs folder.")
def main(
    data: Path,
    *,
    split: Split,
    only: tuple[str, ...],
    save: Path | None,
    read: Path | None,
    write: Path | None,
) -> None:
    """Measure on the public sets in the folder DATA."""
    results = _read(read, split) if read else {}
    for name in only or ([] if read else [*SETS]):
        click.echo(f"{name} …", err=True)
        results[name] = measure(name, load(name, data, split))
    results = {name: results[name] for name in SETS if name in results}
    if save:
        save.write_text(json.dumps({"split": split, "sets": results}, indent=1), encoding="utf-8")
    text = f"{_NOTES[split]}\n\n{tables(results)}"
    if write:
        _write(write, text, results)
    else:
        click.echo(text)


def _read(file: Path, split: str) -> Results:
    """Return saved figures, if they are of the same split."""
    saved: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if saved["split"] != split:
        raise click.UsageError(f"{file} holds the {saved['split']} split, not the {split} split.")
    results: Results = saved["sets"]
    return results


def _write(docs: Path, text: str, results: Results) -> None:
    """Put the tables between their marks, and the pictures beside."""
    page = docs / "quality.md"
    old = page.read_text(encoding="utf-8")
    page.write_text(_MARKED.sub(rf"\g<1>\n{text}\n\g<2>", old), encoding="utf-8")
    (docs / "pictures").mkdir(exist_ok=True)
    for name, svg in pictures(results).items():
        (docs / "pictures" / name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
