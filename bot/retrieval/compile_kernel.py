"""Compiles what is written in C, in the set-up: a hook of the build, and `python -m` of this.

The library's name holds a hash of what it was made from, so that one of another version is never
loaded. Without a compiler everything works, but ranking takes thirty times as long.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
FLAGS: Final = ("-O3", "-std=c99", "-shared", "-fPIC", *os.environ.get("KERNEL_FLAGS", "").split())
"""With more of them in the environment another library is made, such as one that is fuzzed."""
LIBRARIES: Final = ("-lm",)
NO_COMPILER: Final = (
    "No C compiler was found (cc), so questions will be ranked without one, which takes thirty "
    "times as long; install one, such as the package gcc, and set up again."
)


def library_path() -> Path:
    """Return where the library lies that was compiled from the sources as they are now."""
    made_from = [*map(str.encode, (*FLAGS, sysconfig.get_platform()))]
    made_from += [source.read_bytes() for source in (*sources(), *HERE.glob("native/*.h"))]
    return HERE / f"kernel-{sha256(b' '.join(made_from)).hexdigest()[:12]}.so"


def sources() -> list[Path]:
    """Return what is compiled into one library."""
    return sorted([*HERE.glob("*.c"), *HERE.glob("native/*.c")])


def compile_kernel() -> Path | None:
    """Return the compiled library, made where there is none yet; None without a compiler."""
    path = library_path()
    if path.exists():
        return path
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / path.name
        command = [compiler, *FLAGS, "-o", str(made), *map(str, sources()), *LIBRARIES]
        subprocess.run(command, check=True)  # noqa: S603  the set-up's own compiler
        made.replace(path)
    for old in path.parent.glob("kernel-*.so"):
        if old != path and "KERNEL_FLAGS" not in os.environ:
            old.unlink(missing_ok=True)
    return path


def get_build_hook() -> type[Any]:
    """Return the hook that hatchling runs before it puts a package together."""
    from hatchling.builders.hooks.plugin.interface import (  # noqa: PLC0415  only builds have it
        BuildHookInterface,
    )

    class Compiling(BuildHookInterface[Any]):
        """Puts the compiled library into the package, which fits this machine only then."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            if path := compile_kernel():
                build_data["artifacts"].append(f"/{path.relative_to(self.root).as_posix()}")
                build_data.update(pure_python=False, infer_tag=True)

    return Compiling


if __name__ == "__main__":
    if compile_kernel() is None:
        print(NO_COMPILER, file=sys.stderr)  # noqa: T201
