"""A server that the user named, with OpenAI's interface for chats: asked, and hung up on."""

import http.client
import json
import queue
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from rushes.errors import ModelMissing, RushesError
from rushes.text import one_line

_CONNECT_S = 10.0
_CHUNK = 1 << 14
_CHECK_EVERY_S = 0.1
_LONGEST_REFUSAL = 1 << 16  # bytes


class Refused(RushesError):
    """The server answered with a status other than 200."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class ChatServer:
    """`POST {url}/chat/completions` at Ollama, llama-server, LM Studio, vLLM or the like.

    Nothing but that one host is ever contacted: redirects and proxies are not followed. `task`
    is what the user knows it by: the settings `describe_url` and `describe_model` have the task
    "describe". Safe to use from several threads.

    Raises:
        ModelMissing: no model was named, or the address is none of a web server.
    """

    def __init__(self, task: str, url: str, model: str) -> None:
        parts, default = urlsplit(url), {"http": 80, "https": 443}
        self.setting = f"{task}_url"
        if parts.scheme not in default or not parts.hostname:
            raise ModelMissing(f"{self.setting} is no address of a web server: {one_line(url)}")
        if not model:
            raise ModelMissing(
                f"{self.setting} is set, but {task}_model does not say which of its models to use"
            )
        self.model = model
        self.where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or default[parts.scheme]
        self._path = parts.path.rstrip("/") + "/chat/completions"

    def ask(
        self,
        request: Mapping[str, object],
        check: Callable[[], None],
        *,
        whole_s: float,
        silent_s: float | None = None,
        max_bytes: int,
    ) -> Generator[bytes, None, None]:
        """The body of the reply, in pieces as they come. `request` goes out with the model's name.

        In another thread, so that neither the user's word to stop (`check` raises) nor a limit
        waits: `whole_s` for all of it, `silent_s` between two pieces. Closed, it hangs up.

        Raises:
            ModelMissing: the server is not there, or has no such model.
            Refused: it answered with another status than 200.
            RushesError: it broke off, took too long, or sent without end.
        """
        check()
        body = json.dumps({"model": self.model, **request}).encode()
        call = _Call(self._connection(), self._path, body)
        name = f"{self.setting.removesuffix('_url')} server"
        threading.Thread(target=call.run, name=name, daemon=True).start()
        size, refusal = 0, b""
        try:
            for piece in self._limited(call, check, whole_s, silent_s):
                size += len(piece)
                if call.status != 200:
                    refusal += piece
                    if size > _LONGEST_REFUSAL:
                        break
                elif size > max_bytes:
                    raise RushesError(f"{self.where} sent a reply without end")
                else:
                    yield piece
        finally:
            call.hang_up()
        if call.status != 200:
            raise self._refusal(call.status, _message(refusal))

    def _limited(
        self, call: "_Call", check: Callable[[], None], whole_s: float, silent_s: float | None
    ) -> Iterator[bytes]:
        """What comes back, until a limit has passed."""
        began = heard = time.monotonic()
        while True:
            check()
            piece: bytes | Exception | None = b""
            with suppress(queue.Empty):
                piece = call.pieces.get(timeout=_CHECK_EVERY_S)
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise self._failure(piece)
            now = time.monotonic()
            if now - began > whole_s:
                raise self._too_slow(whole_s)
            if piece:
                yield piece
                heard = time.monotonic()
            elif heard > began and silent_s is not None and now - heard > silent_s:
                raise self._too_slow(silent_s)

    def _too_slow(self, seconds: float) -> RushesError:
        return RushesError(f"{self.where} gave no reply within {seconds:g} s")

    def _connection(self) -> http.client.HTTPConnection:
        if self._scheme == "https":
            return http.client.HTTPSConnection(self._host, self._port, timeout=_CONNECT_S)
        return http.client.HTTPConnection(self._host, self._port, timeout=_CONNECT_S)

    def _failure(self, error: Exception) -> RushesError:
        if isinstance(error, ssl.SSLError):
            return ModelMissing(f"no safe connection to {self.where}: {error.reason}")
        if isinstance(error, http.client.HTTPException):
            return RushesError(f"{self.where} broke off, or is no web server")
        return ModelMissing(
            f"no server answers at {self.where} (is it running? see {self.setting})"
        )

    def _refusal(self, status: int, message: str) -> RushesError:
        said = f": {message}" if message else ""
        if 300 <= status < 400:
            return ModelMissing(
                f"{self.where} sends to another address, which is not followed: "
                f"set {self.setting} to where the server is"
            )
        if status in (401, 403):
            return ModelMissing(f"{self.where} wants a login ({status}){said}")
        if status == 404:
            return ModelMissing(
                f"{self.where} has no model {one_line(self.model)} at {self._path} (404){said}"
            )
        return Refused(f"{self.where} answered {status}{said}", status)


class _Call:
    """One request. What comes back waits in `pieces`: bytes, then None or what went wrong."""

    def __init__(self, connection: http.client.HTTPConnection, path: str, body: bytes) -> None:
        self._connection = connection
        self._path = path
        self._body = body
        self._over = False
        self.status = 0
        # Bounded: a server that pours faster than is read must not fill the memory.
        self.pieces: queue.Queue[bytes | Exception | None] = queue.Queue(maxsize=64)

    def run(self) -> None:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if b'"stream": true' in self._body:
            headers["Accept"] = "text/event-stream"
        try:
            self._connection.connect()
            # From here on only the whole call's limits count: a model thinks in silence.
            self._connection.sock.settimeout(None)
            if self._over:
                return
            self._connection.request("POST", self._path, self._body, headers)
            response = self._connection.getresponse()
            self.status = response.status
            # What is hung up on is still read while there is more: a server may pour without end.
            while not self._over and (chunk := response.read1(_CHUNK)):
                self._put(chunk)
            self._put(None)
        # What it raises when hung up on from outside depends on where it was.
        except Exception as error:  # noqa: BLE001  # told by the thread that asked
            self._put(error)
        finally:
            self._connection.close()

    def _put(self, piece: bytes | Exception | None) -> None:
        while not self._over:
            with suppress(queue.Full):
                self.pieces.put(piece, timeout=_CHECK_EVERY_S)
                break

    def hang_up(self) -> None:
        """End the call wherever it is, so that its thread ends too."""
        import socket

        self._over = True
        sock = self._connection.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _Error(BaseModel):
    message: str = ""


class _Refusal(BaseModel):
    error: _Error | str = ""
    message: str = ""
    detail: str = ""


def _message(body: bytes) -> str:
    """What a server says of its refusal, in the ways that they have of saying it."""
    try:
        refusal = _Refusal.model_validate_json(body)
    except ValidationError:
        return ""
    error = refusal.error.message if isinstance(refusal.error, _Error) else refusal.error
    return one_line(error or refusal.message or refusal.detail)[:200]
