"""A ComfyUI server on loopback, with its good and its bad days.

It judges graphs as the real one does, runs one job at a time, and says over the websocket what
`execution.py` and `server.py` of ComfyUI say, in the same order.
"""

import io
import json
import queue
import struct
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.fakes.comfyui_http import Handler, Server
from tests.fakes.comfyui_judge import judge
from tests.fakes.comfyui_nodes import COMMON, LTX_23, Info

STEPS = 8
_OTHER = "00000000-0000-4000-8000-00000000000"


@dataclass(frozen=True)
class Breaks:
    """What a node fails with."""

    kind: str
    message: str
    exception: str = "RuntimeError"


@dataclass
class _Job:
    id: str
    client: str
    prompt: Info
    wants_previews: bool = False
    interrupted: threading.Event = field(default_factory=threading.Event)


class _Interrupted(Exception):
    pass


class FakeComfyUI:
    """Use as a context manager; `url` goes into comfyui_url. `film` is what SaveVideo writes."""

    def __init__(self, film: bytes, infos: Mapping[str, Info] | None = None) -> None:
        self.film = film
        self.infos = dict(infos if infos is not None else COMMON | LTX_23)
        self.breaks: Breaks | None = None
        self.cached = False
        # Called with the kind of each node as it begins.
        self.at_node: Callable[[str], object] = lambda kind: None
        # Called with each path before it is answered.
        self.at_path: Callable[[str], object] = lambda path: None
        # A kind of node that waits until `go_on` is set, or until the job is stopped.
        self.holds_at = ""
        self.go_on = threading.Event()
        self.takes_sockets = True
        # What kinds of output nodes leave in place of a film of their own.
        self.saves: dict[str, Info] = {}
        # Sent in place of an answer, by the beginning of the path: status, headers, body.
        self.instead: dict[str, tuple[int, Mapping[str, str], bytes]] = {}
        self.prompts: list[Info] = []
        self.paths: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.uploads: dict[str, bytes] = {}
        self.interrupts: list[str] = []
        self.stopped: list[str] = []
        self.joined = threading.Event()  # a websocket is open
        self.over = threading.Event()
        self._running: _Job | None = None
        self._pending: list[_Job] = []
        self._history: dict[str, Info] = {}
        self._told: list[list[Any]] = []
        self._sockets: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._wake: queue.Queue[None] = queue.Queue()
        self._closed = False
        self._server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"fake": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "FakeComfyUI":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        threading.Thread(target=self._work, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Be gone."""
        self._closed = True
        self.go_on.set()
        self.drop_sockets()
        self._wake.put(None)
        self._server.shutdown()
        self._server.server_close()

    def add_other(self) -> str:
        """Somebody else's job, which takes until `go_on` is set."""
        with self._lock:
            other = _Job(f"{_OTHER}{len(self._pending)}", "other", {})
            self._pending.append(other)
        self._wake.put(None)
        return other.id

    def drop_sockets(self) -> None:
        """Cut the websockets, as a network does: without a word."""
        with self._lock:
            sockets, self._sockets = list(self._sockets.values()), {}
            self.joined.clear()
        for each in sockets:
            with suppress(OSError):
                each.shutdown(2)

    def broadcast(self, kind: str, **data: object) -> None:
        """Tell everybody what happens to a job of somebody else."""
        for client in list(self._sockets):
            self._send(client, {"type": kind, "data": {**data, "prompt_id": f"{_OTHER}9"}})

    def forget(self) -> None:
        """What a restart leaves: no queue, no history."""
        with self._lock:
            self._running, self._pending, self._history = None, [], {}
        self.drop_sockets()

    # What the handler asks for

    def submit(self, body: Info) -> tuple[int, Info]:
        prompt_id = str(body.get("prompt_id"))
        if not _is_uuid(prompt_id):
            error = {"type": "invalid_prompt_id", "message": "prompt_id must be a valid UUID"}
            return 400, {"error": {**error, "details": "", "extra_info": {}}, "node_errors": {}}
        refusal = judge(body["prompt"], self.infos, self.uploads.__contains__)
        if refusal is not None:
            return 400, refusal
        self.prompts.append(body["prompt"])
        wants = body.get("extra_data", {}).get("preview_method") == "auto"
        with self._lock:
            self._pending.append(_Job(prompt_id, body["client_id"], body["prompt"], wants))
        self._wake.put(None)
        return 200, {"prompt_id": prompt_id, "number": len(self.prompts), "node_errors": {}}

    def queue(self) -> Info:
        with self._lock:
            running = [self._running] if self._running else []
            return {
                "queue_running": [[0, job.id, job.prompt, {}, []] for job in running],
                "queue_pending": [
                    [number, job.id, job.prompt, {}, []]
                    for number, job in enumerate(self._pending, 1)
                ],
            }

    def delete(self, ids: list[str]) -> None:
        with self._lock:
            self._pending = [job for job in self._pending if job.id not in ids]

    def interrupt(self, prompt_id: str) -> None:
        self.interrupts.append(prompt_id)
        with self._lock:
            if self._running and self._running.id == prompt_id:
                self._running.interrupted.set()

    def history(self, prompt_id: str) -> Info:
        with self._lock:
            return {prompt_id: self._history[prompt_id]} if prompt_id in self._history else {}

    def join(self, client: str, connection: Any) -> None:
        with self._lock:
            self._sockets[client] = connection
            self.joined.set()
        status = {"exec_info": {"queue_remaining": 0}}
        self._send(client, {"type": "status", "data": {"status": status, "sid": client}})

    # The worker

    def _work(self) -> None:
        while not self._closed:
            self._wake.get()
            with self._lock:
                self._running = job = self._pending.pop(0) if self._pending else None
            if job is None:
                continue
            if not job.prompt:
                self.go_on.wait()
            else:
                self._run(job)
            with self._lock:
                self._running = None

    def _run(self, job: _Job) -> None:
        self._told = []
        outputs: Info = {}
        self._tell(job, "execution_start")
        cached = list(job.prompt) if self.cached else []
        self._tell(job, "execution_cached", nodes=cached)
        state = "success"
        try:
            for node_id, node in job.prompt.items():
                if not self.cached:
                    self._execute(job, node_id, node["class_type"])
                if self.infos[node["class_type"]]["output_node"]:
                    prefix = str(node["inputs"].get("filename_prefix"))
                    outputs[node_id] = self.saves.get(node["class_type"]) or _saved(prefix)
                    data = {"node": node_id, "display_node": node_id, "output": outputs[node_id]}
                    self._message(job, "executed", **data)
        except _Interrupted:
            state = "error"
            self.stopped.append(job.id)
        except RuntimeError:
            state = "error"
        else:
            self._tell(job, "execution_success")
        status = {"status_str": state, "completed": state == "success", "messages": self._told}
        with self._lock:
            if self._running is job:  # not forgotten
                self._history[job.id] = {"prompt": [], "outputs": outputs, "status": status}
        self._message(job, "executing", node=None)
        self.over.set()

    def _execute(self, job: _Job, node_id: str, kind: str) -> None:
        self._message(job, "executing", node=node_id, display_node=node_id)
        self._progress(job, node_id, 0, 1)
        self.at_node(kind)
        if self.breaks and self.breaks.kind == kind:
            message = f"{self.breaks.message}\n\nTIPS: None"
            about: Info = {"node_id": node_id, "node_type": kind, "executed": []}
            about |= {"exception_message": message, "exception_type": self.breaks.exception}
            self._tell(job, "execution_error", **about, traceback=["  File …"], current_inputs={})
            raise RuntimeError(kind)
        while self.holds_at == kind and not self.go_on.wait(0.01):
            self._check(job, node_id, kind)
        if "Sampler" in kind and kind.endswith("Advanced"):
            for step in range(1, STEPS + 1):
                self._check(job, node_id, kind)
                self._progress(job, node_id, step, STEPS)
                self._message(job, "progress", value=step, max=STEPS, node=node_id)
                if job.wants_previews:
                    self._send(job.client, struct.pack(">II", 1, 1) + _jpeg(step))

    def _check(self, job: _Job, node_id: str, kind: str) -> None:
        if job.interrupted.is_set() or self._closed:
            self._tell(job, "execution_interrupted", node_id=node_id, node_type=kind, executed=[])
            raise _Interrupted

    def _progress(self, job: _Job, node_id: str, value: int, total: int) -> None:
        state = {"value": value, "max": total, "state": "running", "node_id": node_id}
        ids = {"prompt_id": job.id, "display_node_id": node_id, "real_node_id": node_id}
        self._message(job, "progress_state", nodes={node_id: state | ids})

    def _tell(self, job: _Job, kind: str, **data: object) -> None:
        """What is kept in the history, too."""
        self._told.append([kind, {**data, "prompt_id": job.id, "timestamp": 1}])
        self._message(job, kind, **data, timestamp=1)

    def _message(self, job: _Job, kind: str, **data: object) -> None:
        self._send(job.client, {"type": kind, "data": {**data, "prompt_id": job.id}})

    def _send(self, client: str, message: Info | bytes) -> None:
        payload = message if isinstance(message, bytes) else json.dumps(message).encode()
        opcode = 0x82 if isinstance(message, bytes) else 0x81
        size = len(payload)
        length = struct.pack(">BBH", opcode, 126, size)
        if size < 126:
            length = struct.pack(">BB", opcode, size)
        with self._lock, suppress(OSError):
            if client in self._sockets:
                self._sockets[client].sendall(length + payload)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _saved(prefix: str) -> Info:
    """SaveVideo lists its film under `images`."""
    folder, _, name = prefix.rpartition("/")
    film = {"filename": f"{name}_00001_.mp4", "subfolder": folder, "type": "output"}
    return {"images": [film], "animated": [True]}


def _jpeg(step: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (48, 32), (step * 30, 80, 80)).save(written, "JPEG")
    return written.getvalue()
