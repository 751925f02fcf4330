"""What the system says of changes in folders, or what asking the folders again and again finds."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.errors import RushesError

if TYPE_CHECKING:
    from watchfiles import Change

_STEP_MS = 500  # how long what is heard is collected, and how soon it can be stopped
_HEARTBEAT_MS = 1000
_ASK_EVERY_MS = 60_000  # 100,000 files take 0.6 s of a processor: a hundredth of it


class CannotListen(RushesError):
    """The system tells of no more changes."""


async def noticed(
    folders: Sequence[Path], is_asking: bool
) -> "AsyncGenerator[list[tuple[Change, Path]], None]":
    """What changes in folders: at first nothing, once it listens, and nothing each quiet second.

    With `is_asking` the folders are looked through every minute: some systems of files tell nobody
    of their changes. The thread that listens ends half a second after this is closed.

    Raises:
        CannotListen: the system has a limit of what it watches, and it is reached.
        OSError: a folder has just gone, or may not be read.
    """
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[list[tuple[Change, Path]] | Exception] = asyncio.Queue()
    over = threading.Event()

    def hear(what: "list[tuple[Change, Path]] | Exception") -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(heard.put_nowait, what)

    def listen() -> None:
        from watchfiles import watch

        # With True it would pass over the limit of watches, too, and say nothing.
        for passes_over_closed in (False, True):
            try:
                for changes in watch(
                    *folders,
                    watch_filter=None,
                    step=_STEP_MS,
                    stop_event=over,
                    rust_timeout=_HEARTBEAT_MS,
                    yield_on_timeout=True,
                    raise_interrupt=False,
                    force_polling=is_asking,
                    poll_delay_ms=_ASK_EVERY_MS,
                    ignore_permission_denied=passes_over_closed,
                ):
                    hear([(change, Path(path)) for change, path in changes])
                return
            except PermissionError as error:
                if passes_over_closed:
                    hear(error)
            except Exception as error:  # noqa: BLE001  # raised again in the loop
                hear(error)
                return

    threading.Thread(target=listen, name="watching", daemon=True).start()
    try:
        while True:
            what = await heard.get()
            if isinstance(what, Exception):
                raise _meant(what)
            yield what
    finally:
        over.set()


def _meant(error: Exception) -> Exception:
    if isinstance(error, OSError) and "limit" not in str(error):
        return error
    return CannotListen(str(error))
