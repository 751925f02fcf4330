"""Shots described by a server: what it is asked, and its good and its bad days."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.describe import load_describer, question
from indexer.describe_server import ServerDescriber
from rushes.errors import Cancelled, ModelMissing, RushesError
from rushes.models import ModelStore, load_catalogue
from rushes.settings import Settings, load_settings
from tests.fakes.openai_server import MODEL, FakeOpenAI

RED = np.full((90, 160, 3), (240, 20, 20), np.uint8)
BLUE = np.full((90, 160, 3), (20, 20, 240), np.uint8)


def nothing() -> None:
    """A check that never stops the work."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # nobody listens: not to be used
    with FakeOpenAI() as fake:
        yield fake


def refused(server: FakeOpenAI, kind: type[RushesError] = RushesError, limit_s: float = 20) -> str:
    """The one line that describing fails with."""
    with pytest.raises(RushesError) as caught:
        ServerDescriber(server.url, MODEL, limit_s).describe([RED], nothing)
    assert isinstance(caught.value, kind)
    assert isinstance(caught.value, ModelMissing) == (kind is ModelMissing)
    assert "\n" not in str(caught.value) and str(caught.value).isprintable()
    return str(caught.value)


def test_the_server_sees_the_frames_in_order_and_no_larger_than_768_pixels(
    server: FakeOpenAI,
) -> None:
    large = np.repeat(np.repeat(BLUE, 10, axis=0), 10, axis=1)
    describer = ServerDescriber(server.url, MODEL)
    assert describer.describe([RED, large, RED], nothing) == "A man paints the red wall."
    assert server.refused == []
    (asked,) = server.asked
    assert [image.shape for image in asked.images] == [(90, 160, 3), (432, 768, 3), (90, 160, 3)]
    assert [int(image[..., 0].mean()) > 128 for image in asked.images] == [True, False, True]
    assert asked.question == question(3)
    assert asked.temperature == 0 and 0 < asked.max_tokens < 1000
    assert describer.name == MODEL


@pytest.mark.parametrize(
    ("reply", "description"),
    [
        ("<think>hm</think>**A man** paints.", "A man paints."),
        ("", ""),
        (None, ""),
        ("I'm sorry, I can't help with that.", ""),
        ([{"type": "text", "text": "A man paints."}], "A man paints."),
    ],
)
def test_what_the_server_says_is_cleaned(
    server: FakeOpenAI, reply: object, description: str
) -> None:
    server.reply = reply
    assert ServerDescriber(server.url, MODEL).describe([RED], nothing) == description


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Welcome</html>",
        b"",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"choices": [{"message"',
    ],
)
def test_a_reply_that_is_none_is_said_in_one_line(server: FakeOpenAI, body: bytes) -> None:
    server.instead = (200, {"Content-Type": "application/json"}, body)
    assert "no reply to a chat" in refused(server)


def test_a_model_that_the_server_does_not_have_ends_it(server: FakeOpenAI) -> None:
    with pytest.raises(ModelMissing, match=r"no model other.*404.*try pulling it first"):
        ServerDescriber(server.url, "other").describe([RED], nothing)


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (500, b'{"error": {"message": "out of memory\\n\\u001b[2J"}}', RushesError, "500: out of"),
        (400, b'{"error": "no pictures, please"}', RushesError, "400: no pictures, please"),
        (429, b'{"message": "slowly"}', RushesError, "429: slowly"),
        (503, b"<html>" + b"x" * 9999, RushesError, "503"),
        (401, b'{"detail": "who are you?"}', ModelMissing, "wants a login (401): who are you?"),
    ],
)
def test_a_refusal_is_said_with_the_servers_own_words(
    server: FakeOpenAI, status: int, body: bytes, kind: type[RushesError], said: str
) -> None:
    server.instead = (status, {}, body)
    reason = refused(server, kind)
    assert said in reason and len(reason) < 300


def test_frames_are_not_sent_on_to_another_server(server: FakeOpenAI) -> None:
    with FakeOpenAI() as other:
        server.instead = (307, {"Location": f"{other.url}/chat/completions"}, b"")
        assert "not followed" in refused(server, ModelMissing)
        assert other.asked == [] and other.refused == []


def test_a_server_that_is_down_is_said_in_one_line(server: FakeOpenAI) -> None:
    server.__exit__(None, None, None)
    assert f"no server answers at http://127.0.0.1:{server.port}" in refused(server, ModelMissing)


def test_a_server_that_thinks_for_ever_is_given_up(server: FakeOpenAI) -> None:
    server.misbehave = lambda write: server.stopped.wait(30)
    assert "within 0.3 s" in refused(server, limit_s=0.3)


def test_a_reply_in_drops_is_given_up(server: FakeOpenAI) -> None:
    def drip(write: Callable[[bytes], object]) -> None:
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")
        while not server.stopped.wait(0.02):
            write(b" ")

    server.misbehave = drip
    assert "within 0.5 s" in refused(server, limit_s=0.5)


def test_a_reply_without_end_is_given_up(server: FakeOpenAI) -> None:
    def pour(write: Callable[[bytes], object]) -> None:
        write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.stopped.is_set():
            write(b" " * 65536)

    server.misbehave = pour
    assert "without end" in refused(server)


@pytest.mark.parametrize(
    "sent", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 99_999]
)
def test_something_else_behind_the_port_is_said_in_one_line(
    server: FakeOpenAI, sent: bytes
) -> None:
    server.misbehave = lambda write: write(sent)
    assert "no web server" in refused(server)


def test_the_user_need_not_wait_for_a_slow_server_to_stop(server: FakeOpenAI) -> None:
    asked = threading.Event()

    def hang(write: Callable[[bytes], object]) -> None:
        asked.set()
        server.stopped.wait(30)

    def stop_once_asked() -> None:
        if asked.is_set():
            raise Cancelled

    server.misbehave = hang
    with pytest.raises(Cancelled):
        ServerDescriber(server.url, MODEL).describe([RED], stop_once_asked)
    server.stopped.set()
    for thread in threading.enumerate():
        if thread.name == "describe server":
            thread.join(10)  # it was hung up on: it ends by itself
            assert not thread.is_alive()


def test_the_server_comes_from_the_settings_and_goes_before_the_model(
    server: FakeOpenAI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DESCRIBE_URL", server.url)
    monkeypatch.setenv("RUSHES_DESCRIBE_MODEL", MODEL)
    installed = load_catalogue().get("qwen3-vl-2b-instruct")
    describer = load_describer(load_settings(), installed, ModelStore(tmp_path), "cpu")
    assert describer is not None
    assert describer.describe([RED], nothing) == "A man paints the red wall."


def test_without_a_server_and_a_model_nothing_is_described(tmp_path: Path) -> None:
    assert load_describer(Settings(), None, ModelStore(tmp_path), "cpu") is None


def test_a_server_without_a_model_named_says_what_to_set(tmp_path: Path) -> None:
    settings = load_settings(describe_url="http://127.0.0.1:1/v1")
    with pytest.raises(ModelMissing, match="describe_model"):
        load_describer(settings, None, ModelStore(tmp_path), "cpu")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://host/v1", "localhost:11434", "http://"]
)
def test_only_the_address_of_a_web_server_will_do(url: str) -> None:
    with pytest.raises(RushesError, match="describe-url"):
        load_settings(describe_url=url)
    with pytest.raises(ModelMissing, match="describe_url"):
        ServerDescriber(url, MODEL)
