"""The arrays of a compiled index, of which only what is looked at takes memory.

The large ones are copied, checked on the way, into a file without a name, and mapped from there:
pages come in when they are first needed, and go when memory is short. Nobody else can reach that
file, so whatever happens to the one that was read, a running server keeps what it has loaded.
"""

from __future__ import annotations

import tempfile
import zipfile
from mmap import MADV_DONTNEED, mmap
from struct import Struct
from typing import IO, TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.lib import format as npy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

LARGE: Final = 256 * 1024
"""Bytes from which on an array is mapped."""
_ALIGNED: Final = 4096
_NAME_LENGTH: Final = 26
"""Where a member's own header says how long its name is …"""
_LENGTHS: Final = Struct("<2H")
"""… and what follows the name."""
_CHUNK: Final = 1024 * 1024
"""Bytes that are copied at once; in between others get their turn."""


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of an .npz file by name; raises for a damaged one. Nothing is unpickled."""
    with zipfile.ZipFile(path) as archive:
        infos = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        large = {name: info for name, info in infos.items() if info.file_size >= LARGE}
        arrays = _mapped(archive, large, path)
        for name, info in infos.items():
            if name not in arrays:
                with archive.open(info) as stored:
                    arrays[name] = npy.read_array(stored, allow_pickle=False)
    return arrays


def map_in_place(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of an uncompressed .npz file that nobody changes, mapped where they lie."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        return {
            info.filename.removesuffix(".npy"): _map_stored(file, info)
            for info in archive.infolist()
        }


def let_go(arrays: Iterable[NDArray[Any]]) -> None:
    """Give the memory of mapped arrays back, until they are looked at again."""
    for array in arrays:
        base: object = array
        while isinstance(base, np.ndarray):
            base = base.base
        if isinstance(base, mmap) and hasattr(base, "madvise"):
            base.madvise(MADV_DONTNEED)


def _map_stored(file: IO[bytes], info: zipfile.ZipInfo) -> NDArray[Any]:
    if info.compress_type != zipfile.ZIP_STORED:
        raise ValueError("a compressed array")
    file.seek(info.header_offset + _NAME_LENGTH)
    name, extra = _LENGTHS.unpack(file.read(_LENGTHS.size))
    file.seek(name + extra, 1)
    shape, order, dtype = _header(file)
    mapped = np.memmap(file, dtype, "r", offset=file.tell(), shape=shape, order=order)
    return np.asarray(mapped)


def _mapped(
    archive: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo], path: Path
) -> dict[str, NDArray[Any]]:
    """Return the arrays as far as there is a place to copy them to."""
    arrays: dict[str, NDArray[Any]] = {}
    try:
        with tempfile.TemporaryFile(dir=path.parent) as copy:
            for name, info in infos.items():
                with archive.open(info) as stored:
                    arrays[name] = _map(stored, cast("IO[bytes]", copy))
    except OSError:  # nowhere to write, or no room: what is missing is read into memory
        return arrays
    return arrays


def _map(stored: IO[bytes], copy: IO[bytes]) -> NDArray[Any]:
    shape, order, dtype = _header(stored)
    start = copy.seek(-(-copy.seek(0, 2) // _ALIGNED) * _ALIGNED)
    while chunk := stored.read(_CHUNK):  # its checksum is checked at the end
        copy.write(chunk)
    copy.flush()
    mapped = np.memmap(copy, dtype, "r", offset=start, shape=shape, order=order)
    return np.asarray(mapped)


def _header(stored: IO[bytes]) -> tuple[tuple[int, ...], Any, np.dtype[Any]]:
    """Return an array's shape, order and type, and stop where its numbers begin."""
    version = npy.read_magic(stored)
    header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, by_columns, dtype = header(stored)
    if dtype.hasobject:
        raise ValueError("an array of objects")
    return shape, "F" if by_columns else "C", dtype
