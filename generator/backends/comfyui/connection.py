"""One web server that the user named: asked over HTTP, and no other host with it."""

import http.client
import io
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from rushes.errors import ModelMissing, RushesError
from rushes.text import one_line

Check = Callable[[], None]
"""Called while waiting; raises to stop."""

SETTING = "comfyui_url"

_CONNECT_S = 10.0
_SILENT_S = 120.0  # what a server that looks through its model folders may need
_CHECK_EVERY_S = 0.05
_PIECE = 1 << 16
_LONGEST_REFUSAL = 1 << 20
_DEFAULT_PORT = {"http": 80, "https": 443}


class ServerGone(ModelMissing):
    """The server does not answer, or broke off."""


@dataclass(frozen=True)
class Reply:
    """What a server answered. `body` is empty where it went into a file."""

    status: int
    body: bytes


class Connection:
    """Requests to one host. Redirects and proxies are not followed, and no Origin is sent.

    ComfyUI refuses requests whose Origin is not its own. Safe to use from several threads.

    Raises:
        ModelMissing: the address is none of a web server.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = 0
        if parts.scheme not in _DEFAULT_PORT or not parts.hostname or port == 0:
            raise ModelMissing(f"{SETTING} is no address of a web server: {one_line(url)}")
        self.where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._secure = parts.scheme == "https"
        self._address = (parts.hostname, port or _DEFAULT_PORT[parts.scheme])
        self._base = parts.path.rstrip("/")

    def ask(
        self,
        path: str,
        check: Check,
        *,
        body: bytes | None = None,
        content_type: str = "application/json",
        into: BinaryIO | None = None,
        max_bytes: int = 1 << 26,
    ) -> Reply:
        """GET `path`, or POST `body` to it. A reply with status 200 goes `into` a file if given.

        In another thread, so that `check` is heard at once, whatever the server does.

        Raises:
            ServerGone: the server is not there, was silent for too long, or broke off.
            RushesError: it sends elsewhere, wants a login, sends more than `max_bytes`, or the
                reply cannot be written.
        """
        check()
        headers = {"Content-Type": content_type} if body is not None else {}
        call = _Call(self._http(), into or io.BytesIO(), max_bytes)
        asked = ("GET" if body is None else "POST", self._base + path, body, headers)
        threading.Thread(target=call.run, args=asked, name="ComfyUI request", daemon=True).start()
        try:
            while not call.over.wait(_CHECK_EVERY_S):
                check()
        except BaseException:
            call.hang_up()
            raise
        if call.error is not None:
            raise self._failure(call.error)
        if call.size > max_bytes:
            raise RushesError(f"{self.where} sent a reply without end")
        if 300 <= call.status < 400:
            raise RushesError(
                f"{self.where} sends to another address, which is not followed: "
                f"set {SETTING} to where the server is"
            )
        if call.status in (401, 403):
            raise RushesError(
                f"{self.where} wants a login, or refuses this machine ({call.status})"
            )
        kept = call.into.getvalue() if isinstance(call.into, io.BytesIO) else b""
        return Reply(call.status, call.refusal or kept)

    def websocket(self, path: str) -> tuple[str, socket.socket]:
        """An address for a websocket, and a socket that leads there and nowhere else.

        Raises:
            OSError: there is no way there.
        """
        scheme = "wss" if self._secure else "ws"
        address = self.where.partition("://")[2]
        # Given a socket, the websockets library follows neither redirects nor proxies.
        sock = socket.create_connection(self._address, timeout=_CONNECT_S)
        sock.settimeout(None)
        return f"{scheme}://{address}{self._base}{path}", sock

    def _http(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(*self._address, timeout=_CONNECT_S)

    def _failure(self, error: Exception) -> RushesError:
        if isinstance(error, RushesError):
            return error
        if isinstance(error, ssl.SSLError):
            return ServerGone(f"no safe connection to {self.where}: {one_line(str(error.reason))}")
        if isinstance(error, TimeoutError):
            return ServerGone(f"{self.where} gave no reply within {_SILENT_S:g} s")
        if isinstance(error, http.client.HTTPException):
            return ServerGone(f"{self.where} broke off, or is no web server")
        return ServerGone(
            f"no ComfyUI server answers at {self.where} (is it running? see {SETTING})"
        )


class _Call:
    """One request, in a thread of its own. `over` is set when the fields are final."""

    def __init__(
        self,
        connection: http.client.HTTPConnection,
        into: BinaryIO,
        max_bytes: int,
    ) -> None:
        self._connection = connection
        self._max_bytes = max_bytes
        self.into = into
        self.status = 0
        self.size = 0
        self.refusal = b""
        self.error: Exception | None = None
        self.over = threading.Event()

    def run(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> None:
        try:
            self._connection.connect()
            self._connection.sock.settimeout(_SILENT_S)
            self._connection.request(method, path, body, headers)
            self._read(self._connection.getresponse())
        # What it raises when hung up on from outside depends on where it was.
        except Exception as error:  # noqa: BLE001  # told by the thread that asked
            self.error = error
        finally:
            self._connection.close()
            self.over.set()

    def _read(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        if response.status != 200:
            self.refusal = response.read(_LONGEST_REFUSAL)
            return
        expected = response.length
        while piece := response.read1(_PIECE):
            self.size += len(piece)
            if self.size > self._max_bytes:
                return
            self._write(piece)
        # read1 takes a connection that was cut for the end.
        if expected is not None and self.size < expected:
            raise http.client.IncompleteRead(b"", expected - self.size)

    def _write(self, piece: bytes) -> None:
        try:
            self.into.write(piece)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RushesError(f"cannot keep what the server sends: {reason}") from None

    def hang_up(self) -> None:
        """End the request wherever it is, so that its thread ends too."""
        sock = self._connection.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
