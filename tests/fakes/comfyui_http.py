"""The web server of the fake ComfyUI: its paths, and the opening of websockets."""

import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.comfyui_nodes import Info

if TYPE_CHECKING:
    from tests.fakes.comfyui_server import FakeComfyUI

_CLOSE = 8  # a websocket frame that says goodbye


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    fake: "FakeComfyUI"
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        if self._answered_instead():
            return
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/ws":
            self._websocket(query["clientId"])
        elif parts.path.startswith("/object_info/"):
            name = unquote(parts.path.rpartition("/")[2])
            self._json(200, {name: self.fake.infos[name]} if name in self.fake.infos else {})
        elif parts.path == "/system_stats":
            device = {"name": "cuda:0 NVIDIA GeForce RTX 5090 : cudaMallocAsync", "type": "cuda"}
            self._json(200, {"system": {"comfyui_version": "0.38.0"}, "devices": [device]})
        elif parts.path == "/queue":
            self._json(200, self.fake.queue())
        elif parts.path.startswith("/history/"):
            self._json(200, self.fake.history(parts.path.rpartition("/")[2]))
        elif parts.path == "/view" and query.get("type") == "output":
            self._send(200, {"Content-Type": "video/mp4"}, self.fake.film)
        else:
            self._send(404, {}, b"404: Not Found")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._answered_instead():
            return
        if self.path == "/upload/image":
            self._json(200, self._upload(body))
        elif self.path == "/prompt":
            self._json(*self.fake.submit(json.loads(body)))
        elif self.path == "/queue":
            self.fake.delete(json.loads(body)["delete"])
            self._send(200, {}, b"")
        elif self.path == "/interrupt":
            self.fake.interrupt(json.loads(body)["prompt_id"])
            self._send(200, {}, b"")
        else:
            self._send(404, {}, b"404: Not Found")

    def _answered_instead(self) -> bool:
        self.fake.paths.append(f"{self.command} {self.path}")
        self.fake.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.fake.at_path(self.path)
        if "Origin" in self.headers:
            self._send(403, {}, b"")
            return True
        for beginning, answer in self.fake.instead.items():
            if self.path.startswith(beginning):
                self._send(*answer)
                return True
        return False

    def _upload(self, body: bytes) -> Info:
        """Kept under another name than was asked for: the server may do that."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = BytesParser(policy=HTTP).parsebytes(head + body)
        fields: Info = {
            str(part.get_param("name", header="content-disposition")): part
            for part in form.walk()
            if not part.is_multipart()
        }
        name = f"kept-{fields['image'].get_filename()}"
        folder = fields["subfolder"].get_payload(decode=True).decode()
        self.fake.uploads[f"{folder}/{name}"] = fields["image"].get_payload(decode=True)
        return {"name": name, "subfolder": folder, "type": "input"}

    def _websocket(self, client: str) -> None:
        self.close_connection = True
        if not self.fake.takes_sockets:
            self._send(404, {}, b"")
            return
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        accepted = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_header("Sec-WebSocket-Accept", accepted)
        self.end_headers()
        self.fake.join(client, self.connection)
        with suppress(OSError):
            while data := self.connection.recv(1 << 16):
                if data[0] & 0x0F == _CLOSE:
                    self.connection.sendall(bytes((0x80 | _CLOSE, 0)))
                    return

    def _json(self, status: int, body: Info) -> None:
        self._send(status, {"Content-Type": "application/json"}, json.dumps(body).encode())

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
