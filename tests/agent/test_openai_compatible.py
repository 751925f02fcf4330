"""A language model at a server: what it is asked, and its good and its bad days."""

import threading
from collections.abc import Callable, Iterator

import pytest

from agent.llm.abilities import abilities_of
from agent.llm.openai_compatible import ServerLanguage
from agent.llm.protocol import Abilities, LanguageModel, Message, Role
from rushes.errors import Cancelled, ModelMissing, RushesError
from rushes.jobs import Job
from tests.fakes.openai_server import MODEL, FakeOpenAI, Shape

ASKED = (Message(Role.SYSTEM, "Be short."), Message(Role.USER, "Who paints?"))
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # nobody listens: not to be used
    with FakeOpenAI() as fake:
        yield fake


def language(
    server: FakeOpenAI, model: str = MODEL, whole_s: float = 60, silent_s: float = 60
) -> LanguageModel:
    return ServerLanguage(server.url, model, Abilities(4096), whole_s=whole_s, silent_s=silent_s)


def reply(server: FakeOpenAI, max_tokens: int = 50) -> list[str]:
    return list(language(server).write(ASKED, Job(), max_tokens=max_tokens))


def refused(server: FakeOpenAI, whole_s: float = 60, silent_s: float = 60) -> str:
    """The one line that writing fails with."""
    with pytest.raises(RushesError) as caught:
        list(language(server, MODEL, whole_s, silent_s).write(ASKED, Job(), max_tokens=50))
    assert "\n" not in str(caught.value) and str(caught.value).isprintable()
    return str(caught.value)


@pytest.mark.parametrize("shape", ["ollama", "llama-server", "lm-studio"])
def test_a_reply_comes_in_pieces_whatever_the_server(server: FakeOpenAI, shape: Shape) -> None:
    server.shape = shape
    server.thoughts = ("The user", " wants a name.")
    assert reply(server) == ["Hello", " world."]
    (asked,) = server.asked
    assert asked.messages == (("system", "Be short."), ("user", "Who paints?"))
    assert (asked.temperature, asked.max_tokens, asked.schema) == (0, 50, None)
    assert server.refused == []


def test_the_first_piece_comes_before_the_last_is_written(server: FakeOpenAI) -> None:
    seen = threading.Event()

    def pieces() -> Iterator[str]:
        yield "Hello"
        assert seen.wait(30)
        yield " world."

    server.pieces = pieces
    coming = language(server).write(ASKED, Job(), max_tokens=50)
    assert next(coming) == "Hello"
    seen.set()
    assert list(coming) == [" world."]


def test_thoughts_in_the_reply_are_left_out(server: FakeOpenAI) -> None:
    server.pieces = ("<th", "ink>hm", " hm</thi", "nk>\n\n", "A man.")
    assert reply(server) == ["A man."]


def test_a_model_that_thinks_gets_room_to_think(server: FakeOpenAI) -> None:
    thinker = ServerLanguage(server.url, MODEL, abilities_of("qwen3:4b"))
    list(thinker.write(ASKED, Job(), max_tokens=50))
    assert server.asked[0].max_tokens > 1000


def test_the_server_is_given_the_schema(server: FakeOpenAI) -> None:
    server.pieces = ('{"n"', ": 3}")
    pieces = language(server).write(ASKED, Job(), max_tokens=50, schema=SCHEMA)
    assert "".join(pieces) == '{"n": 3}'
    assert server.asked[0].schema == SCHEMA


def test_a_server_that_knows_no_schemas_is_told_in_words_and_asked_no_more(
    server: FakeOpenAI,
) -> None:
    server.takes_schemas = False
    server.pieces = ('Sure!\n```json\n{"n":', " 3}\n```\n")
    model = language(server)
    for _ in range(2):
        assert "".join(model.write(ASKED, Job(), max_tokens=50, schema=SCHEMA)) == '{"n": 3}'
    assert [asked.schema for asked in server.asked] == [None, None]
    assert all('"integer"' in asked.question for asked in server.asked)


def test_a_reply_without_end_ends_at_its_tokens(server: FakeOpenAI) -> None:
    def pour() -> Iterator[str]:
        while not server.stopped.is_set():
            yield "la "

    server.pieces = pour
    assert 40 <= len(reply(server, max_tokens=40)) <= 44
    assert server.hung_up.wait(30)


def test_a_piece_without_end_is_cut(server: FakeOpenAI) -> None:
    server.pieces = ("x" * 100_000,)
    assert len("".join(reply(server, max_tokens=40))) < 1000


def test_lines_without_end_are_given_up(server: FakeOpenAI) -> None:
    def pour(write: Callable[[bytes], object]) -> None:
        write(b"HTTP/1.1 200 OK\r\n\r\ndata: ")
        while not server.stopped.is_set():
            write(b"x" * 65536)

    server.misbehave = pour
    assert "no reply to a chat" in refused(server)


@pytest.mark.parametrize(
    "rest",
    [b"", b'data: {"choices": [{"del', b": ping\n\n"],
)
def test_a_reply_that_stops_midway_is_said_after_what_came(server: FakeOpenAI, rest: bytes) -> None:
    server.breaks = (2, rest)
    coming = language(server).write(ASKED, Job(), max_tokens=50)
    assert next(coming) == "Hello"
    with pytest.raises(RushesError, match="broke off"):
        list(coming)


@pytest.mark.parametrize(
    "rest",
    [
        b'data: {"error": {"code": 500, "message": "out of \\u001b[2J memory"}}\n\n',
        b'event: error\ndata: {"error": "out of memory", "message": "no"}\n\n',
        b'error: {"code": 500, "message": "out of memory", "type": "server_error"}\n\n',
    ],
)
def test_a_failure_midway_is_said_in_the_servers_words(server: FakeOpenAI, rest: bytes) -> None:
    server.breaks = (2, rest)
    assert "failed: out of" in refused(server)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Welcome</html>",
        b'{"choices": [{"message": {"content": "Hello"}}]}\n',
        b"data: \xff\xfe\x00\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        b'data: {"choices": [{"delta": {"content": 7}}]}\n\n',
    ],
)
def test_garbage_is_said_in_one_line(server: FakeOpenAI, body: bytes) -> None:
    server.instead = (200, {"Content-Type": "text/event-stream"}, body)
    assert "no reply to a chat" in refused(server)


def test_keeping_the_line_open_is_no_garbage(server: FakeOpenAI) -> None:
    body = (
        b': ping\r\n\r\nid: 1\r\nretry: 5\r\ndata:{"choices":[{"delta":{"content":"Hello"},'
        b'"finish_reason":"stop"}]}\r\n\r\n'
    )
    server.instead = (200, {}, body)
    assert reply(server) == ["Hello"]


def test_a_model_that_the_server_does_not_have_is_said(server: FakeOpenAI) -> None:
    with pytest.raises(ModelMissing, match=r"no model other.*404.*try pulling it first"):
        list(language(server, "other").write(ASKED, Job(), max_tokens=9))


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_a_refusal_is_said_with_the_servers_own_words(server: FakeOpenAI, status: int) -> None:
    server.instead = (status, {}, b'{"error": {"message": "not\\nnow"}}')
    assert f"{status}: not now" in refused(server)


def test_questions_are_not_sent_on_to_another_server(server: FakeOpenAI) -> None:
    with FakeOpenAI() as other:
        server.instead = (307, {"Location": f"{other.url}/chat/completions"}, b"")
        assert "not followed" in refused(server)
        assert other.asked == [] and other.refused == []


def test_a_server_that_is_down_is_said_in_one_line(server: FakeOpenAI) -> None:
    server.__exit__(None, None, None)
    assert "see language_url" in refused(server)


def test_a_server_that_never_begins_is_given_up(server: FakeOpenAI) -> None:
    server.misbehave = lambda write: server.stopped.wait(30)
    assert "within 0.3 s" in refused(server, whole_s=0.3)


def test_a_server_that_falls_silent_is_given_up(server: FakeOpenAI) -> None:
    def pieces() -> Iterator[str]:
        yield "Hello"
        server.stopped.wait(30)

    server.pieces = pieces
    assert "within 0.3 s" in refused(server, silent_s=0.3)


def test_stopped_before_the_first_word_it_hangs_up(server: FakeOpenAI) -> None:
    job, ended = Job(), threading.Event()

    def hang(write: Callable[[bytes], object]) -> None:
        job.cancel()
        server.stopped.wait(30)
        ended.set()

    server.misbehave = hang
    with pytest.raises(Cancelled):
        list(language(server).write(ASKED, job, max_tokens=50))
    assert not ended.is_set()  # nobody waited for it
    for thread in threading.enumerate():
        if thread.name == "language server":
            thread.join(10)
            assert not thread.is_alive()


def test_stopped_between_two_words_it_hangs_up(server: FakeOpenAI) -> None:
    def pour() -> Iterator[str]:
        while not server.stopped.is_set():
            yield "la "

    server.pieces = pour
    job = Job()
    coming = language(server).write(ASKED, job, max_tokens=100_000)
    assert next(coming) == "la "
    job.cancel()
    with pytest.raises(Cancelled):
        list(coming)
    assert server.hung_up.wait(30)


def test_a_reply_that_nobody_reads_on_is_hung_up_on(server: FakeOpenAI) -> None:
    def pour() -> Iterator[str]:
        while not server.stopped.is_set():
            yield "la "

    server.pieces = pour
    coming = language(server).write(ASKED, Job(), max_tokens=100_000)
    next(coming)
    del coming
    assert server.hung_up.wait(30)


def test_tokens_are_estimated_on_the_large_side(server: FakeOpenAI) -> None:
    model = language(server)
    assert model.count_tokens("") == 0
    assert 9 <= model.count_tokens("The ferry leaves the harbour at seven.") <= 14
    assert model.count_tokens("一个男人在雨中骑自行车") == 11
