"""LanceDB, set up once."""

import importlib.util
import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import lancedb

_CLIENT = "lance_namespace_urllib3_client"
"""Of this only the types are needed. What asks a server takes half of the time of importing LanceDB
and opens a socket, to learn whether there is IPv6 (urllib3).
"""


def connect(address: str, options: Mapping[str, str] | None = None) -> "lancedb.DBConnection":
    """The tables at an address: a path, or `s3://…` with what reaches it as `options`."""
    # What Lance reads once, when it is first imported. It keeps two processors free for reading
    # files: of two, that left one for everything else.
    os.environ.setdefault("LANCE_CPU_THREADS", str(max(2, (os.cpu_count() or 2) - 2)))
    # It warns of every part of an index in which a new file has no row.
    os.environ.setdefault("LANCEDB_LOG", "error")
    # Looks each time whether another process has written: old versions do not stay for long.
    database: lancedb.DBConnection = _loaded().connect(
        address,
        read_consistency_interval=timedelta(0),
        storage_options=dict(options) if options else None,
    )
    return database


def _loaded() -> Any:
    _put_off(_CLIENT)
    import lancedb

    return lancedb


def _put_off(name: str) -> None:
    """Have a package import its modules when something is asked of it itself, not before.

    `importlib.util.LazyLoader` would not do: importing a module of the package asks for its path.
    """
    spec = importlib.util.find_spec(name) if name not in sys.modules else None
    if spec is None or spec.loader is None:
        return
    package, loader = importlib.util.module_from_spec(spec), spec.loader

    def asked_for(attribute: str) -> Any:
        del package.__dict__["__getattr__"]
        loader.exec_module(package)
        return getattr(package, attribute)

    package.__dict__["__getattr__"] = asked_for
    sys.modules[name] = package
