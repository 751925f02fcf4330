"""Shots described by a server that the user named, by OpenAI's interface for chats."""

import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from indexer.describe import MAX_TOKENS, data_url, plain_description, question
from indexer.segments import Image
from rushes.errors import ModelMissing, RushesError
from rushes.text import one_line

_MAX_SIDE = 768
_CONNECT_S = 10.0
_REPLY_S = 300.0  # five frames on a slow processor
_MAX_BYTES = 1 << 20  # of a reply; a description has a few hundred
_CHUNK = 1 << 14
_CHECK_EVERY_S = 0.1


class ServerDescriber:
    """`POST {url}/chat/completions` at Ollama, llama-server, vLLM or the like.

    Nothing but that one host is ever contacted: redirects and proxies are not followed. Safe
    to use from several threads.

    Raises:
        ModelMissing: no model was named, or the address is none of a web server.
    """

    def __init__(self, url: str, model: str, reply_s: float = _REPLY_S) -> None:
        parts, default = urlsplit(url), {"http": 80, "https": 443}
        if parts.scheme not in default or not parts.hostname:
            raise ModelMissing(f"describe_url is no address of a web server: {one_line(url)}")
        if not model:
            raise ModelMissing(
                "describe_url is set, but describe_model does not say which of its models to use"
            )
        self.name = model
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or default[parts.scheme]
        self._path = parts.path.rstrip("/") + "/chat/completions"
        self._where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._reply_s = reply_s

    def describe(self, frames: Sequence[Image], check: Callable[[], None]) -> str:
        """
        Raises:
            ModelMissing: the server is not there, or has no such model.
            RushesError: it refused, failed, took too long, or answered with something else.
        """
        if not frames:
            return ""
        check()
        content: list[dict[str, object]] = [
            {"type": "image_url", "image_url": {"url": data_url(frame, _MAX_SIDE)}}
            for frame in frames
        ]
        content.append({"type": "text", "text": question(len(frames))})
        request = {
            "model": self.name,
            "messages": [{"role": "user", "content": content}],
            "temperature": 0,
            "max_tokens": MAX_TOKENS,
            "stream": False,
        }
        answer = self._ask(json.dumps(request).encode(), check)
        if answer.status != 200:
            raise self._refusal(answer)
        try:
            reply = _Reply.model_validate_json(answer.body)
        except ValidationError:
            raise RushesError(
                f"{self._where} answered with something that is no reply to a chat "
                "(does describe_url end in /v1?)"
            ) from None
        return plain_description(reply.text)

    def _ask(self, body: bytes, check: Callable[[], None]) -> "_Answer":
        """Ask in another thread, so that neither the user's word to stop nor the limit waits."""
        call = _Call(self._connection(), self._path, body)
        deadline = time.monotonic() + self._reply_s
        thread = threading.Thread(target=call.run, name="describing server", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(_CHECK_EVERY_S)
                check()
                if thread.is_alive() and time.monotonic() > deadline:
                    raise RushesError(
                        f"{self._where} gave no description within {self._reply_s:g} s"
                    )
        finally:
            call.hang_up()
        if call.answer is not None:
            return call.answer
        raise self._failure(call.error)

    def _connection(self) -> http.client.HTTPConnection:
        if self._scheme == "https":
            return http.client.HTTPSConnection(self._host, self._port, timeout=_CONNECT_S)
        return http.client.HTTPConnection(self._host, self._port, timeout=_CONNECT_S)

    def _failure(self, error: Exception | None) -> RushesError:
        if isinstance(error, _TooLong):
            return RushesError(f"{self._where} sent a reply without end")
        if isinstance(error, ssl.SSLError):
            return ModelMissing(f"no safe connection to {self._where}: {error.reason}")
        if isinstance(error, http.client.HTTPException):
            return RushesError(f"{self._where} broke off, or is no web server")
        return ModelMissing(
            f"no describing server answers at {self._where} (is it running? see describe_url)"
        )

    def _refusal(self, answer: "_Answer") -> RushesError:
        said = f": {answer.message}" if answer.message else ""
        if 300 <= answer.status < 400:
            return ModelMissing(
                f"{self._where} sends to another address, which is not followed: "
                "set describe_url to where the server is"
            )
        if answer.status in (401, 403):
            return ModelMissing(f"{self._where} wants a login ({answer.status}){said}")
        if answer.status == 404:
            return ModelMissing(
                f"{self._where} has no model {one_line(self.name)} at {self._path} (404){said}"
            )
        return RushesError(f"{self._where} answered {answer.status}{said}")


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes

    @property
    def message(self) -> str:
        """What a server says of its refusal, in the ways that they have of saying it."""
        try:
            refusal = _Refusal.model_validate_json(self.body)
        except ValidationError:
            return ""
        error = refusal.error.message if isinstance(refusal.error, _Error) else refusal.error
        return one_line(error or refusal.message or refusal.detail)[:200]


class _TooLong(Exception):
    pass


class _Call:
    """One request and its answer, or what went wrong."""

    def __init__(self, connection: http.client.HTTPConnection, path: str, body: bytes) -> None:
        self._connection = connection
        self._path = path
        self._body = body
        self.answer: _Answer | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        try:
            self._connection.connect()
            # From here on only the whole call's limit counts: a model thinks in silence.
            self._connection.sock.settimeout(None)
            self._connection.request("POST", self._path, self._body, headers)
            response = self._connection.getresponse()
            body = b""
            while chunk := response.read1(_CHUNK):
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise _TooLong
            self.answer = _Answer(response.status, body)
        # What it raises when hung up on from outside depends on where it was.
        except Exception as error:  # noqa: BLE001  # told by the thread that asked
            self.error = error
        finally:
            self._connection.close()

    def hang_up(self) -> None:
        """End the call wherever it is, so that its thread ends too."""
        import socket

        sock = self._connection.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _Part(BaseModel):
    type: str = ""
    text: str = ""


class _Message(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str | list[_Part] | None = None


class _Choice(BaseModel):
    message: _Message


class _Reply(BaseModel):
    choices: list[_Choice] = Field(min_length=1)

    @property
    def text(self) -> str:
        content = self.choices[0].message.content
        if isinstance(content, list):
            return " ".join(part.text for part in content)
        return content or ""


class _Error(BaseModel):
    message: str = ""


class _Refusal(BaseModel):
    error: _Error | str = ""
    message: str = ""
    detail: str = ""
