"""The command that makes the table: gather, encode, tune, pack."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from bot.retrieval.training.packing import pack
from bot.retrieval.training.teacher import Teacher
from bot.retrieval.training.texts import read_sets, training_texts, without
from bot.retrieval.training.tuning import main_directions, starting_table, tune
from bot.retrieval.vectors import TABLE
from bot.text import fold, words

WORK = Path("var/training")


def main() -> None:
    """Make the table of static vectors; about ten minutes of processor time."""
    options = _options()
    teacher = Teacher()
    texts = training_texts(options.medquad, options.wordnet, teacher.pieces, options.seed)
    texts = without(texts, read_sets(options.exclude))
    split = [words(fold(text)) for text in texts]
    print(f"{len(texts)} sentences", flush=True)  # noqa: T201  a command
    targets = teacher.encode_in_parts(texts, options.work)
    directions = main_directions(targets)
    counts = Counter(word for text in split for word in text)
    start = starting_table(teacher.pieces, teacher.encode_pieces() @ directions, counts)
    pack(tune(start, split, targets @ directions, seed=options.seed), options.output)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.retrieval.training", description=__doc__)
    parser.add_argument("--medquad", type=Path, required=True, help="questions, one a line")
    parser.add_argument("--wordnet", type=Path, required=True, help="folder of data.noun and so on")
    parser.add_argument("--exclude", type=Path, nargs="*", default=[], help="sets to stay clear of")
    parser.add_argument("--work", type=Path, default=WORK, help="where encoded texts are kept")
    parser.add_argument("--output", type=Path, default=TABLE)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
