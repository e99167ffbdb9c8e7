"""Building in a process of its own: what it gives, and what its faults cost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.building.builder import Builder, Stopped
from bot.building.haste import Haste
from bot.building.job import Job
from bot.compiled import read_content
from bot.errors import BuildError, ContentError
from bot.retrieval.store import read
from bot.snapshot import SnapshotStore
from tests.conftest import TODAY
from tests.faqs import PARKING, write_faq

if TYPE_CHECKING:
    from collections.abc import Callable

MOVED = PARKING.replace("Lot B", "Lot C")
SLOW = "import time; time.sleep(60)"
"""What a process does that hangs."""


@pytest.fixture
def folder(windmill_folder: Path, tmp_path: Path) -> Path:
    """Copy the small FAQ with what is compiled, for a test to change."""
    return shutil.copytree(windmill_folder, tmp_path / "faq")


@pytest.fixture
def job(folder: Path) -> Job:
    """Return a job for the whole index of the small FAQ."""
    return Job(folder=folder, into=folder / ".askwell", today=TODAY)


@pytest.fixture
def store(folder: Path) -> SnapshotStore:
    """Return a store over the small FAQ."""
    return SnapshotStore(folder, today=lambda: TODAY)


def python_that(program: str, tmp_path: Path) -> str:
    """Return a program that, whatever it is told to run, runs something else."""
    path = tmp_path / "python"
    path.write_text(f"#!{sys.executable}\n{program}\n")
    path.chmod(0o755)
    return str(path)


def eventually(true: Callable[[], object]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


# --- what it gives -------------------------------------------------------------------------


def test_a_job_is_a_command(job: Job) -> None:
    """A job is the same when it arrives as arguments."""
    before = replace(job, before=(Path("content.bin"), Path("index.npz")), haste=Haste.EDIT)
    assert [Job.read(each.arguments()) for each in (job, before)] == [job, before]


def test_outcome_names_files(job: Job) -> None:
    """The outcome names the parsed content and the whole index, ready to be loaded."""
    outcome = Builder(seconds=60).build(job)
    content = read_content(job.into / outcome.content)
    assert content
    assert outcome.index
    index = read(job.into / outcome.index, content[0])
    assert index
    assert (index.version, index.whole) == (content[0].version, True)


def test_broken_content_comes_back_whole(job: Job) -> None:
    """Every problem of broken content crosses over, with its line and its remedy."""
    write_faq(job.folder, parking="# Parking\nKind: practical\n\n## Where?\n")
    with pytest.raises(ContentError) as caught:
        Builder(seconds=60).build(job)
    told = [(problem.path, problem.line, bool(problem.fix)) for problem in caught.value.problems]
    assert ("faq/parking.md", 4, True) in told


def test_an_edited_answer_needs_no_index(folder: Path, store: SnapshotStore) -> None:
    """An edit that changes no question is live with the index as it is."""
    files = sorted(folder.glob(".askwell/*.npz"))
    write_faq(folder, parking=MOVED)
    assert store.reload()
    assert sorted(folder.glob(".askwell/*.npz")) == files
    assert store.unfinished


def test_the_server_never_builds(folder: Path) -> None:
    """A process that holds a store imports neither parser nor scikit-learn, even after an edit."""
    program = (
        "import sys; from pathlib import Path; from bot.snapshot import SnapshotStore\n"
        "store = SnapshotStore(Path(sys.argv[1]))\n"
        "path = Path(sys.argv[1]) / 'parking.md'\n"
        "path.write_text(path.read_text().replace('Lot B', 'Lot C'))\n"
        "assert store.reload()\n"
        "print({'bot.content', 'markdown_it', 'scipy', 'sklearn'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", program, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_another_day_needs_no_parsing(folder: Path) -> None:
    """What was compiled yesterday serves today, without a process."""
    shutil.rmtree(folder / ".askwell")
    SnapshotStore(folder, today=lambda: TODAY)
    store = SnapshotStore(folder, today=lambda: date(2027, 5, 1))
    assert (store.builds, store.current.problems) == (0, ())


def test_a_folder_that_nobody_may_write_to(folder: Path, tmp_path: Path) -> None:
    """Where the FAQ folder is read-only, what is compiled lies in the data folder."""
    shutil.rmtree(folder / ".askwell")
    (folder / ".askwell").write_text("stands in the way")
    first = SnapshotStore(folder, today=lambda: TODAY, spare=tmp_path / "var" / "compiled")
    again = SnapshotStore(folder, today=lambda: TODAY, spare=tmp_path / "var" / "compiled")
    assert (first.builds, again.builds) == (1, 0)


def test_an_edit_steps_back() -> None:
    """A job that a running server asked for lets everything else go first."""
    program = (
        "import os, sys; from bot.building.haste import Haste, step_back\n"
        "step_back(Haste(sys.argv[1]))\n"
        "print(os.nice(0), os.sched_getscheduler(0))"
    )
    told = {
        each: subprocess.check_output([sys.executable, "-c", program, each], text=True).split()
        for each in Haste
    }
    assert told[Haste.START] == [str(os.nice(0)), str(os.SCHED_OTHER)]
    assert told[Haste.EDIT] == ["19", str(os.SCHED_BATCH)]
    assert told[Haste.IDLE] == ["19", str(os.SCHED_IDLE)]


# --- what its faults cost ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (SLOW, "took more than 0.5 seconds and was stopped"),
        ("import os; os.kill(os.getpid(), 9)", "ended with signal 9"),
        ("raise MemoryError", "ended with code 1: MemoryError"),
        ("print('hm')", "ended without a result"),
    ],
    ids=["hangs", "is killed", "breaks down", "babbles"],
)
def test_a_process_that_fails(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, reason: str
) -> None:
    """Whatever becomes of the process, the old content goes on, and the fault is told."""
    old = store.current
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", python_that(program, tmp_path))
        patch.setattr(store._editing, "seconds", 0.5)
        with pytest.raises(BuildError, match=reason):
            store.reload()
    assert store.current is old
    assert reason in str(store.fault)
    assert store.reload()
    assert store.fault is None


def test_no_python(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that can't even be started is said in a sentence."""
    monkeypatch.setattr(sys, "executable", "no-such-python")
    with pytest.raises(BuildError, match=r"could not be started \(No such file or directory\)"):
        Builder(seconds=60).build(job)


def test_stopping_ends_the_process(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A builder that is stopped leaves no process behind, and its job has no outcome."""
    monkeypatch.setattr(sys, "executable", python_that(SLOW, tmp_path))
    builder, ended = Builder(seconds=60), []
    before = set(psutil.Process().children())  # of other tests

    def build() -> None:
        try:
            builder.build(job)
        except Stopped:
            ended.append(True)

    building = Thread(target=build)
    building.start()
    eventually(lambda: set(psutil.Process().children()) - before)
    builder.stop()
    building.join(20)
    assert (ended, set(psutil.Process().children()) - before) == ([True], set())


def test_the_process_ends_with_its_parent(job: Job) -> None:
    """A server that is killed leaves no process behind that goes on building."""
    shutil.rmtree(job.into)
    program = (
        "import sys; from bot.building.builder import Builder; from bot.building.job import Job\n"
        "Builder(seconds=60).build(Job.read(sys.argv[1:]))"
    )
    with subprocess.Popen([sys.executable, "-c", program, *job.arguments()]) as parent:
        server = psutil.Process(parent.pid)
        eventually(server.children)
        [child] = server.children()
        time.sleep(0.3)
        parent.send_signal(signal.SIGKILL)
    child.wait(20)


def test_no_secret_is_handed_on(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Building knows none of the server's settings, so none of its secrets."""
    monkeypatch.setenv("ASKWELL_SECRET", "do not tell")
    kept = tmp_path / "environment"
    program = f"import os; open({str(kept)!r}, 'w').write(repr(dict(os.environ)))"
    monkeypatch.setattr(sys, "executable", python_that(program, tmp_path))
    with pytest.raises(BuildError):
        Builder(seconds=60).build(job)
    assert "do not tell" not in kept.read_text()
    assert os.environ["ASKWELL_SECRET"]


def test_two_that_want_the_same(job: Job) -> None:
    """Of two processes that want one index, one builds it and the other waits for it."""
    shutil.rmtree(job.into)
    outcomes = []
    building = [
        Thread(target=lambda: outcomes.append(Builder(seconds=60).build(job))) for _ in range(2)
    ]
    for thread in building:
        thread.start()
    for thread in building:
        thread.join(60)
    assert len(outcomes) == 2
    assert outcomes[0] == outcomes[1]
    assert len(list(job.into.glob("*.npz"))) == 1
