"""LanceDB, set up once."""

import os
import socket
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import lancedb


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
    """The library, without the socket that it opens to learn whether there is IPv6 (urllib3)."""
    there, socket.has_ipv6 = socket.has_ipv6, False
    try:
        import lancedb
    finally:
        socket.has_ipv6 = there
    return lancedb
