"""A server's websocket, listened to in the background and opened again when it drops."""

import queue
import threading
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from generator.backends.comfyui.connection import Check, Connection

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

_LARGEST_MESSAGE = 1 << 24
_OPEN_S = 10.0
_CHECK_EVERY_S = 0.05
_SLOWEST_AGAIN_S = 15.0
# A server that loads 40 GB of weights does not answer pings in time.
_PING_TIMEOUT_S = 120.0


class Listener:
    """The messages for one client. Use as a context manager.

    A server without a websocket (behind a proxy that knows none) is one that says nothing.
    """

    def __init__(self, connection: Connection, client_id: str, again_s: float) -> None:
        self._connection = connection
        self._path = "/ws?" + urlencode({"clientId": client_id})
        self._again_s = again_s
        # Bounded: a server that pours faster than is read must not fill the memory.
        self._messages: queue.Queue[str | bytes] = queue.Queue(maxsize=64)
        self._tried = threading.Event()
        self._closed = threading.Event()
        self._socket: ClientConnection | None = None
        self._thread = threading.Thread(target=self._run, name="ComfyUI messages", daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        if (open_socket := self._socket) is not None:
            open_socket.close()

    def wait_until_tried(self, check: Check) -> None:
        """Wait for the first attempt to connect: what is said before it would be missed."""
        while not self._tried.wait(_CHECK_EVERY_S):
            check()

    def next(self, timeout_s: float) -> str | bytes | None:
        """The next message, or None if none came in time."""
        with suppress(queue.Empty):
            return self._messages.get(timeout=timeout_s)
        return None

    def _run(self) -> None:
        from websockets.exceptions import WebSocketException

        again_s = self._again_s
        while not self._closed.is_set():
            # ValueError: it answered with a redirect.
            with suppress(WebSocketException, OSError, ValueError):
                self._listen()
                again_s = self._again_s
            self._tried.set()
            self._closed.wait(again_s)
            again_s = min(again_s * 2, _SLOWEST_AGAIN_S)

    def _listen(self) -> None:
        """Pass messages on until the connection ends."""
        from websockets.exceptions import ConnectionClosed
        from websockets.sync.client import connect

        address, sock = self._connection.websocket(self._path)
        with connect(
            address,
            sock=sock,
            proxy=None,
            compression=None,
            open_timeout=_OPEN_S,
            close_timeout=1,
            ping_timeout=_PING_TIMEOUT_S,
            max_size=_LARGEST_MESSAGE,
        ) as self._socket:
            self._tried.set()
            with suppress(ConnectionClosed):
                # To the very end: what lies unread would hold up the goodbye.
                for message in () if self._closed.is_set() else self._socket:
                    self._pass_on(message)
        self._socket = None

    def _pass_on(self, message: str | bytes) -> None:
        while not self._closed.is_set():
            with suppress(queue.Full):
                self._messages.put(message, timeout=_CHECK_EVERY_S)
                return
