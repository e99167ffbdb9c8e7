"""Parts of a page that a command renews: `<!-- NAME -->` … `<!-- end of NAME -->`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def renew(page: Path, name: str, text: str) -> None:
    """Replace what stands between the marks of `name`; raises ValueError where there are none."""
    old = page.read_text(encoding="utf-8")
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    new, number = marked.subn(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", old)
    if number != 1:
        raise ValueError(f"{page} has {number} places marked <!-- {name} -->, not one")
    page.write_text(new, encoding="utf-8")
