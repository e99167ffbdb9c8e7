"""SQLAlchemy's engines for asyncio without its object-relational mapper, which the journal lacks.

The package `sqlalchemy.ext.asyncio` imports the whole mapper for its sessions: 6 MB and a
twentieth of a second. It can go as soon as the package imports its sessions on demand.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

_PACKAGE: Final = "sqlalchemy.ext.asyncio"


def import_on_demand() -> None:
    """Let the package import what it offers when that is asked for; its modules stay as they are.

    Call it before the package is imported; afterwards it does nothing.
    """
    spec = find_spec(_PACKAGE) if _PACKAGE not in sys.modules else None
    if spec is None or spec.loader is None:
        return
    package: Any = module_from_spec(spec)
    package.__getattr__ = lambda name: _asked(package, spec, name)
    sys.modules[_PACKAGE] = package


def _asked(package: Any, spec: ModuleSpec, name: str) -> Any:
    """Import the package as it is, unless one of its own modules is asked for."""
    if name.startswith("_") or find_spec(f"{_PACKAGE}.{name}") or spec.loader is None:
        raise AttributeError(name)
    del package.__getattr__
    spec.loader.exec_module(package)
    return getattr(package, name)
