"""The house stands as it was drawn: layers, one home per package, nothing unfinished."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[1]

LAYERS = (
    {"__init__", "errors", "models"},
    {"lean", "settings", "text", "thresholds", "numbers", "wordlists"},
    {"compiled", "content", "retrieval", "safety", "reading", "policy", "rankings", "replies"},
    {"building", "state"},
    {"snapshot"},
    {"dialogue"},
    {"explain", "journal"},
    {"channels", "evaluate", "scripts"},
    {"app", "workers"},
    {"serving"},
    {"cli"},
    {"__main__"},
)
"""Parts of `bot`, the lowest first. A part imports from lower layers only, never from its own."""

HOMES = {
    "aiohttp": {"channels", "app", "serving"},
    "alembic": {"journal"},
    "asyncpg": {"journal"},
    "click": {"cli"},
    "hatchling": {"retrieval"},
    "markdown_it": {"content"},
    "msgspec": {"building", "channels", "compiled", "journal", "state"},
    "numpy": {"retrieval"},
    "phonenumbers": {"journal"},
    "prometheus_client": {"channels"},
    "prompt_toolkit": {"cli"},
    "rapidfuzz": {"retrieval", "safety", "content"},
    "scipy": {"retrieval"},
    "sklearn": {"retrieval"},
    "sqlalchemy": {"journal"},
    "Stemmer": {"retrieval"},
    "uvloop": {"serving"},
    "watchfiles": {"channels"},
}
"""Third-party package → the parts that may import it."""
TRAINING = "bot.retrieval.training"
"""Makes the table of static vectors; never needed to run the product, so it is free to import."""
DISTRIBUTIONS = {"markdown_it": "markdown-it-py", "sklearn": "scikit-learn", "Stemmer": "PyStemmer"}
"""Names under which packages are installed, where they differ."""
NOT_DECLARED = {"hatchling", "scipy"}
"""What builds the package, and what comes with another one: scikit-learn's arrays are scipy's."""
DRIVERS = {"aiosqlite"}
"""Packages that SQLAlchemy imports when a URL names them."""

PURE = (
    "dialogue",
    "explain",
    "models",
    "numbers",
    "policy",
    "rankings",
    "reading",
    "replies",
    "safety",
    "text",
)
"""Parts that know neither clock nor chance, neither files nor network."""
WORLD = frozenset(
    "asyncio io logging os pathlib random secrets shutil socket subprocess tempfile threading time"
    .split()
)  # fmt: skip

SCREEN = 40
"""Lines of a function's body."""
LONGEST = 400
"""Lines of a file."""
LONGER = {"bot.models": "all records that the parts share are read in one place"}

WRITTEN = (".ci", "bot", "benchmarks", "docs", "faq", "tests")
TEXT = {".md", ".py", ".txt", ".toml", ".html", ".js", ".css", ".tsv", ""}


def _modules() -> dict[str, Path]:
    files = sorted((REPOSITORY / "bot").rglob("*.py"))
    return {_name(path): path for path in files}


def _name(path: Path) -> str:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = _modules()
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def part(module: str) -> str:
    """Return the part of `bot` that a module belongs to: `bot.retrieval.index` → `retrieval`."""
    return [*module.split("."), "__init__"][1]


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield what is imported when code runs, so not what only type checkers see."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imports(node)


def own(name: str) -> str | None:
    """Return the module of `bot` that an imported name is or stands in, if it is one of ours."""
    while name not in MODULES and "." in name:
        name = name.rpartition(".")[0]
    return name if name in MODULES else None


def level(module: str) -> int:
    """Return the number of a module's layer, from 0."""
    return next(at for at, parts in enumerate(LAYERS) if part(module) in parts)


def test_every_part_has_its_layer() -> None:
    """Each part of `bot` stands in exactly one layer, and each name in the layers is a part."""
    named = [name for parts in LAYERS for name in parts]
    assert sorted(named) == sorted(set(named))
    assert {part(module) for module in MODULES} <= set(named)
    assert [name for name in named if not (REPOSITORY / "bot" / name).exists()
            and not (REPOSITORY / "bot" / f"{name}.py").exists()] == []  # fmt: skip


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_downward(module: str) -> None:
    """A module imports from its own part and from lower layers only."""
    found = {target for name in imports(TREES[module]) if (target := own(name))}
    others = {target for target in found if part(target) != part(module)}
    assert [target for target in others if level(target) >= level(module)] == []


def test_no_import_cycles() -> None:
    """No module needs itself, however many steps away."""
    graph = {
        module: {target for name in imports(tree) if (target := own(name))} - {module}
        for module, tree in TREES.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def third_party(module: str) -> set[str]:
    """Return the third-party packages that a module imports."""
    roots = {name.split(".")[0] for name in imports(TREES[module])}
    return roots - sys.stdlib_module_names - {"bot"}


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(TRAINING)])
def test_packages_stay_at_home(module: str) -> None:
    """Each third-party package is imported in its home only, and none without a home."""
    strangers = {each for each in third_party(module) if part(module) not in HOMES.get(each, ())}
    assert strangers == set()


def test_homes_are_lived_in() -> None:
    """Each package in the table is used, and declared as a dependency."""
    used = {each for module in MODULES for each in third_party(module)}
    assert HOMES.keys() <= used
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=\[ ]", line)[0] for line in project["dependencies"]}
    installed = {DISTRIBUTIONS.get(each, each.replace("_", "-")) for each in HOMES}
    assert installed - NOT_DECLARED == declared - DRIVERS


def test_only_building_needs_scikit_learn() -> None:
    """Ranking imports neither scikit-learn nor scipy; only building and fitting do."""
    heavy = {"sklearn", "scipy"}
    needy = {module for module in MODULES if third_party(module) & heavy}
    assert {each for each in needy if not each.startswith(TRAINING)} == {
        "bot.retrieval.build",
        "bot.retrieval.closed",
        "bot.retrieval.counting",
        "bot.retrieval.fitting",
    }


@pytest.mark.parametrize("name", [name for name in MODULES if part(name) in PURE])
def test_the_core_is_pure(name: str) -> None:
    """What decides and answers reads no clock, throws no dice and touches no file."""
    assert {each.split(".")[0] for each in imports(TREES[name])} & WORLD == set()


# --- how it is written ---------------------------------------------------------------------


def public(node: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield the public classes and functions in a module or class, by their dotted name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if child.name.startswith("_"):
                continue
            yield f"{name}.{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{name}.{child.name}")


@pytest.mark.parametrize("module", MODULES)
def test_docstrings(module: str) -> None:
    """Every module, and every public class and function in it, says what it is for."""
    named = [(module, TREES[module]), *public(TREES[module], module)]
    assert [name for name, node in named if not ast.get_docstring(node)] == []  # type: ignore[arg-type]


@pytest.mark.parametrize("module", MODULES)
def test_files_are_short(module: str) -> None:
    """A file holds one matter and can be read in one go."""
    lines = len(MODULES[module].read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST or module in LONGER


@pytest.mark.parametrize("module", MODULES)
def test_functions_are_short(module: str) -> None:
    """A function fits on a screen, its docstring not counted."""
    functions = [
        node
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [each.name for each in functions if body_lines(each) > SCREEN] == []


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function's body has below its docstring."""
    first = function.body[ast.get_docstring(function) is not None :] or function.body
    return (function.body[-1].end_lineno or 0) - first[0].lineno + 1


def test_the_turn_is_read_at_one_glance() -> None:
    """The function that answers names its steps in order, in at most 25 lines."""
    turn = next(
        node
        for node in ast.walk(TREES["bot.dialogue"])
        if isinstance(node, ast.FunctionDef) and node.name == "respond"
    )
    assert body_lines(turn) <= 25


def written() -> Iterator[Path]:
    """Yield the files that people wrote: code, content, documents."""
    yield from (path for path in REPOSITORY.iterdir() if path.is_file() and path.suffix in TEXT)
    for folder in WRITTEN:
        found = (REPOSITORY / folder).rglob("*")
        yield from (path for path in found if path.is_file() and path.suffix in TEXT)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?<![\w.~])/(?:work|root|home|Users)/",  # a path of one machine
        r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b",  # what was left for later
    ],
)
def test_nothing_private_and_nothing_unfinished(pattern: str) -> None:
    """No file names a path of somebody's machine or a thing that was left for later."""
    found = [
        f"{path.relative_to(REPOSITORY)}: {hit[0]}"
        for path in written()
        if path != Path(__file__) and "__pycache__" not in path.parts
        for hit in re.finditer(pattern, path.read_text(encoding="utf-8"))
    ]
    assert found == []
