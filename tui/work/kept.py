"""Orders that are open, in a file: they go on when the app is opened again."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rushes.errors import RushesError
from rushes.output import whole_file, writing
from tui.work.order import Order


def read_orders(file: Path) -> list[Order]:
    """
    Raises:
        RushesError: the file is there and cannot be read.
    """
    try:
        return [_order(told) for told in json.loads(file.read_bytes())]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is damaged"
        raise RushesError(
            f"cannot read {file}: {reason}; what was under way is forgotten"
        ) from None


def write_orders(file: Path, orders: Sequence[Order]) -> None:
    """
    Raises:
        RushesError: it cannot be written.
    """
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
    with writing(file), whole_file(file, force=True) as partial:
        # ASCII: the name of a folder need not be text.
        partial.write_text(json.dumps([asdict(order) for order in orders]), encoding="ascii")


def _order(told: dict[str, Any]) -> Order:
    command = told["command"]
    if not isinstance(command, list):
        raise TypeError("a command is a list of words")
    texts = {name: str(told[name]) for name in ("title", "lane", "id", "folder")}
    return Order(command=tuple(map(str, command)), **texts)
