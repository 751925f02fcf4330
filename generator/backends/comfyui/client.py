"""What a ComfyUI server can be asked, in types.

The interface is the server's own: https://docs.comfy.org/development/comfyui-server/comms_routes
"""

import hashlib
import io
import json
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO
from urllib.parse import quote, urlencode

from pydantic import BaseModel, Field, JsonValue, TypeAdapter, ValidationError

from generator.backends.comfyui.connection import Check, Connection, Reply
from generator.backends.comfyui.graph import Graph
from generator.backends.comfyui.messages import Failure, interrupted
from generator.backends.comfyui.node_types import NodeType, read_node_type
from generator.backends.protocol import Image
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.text import one_line

_LARGEST_FILM = 1 << 33
_FOLDER = "rushes"
_GOODBYE_S = 5.0
_LONGEST_CAUSE = 300


class Output(BaseModel):
    """A file that a job left on the server."""

    filename: str
    subfolder: str = ""
    type: str = "output"


class _Uploaded(BaseModel):
    name: str
    subfolder: str = ""


class _Status(BaseModel):
    status_str: str = ""
    messages: list[tuple[str, dict[str, JsonValue]]] = Field(default_factory=list)


class _Record(BaseModel):
    outputs: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)
    status: _Status | None = None


class _Queue(BaseModel):
    queue_running: list[list[JsonValue]] = Field(default_factory=list)
    queue_pending: list[list[JsonValue]] = Field(default_factory=list)


class _Device(BaseModel):
    name: str = ""


class _Stats(BaseModel):
    devices: list[_Device] = Field(default_factory=list)


class _Reason(BaseModel):
    type: str = ""
    message: str = ""
    details: str = ""


class _NodeErrors(BaseModel):
    class_type: str = ""
    errors: list[_Reason] = Field(default_factory=list)


class _Refusal(BaseModel):
    error: _Reason | str = ""
    node_errors: dict[str, _NodeErrors] | list[JsonValue] = Field(default_factory=dict)


class Client:
    """One server. Safe to use from several threads.

    Every method raises what `Connection.ask` does, and RushesError for an answer that is none.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.where = connection.where

    def node_type(self, name: str, check: Check) -> NodeType | None:
        """What the server knows of a kind of node; None if it has no such kind."""
        reply = self._get(f"/object_info/{quote(name, safe='')}", check)
        try:
            return read_node_type(name, reply.body)
        except ValidationError:
            raise self._no_comfyui() from None

    def device(self, check: Check) -> str:
        """What the server draws on, as it names it; empty if it does not say."""
        try:
            stats = _Stats.model_validate_json(self._get("/system_stats", check).body)
        except ValidationError:
            raise self._no_comfyui() from None
        return one_line(stats.devices[0].name) if stats.devices else ""

    def upload(self, image: Image, check: Check) -> str:
        """Put a picture into the server's input folder. Returns what nodes call it.

        The same picture has the same name, so that a second upload takes no more room.
        """
        from PIL import Image as Pillow

        png = io.BytesIO()
        Pillow.fromarray(image).save(png, "PNG", compress_level=1)
        name = f"{hashlib.sha256(image.tobytes()).hexdigest()[:24]}.png"
        fields = {"type": "input", "subfolder": _FOLDER, "overwrite": "true"}
        content_type, body = _multipart(fields, name, png.getvalue())
        reply = self._connection.ask("/upload/image", check, body=body, content_type=content_type)
        if reply.status != 200:
            raise RushesError(f"{self.where} does not take a keyframe ({reply.status})")
        try:
            put = _Uploaded.model_validate_json(reply.body)
        except ValidationError:
            raise self._no_comfyui() from None
        return f"{put.subfolder}/{put.name}" if put.subfolder else put.name

    def submit(
        self, graph: Graph, prompt_id: str, client_id: str, check: Check, *, previews: bool
    ) -> None:
        """Queue a job. `prompt_id` is a UUID in lower case with hyphens.

        Raises:
            RushesError: the server does not take the graph; the text names node and input.
        """
        request: dict[str, object] = {
            "prompt": graph.as_prompt(),
            "prompt_id": prompt_id,
            "client_id": client_id,
        }
        if previews:
            request["extra_data"] = {"preview_method": "auto"}
        reply = self._connection.ask("/prompt", check, body=json.dumps(request).encode())
        if reply.status != 200:
            raise self._refusal(reply, graph)

    def place(self, prompt_id: str, check: Check) -> int | None:
        """How many jobs come before this one; 0 if it runs, None if the queue does not hold it."""
        queue = self._queue(check)
        if any(_is(entry, prompt_id) for entry in queue.queue_running):
            return 0
        waiting = sorted(queue.queue_pending, key=_number)
        for before, entry in enumerate(waiting, len(queue.queue_running)):
            if _is(entry, prompt_id):
                return before
        return None

    def waiting(self, check: Check) -> int:
        """How many jobs are queued or running."""
        queue = self._queue(check)
        return len(queue.queue_running) + len(queue.queue_pending)

    def outputs(self, prompt_id: str, check: Check) -> Mapping[str, tuple[Output, ...]] | None:
        """The files of a finished job by node; None while it is not over.

        Raises:
            RushesError: the job failed, or somebody stopped it.
        """
        reply = self._get(f"/history/{prompt_id}", check)
        try:
            records = _records(reply.body)
        except ValidationError:
            raise self._no_comfyui() from None
        if prompt_id not in records:
            return None
        record = records[prompt_id]
        if record.status is not None and record.status.status_str == "error":
            raise self._failed(record.status)
        return {node: tuple(_files(output)) for node, output in record.outputs.items()}

    def download(self, output: Output, into: BinaryIO, check: Check) -> None:
        """Fetch a file of a job."""
        path = "/view?" + urlencode(output.model_dump())
        reply = self._connection.ask(path, check, into=into, max_bytes=_LARGEST_FILM)
        if reply.status != 200:
            name = one_line(output.filename)
            raise RushesError(f"{self.where} does not give out {name} ({reply.status})")

    def withdraw(self, prompt_id: str) -> None:
        """Take a job out of the queue, or stop it. What does not work soon is left."""
        leaving = threading.Thread(target=self._withdraw, args=(prompt_id,), daemon=True)
        leaving.start()
        leaving.join(_GOODBYE_S)

    def _withdraw(self, prompt_id: str) -> None:
        """First out of the queue: older servers stop whatever runs, whosever job it is."""
        check = Job().check_cancelled
        with suppress(RushesError):
            deleted = json.dumps({"delete": [prompt_id]}).encode()
            self._connection.ask("/queue", check, body=deleted)
            if self.place(prompt_id, check) == 0:
                stopped = json.dumps({"prompt_id": prompt_id}).encode()
                self._connection.ask("/interrupt", check, body=stopped)

    def _get(self, path: str, check: Check) -> Reply:
        reply = self._connection.ask(path, check)
        if reply.status != 200:
            raise self._no_comfyui()
        return reply

    def _queue(self, check: Check) -> _Queue:
        try:
            return _Queue.model_validate_json(self._get("/queue", check).body)
        except ValidationError:
            raise self._no_comfyui() from None

    def _no_comfyui(self) -> RushesError:
        return RushesError(f"{self.where} does not answer as a ComfyUI server does")

    def _failed(self, status: _Status) -> RushesError:
        for kind, data in status.messages:
            if kind == "execution_interrupted":
                return interrupted(self.where)
            if kind == "execution_error":
                with suppress(ValidationError):
                    return Failure.model_validate(data).error(self.where)
        return RushesError(f"the job failed on {self.where}, which does not say why")

    def _refusal(self, reply: Reply, graph: Graph) -> RushesError:
        try:
            refusal = _Refusal.model_validate_json(reply.body)
        except ValidationError:
            return RushesError(f"{self.where} does not take the job ({reply.status})")
        nodes = refusal.node_errors if isinstance(refusal.node_errors, dict) else {}
        for node, told in nodes.items():
            for reason in told.errors:
                name = graph.name(node) or one_line(told.class_type)
                return self._not_taken(f"{name}: {_said(reason)}")
        error = refusal.error
        said = error if isinstance(error, str) else _said(error)
        return self._not_taken(one_line(said) or f"status {reply.status}")

    def _not_taken(self, why: str) -> RushesError:
        return RushesError(f"{self.where} does not take the job: {why[:_LONGEST_CAUSE]}")


def _said(reason: _Reason) -> str:
    return ": ".join(filter(None, (one_line(reason.message), one_line(reason.details))))


def _records(body: bytes) -> dict[str, _Record]:
    return TypeAdapter(dict[str, _Record]).validate_json(body)


def _files(output: Mapping[str, JsonValue]) -> list[Output]:
    """Every node has its own word for them: images, gifs, videos."""
    found = []
    for listed in output.values():
        for each in listed if isinstance(listed, list) else []:
            with suppress(ValidationError):
                found.append(Output.model_validate(each))
    return found


def _is(entry: list[JsonValue], prompt_id: str) -> bool:
    """An entry of the queue is a list: number, id, graph …"""
    return len(entry) > 1 and entry[1] == prompt_id


def _number(entry: list[JsonValue]) -> float:
    number = entry[0] if entry else 0
    return number if isinstance(number, (int, float)) else 0.0


def _multipart(fields: Mapping[str, str], name: str, png: bytes) -> tuple[str, bytes]:
    """A form with a file, after RFC 7578. Returns (content type, body)."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    body = "".join(parts).encode() + png + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body
