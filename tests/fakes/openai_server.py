"""A server with OpenAI's interface for chats, on loopback, with its good and its bad days.

As strict as Ollama and llama-server are: a request of another shape is refused with 400.
"""

import base64
import binascii
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MODEL = "tiny-vl"


@dataclass(frozen=True)
class Asked:
    """One request that was well formed."""

    question: str
    images: tuple[NDArray[np.uint8], ...]
    temperature: float
    max_tokens: int
    messages: tuple[tuple[str, str], ...] = ()
    schema: Mapping[str, object] | None = None


Shape = Literal["ollama", "llama-server", "lm-studio"]


class FakeOpenAI:
    """Use as a context manager; `url` goes into describe_url."""

    def __init__(self, reply: str = "A man paints the red wall.") -> None:
        self.reply: object = reply
        # What is sent in place of a reply: status, headers, body.
        self.instead: tuple[int, Mapping[str, str], bytes] | None = None
        # Called in place of any answer, with what writes to the client.
        self.misbehave: Callable[[Callable[[bytes], object]], object] | None = None
        # In which server's way a streamed reply comes, and its pieces.
        self.shape: Shape = "llama-server"
        self.pieces: Sequence[str] | Callable[[], Iterator[str]] = ("Hello", " world.")
        self.thoughts: Sequence[str] = ()
        # Sent after so many events in place of the rest, and the connection closed.
        self.breaks: tuple[int, bytes] | None = None
        self.takes_schemas = True
        self.hung_up = threading.Event()
        self.asked: list[Asked] = []
        self.refused: list[str] = []
        self.stopped = threading.Event()
        server = self

        class Handler(_Handler):
            fake = server

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> "FakeOpenAI":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is part of the tests."""


class _BadRequest(Exception):
    pass


class _Handler(BaseHTTPRequestHandler):
    fake: FakeOpenAI
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.fake.misbehave is not None:
            self.close_connection = True
            self.fake.misbehave(self.wfile.write)
            return None
        if self.fake.instead is not None:
            return self._send(*self.fake.instead)
        if self.path != "/v1/chat/completions":
            return self._error(404, "404 page not found")
        try:
            model, asked = _read(json.loads(body))
        except (_BadRequest, KeyError, TypeError, ValueError, AttributeError) as error:
            self.fake.refused.append(repr(error))
            return self._error(400, f"invalid request: {error!r}")
        if model != MODEL:
            return self._error(404, f"model '{model}' not found, try pulling it first")
        if asked.schema is not None and not self.fake.takes_schemas:
            return self._error(400, "unknown field: response_format")
        self.fake.asked.append(asked)
        if json.loads(body).get("stream"):
            return self._stream(model)
        message = {"role": "assistant", "content": self.fake.reply}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        answer = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": model,
            "choices": [choice],
            "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
        }
        return self._send(200, {"Content-Type": "application/json"}, json.dumps(answer).encode())

    def _stream(self, model: str) -> None:
        """Server-sent events in chunks, as each server writes them."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for count, event in enumerate(_events(self.fake, model)):
                if self.fake.breaks is not None and count == self.fake.breaks[0]:
                    self._chunk(self.fake.breaks[1])
                    self.close_connection = True
                    return
                self._chunk(event)
            self._chunk(b"")
        except OSError:
            self.fake.hung_up.set()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _error(self, status: int, message: str) -> None:
        body = json.dumps({"error": {"message": message, "type": "invalid_request_error"}})
        self._send(status, {"Content-Type": "application/json"}, body.encode())

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _read(request: dict[str, Any]) -> tuple[str, Asked]:
    """
    Raises:
        _BadRequest, KeyError, TypeError, ValueError: it has another shape than the real ones want.
    """
    if not isinstance(request["model"], str):
        raise _BadRequest("model")
    if request.get("stream"):
        return request["model"], _read_stream(request)
    (message,) = request["messages"]
    if message["role"] != "user":
        raise _BadRequest("role")
    images = tuple(
        _decode(part["image_url"]["url"])
        for part in message["content"]
        if part["type"] == "image_url"
    )
    texts = [part["text"] for part in message["content"] if part["type"] == "text"]
    if len(texts) != 1 or len(images) + 1 != len(message["content"]):
        raise _BadRequest("content")
    return request["model"], Asked(
        texts[0], images, float(request["temperature"]), int(request["max_tokens"])
    )


def _decode(url: str) -> NDArray[np.uint8]:
    head, _, data = url.partition(",")
    if head != "data:image/jpeg;base64":
        raise _BadRequest(head)
    try:
        with Image.open(
            io.BytesIO(base64.b64decode(data, validate=True)), formats=["JPEG"]
        ) as jpeg:
            return np.asarray(jpeg.convert("RGB"), np.uint8)
    except (binascii.Error, OSError) as error:
        raise _BadRequest(str(error)) from None


_KNOWN = {"model", "messages", "temperature", "max_tokens", "stream", "response_format"}


def _read_stream(request: dict[str, Any]) -> Asked:
    """
    Raises:
        _BadRequest, KeyError, TypeError, ValueError: it has another shape than the real ones want.
    """
    if unknown := set(request) - _KNOWN:
        raise _BadRequest(f"unknown field {unknown}")
    messages = tuple((each["role"], each["content"]) for each in request["messages"])
    for role, content in messages:
        if role not in ("system", "user", "assistant") or not isinstance(content, str):
            raise _BadRequest("message")
    schema = None
    if wanted := request.get("response_format"):
        described = wanted["json_schema"]
        if wanted["type"] != "json_schema" or described["strict"] is not True:
            raise _BadRequest("response_format")
        if not isinstance(described["name"], str) or not described["schema"]["type"]:
            raise _BadRequest("json_schema")
        schema = described["schema"]
    last = messages[-1][1]
    return Asked(
        last, (), float(request["temperature"]), int(request["max_tokens"]), messages, schema
    )


def _events(fake: FakeOpenAI, model: str) -> Iterator[bytes]:
    """What Ollama 0.12, llama-server b6700 and LM Studio 0.3 send."""
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model}
    thinks = "reasoning" if fake.shape == "ollama" else "reasoning_content"

    def event(delta: Mapping[str, object], ends: str | None = None) -> bytes:
        choice: dict[str, object] = {"index": 0, "delta": delta, "finish_reason": ends}
        if fake.shape == "lm-studio":
            choice["logprobs"] = None
        return b"data: %s\n\n" % json.dumps({**head, "choices": [choice]}).encode()

    role = {"role": "assistant"}
    if fake.shape == "llama-server":
        yield event({**role, "content": None})
    for thought in fake.thoughts:
        yield event({**(role if fake.shape == "ollama" else {}), thinks: thought})
    pieces = fake.pieces() if callable(fake.pieces) else fake.pieces
    for piece in pieces:
        yield event({**({} if fake.shape == "llama-server" else role), "content": piece})
    yield event({**role, "content": ""} if fake.shape == "ollama" else {}, "stop")
    if fake.shape == "llama-server":
        usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
        yield b"data: %s\n\n" % json.dumps({**head, "choices": [], "usage": usage}).encode()
    yield b"data: [DONE]\n\n"
