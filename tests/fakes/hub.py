"""A hub of models on loopback: its API and its files, with ranges, redirects and bad days."""

import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import unquote, urlsplit


@dataclass
class FakeRepo:
    """One repository at one commit. `large` files are stored with LFS, the others in git."""

    files: dict[str, bytes]
    commit: str = "c" * 40
    large: set[str] = field(default_factory=set)
    gated: bool = False
    # What is sent in place of the listed content.
    sends: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One request for a file."""

    host: str
    path: str
    range: str | None
    token: str | None


class FakeHub:
    """Use as a context manager; `url` goes into HF_ENDPOINT."""

    def __init__(self) -> None:
        self.repos: dict[str, FakeRepo] = {}
        self.asked: list[Asked] = []
        # How many bytes of the next answers are sent before the connection is cut.
        self.cut_after: list[int] = []
        # Whether a network that wants a login answers everything with its page.
        self.login_page = False
        # Called before each answer with a file's bytes.
        self.before_file: Callable[[], object] = lambda: None
        hub = self

        class Handler(_Handler):
            fake = hub

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "FakeHub":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    fake: FakeHub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if self.fake.login_page:
            self._answer(200, b"<html>Welcome</html>", {"Content-Type": "text/html"})
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(.+))?", path):
            self._describe(found[1], found[2])
        elif found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([0-9a-f]{40})/(.+)", path):
            self._resolve(found[1], found[2], found[3])
        elif found := re.fullmatch(r"/storage/([^/]+/[^/]+)/(.+)", path):
            self._send_file(self.fake.repos[found[1]], found[2])
        else:
            self._refuse(404, "EntryNotFound")

    def _describe(self, name: str, revision: str | None) -> None:
        repo = self.fake.repos.get(name)
        if repo is None:
            return self._refuse(401, "RepoNotFound")
        if revision not in (None, "main", repo.commit):
            return self._refuse(404, "RevisionNotFound")
        siblings = []
        for path, content in repo.files.items():
            sibling: dict[str, object] = {"rfilename": path, "size": len(content)}
            sibling["blobId"] = git_sha1(content)
            if path in repo.large:
                sha256 = hashlib.sha256(content).hexdigest()
                sibling["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
            siblings.append(sibling)
        body = json.dumps({"id": name, "sha": repo.commit, "siblings": siblings}).encode()
        return self._answer(200, body, {"Content-Type": "application/json"})

    def _resolve(self, name: str, revision: str, path: str) -> None:
        repo = self.fake.repos.get(name)
        if repo is None:
            return self._refuse(401, "RepoNotFound")
        if repo.gated:
            return self._refuse(403, "GatedRepo")
        if revision != repo.commit:
            return self._refuse(404, "RevisionNotFound")
        if path not in repo.files:
            return self._refuse(404, "EntryNotFound")
        if path in repo.large:
            # Another origin, as the real hub's storage is.
            there = f"http://localhost:{self.fake.port}/storage/{name}/{path}"
            headers = {
                "Location": there,
                "X-Repo-Commit": repo.commit,
                "X-Linked-Size": str(len(repo.files[path])),
                "X-Linked-ETag": hashlib.sha256(repo.files[path]).hexdigest(),
            }
            return self._answer(302, b"", headers)
        return self._send_file(repo, path)

    def _send_file(self, repo: FakeRepo, path: str) -> None:
        host = (self.headers["Host"] or "").split(":")[0]
        asked = Asked(host, path, self.headers["Range"], self.headers["Authorization"])
        self.fake.asked.append(asked)
        self.fake.before_file()
        content = repo.sends.get(path, repo.files[path])
        headers = {"ETag": f'"{git_sha1(repo.files[path])}"', "X-Repo-Commit": repo.commit}
        start = 0
        if asked.range is not None:
            start = int(asked.range.removeprefix("bytes=").removesuffix("-"))
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._answer(206 if asked.range else 200, content[start:], headers, cut=True)

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, b"{}", {"X-Error-Code": code})

    def _answer(
        self, status: int, body: bytes, headers: dict[str, str], *, cut: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if cut and self.fake.cut_after:
            self.wfile.write(body[: self.fake.cut_after.pop(0)])
            self.close_connection = True
        else:
            self.wfile.write(body)


def git_sha1(content: bytes) -> str:
    """The name git gives to this content."""
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()
