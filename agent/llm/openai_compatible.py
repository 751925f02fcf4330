"""A language model at a server that the user named, by OpenAI's interface for chats."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing

from pydantic import BaseModel, ValidationError

from agent.llm.protocol import Abilities, JsonSchema, Message
from agent.llm.thinking import without_thoughts
from rushes.chat_server import ChatServer, Refused
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.text import one_line

_WHOLE_S = 600.0
_SILENT_S = 60.0  # between two pieces, once it has begun
_MAX_BYTES = 16 << 20  # each token comes in some three hundred
_LONGEST_LINE = 1 << 20
_THOUGHTS = 2000  # tokens that a model that thinks gets for it
_TOKEN = 16  # characters; hardly any token has more
_REFUSALS = (400, 415, 422, 501)  # what servers say to a `response_format` that they do not know


class ServerLanguage:
    """Ollama, llama-server, LM Studio, vLLM or the like. Safe to use from several threads.

    Raises:
        ModelMissing: no model was named, or the address is none of a web server.
    """

    def __init__(
        self,
        url: str,
        model: str,
        abilities: Abilities,
        *,
        whole_s: float = _WHOLE_S,
        silent_s: float = _SILENT_S,
    ) -> None:
        self.name = model
        self.abilities = abilities
        self._server = ChatServer("language", url, model)
        self._whole_s = whole_s
        self._silent_s = silent_s
        self._takes_schemas = True

    def write(
        self,
        messages: Sequence[Message],
        job: Job,
        *,
        max_tokens: int,
        schema: JsonSchema | None = None,
    ) -> Iterator[str]:
        """As LanguageModel says. Given up or closed, it hangs up, and so the server stops."""
        if schema is not None:
            yield _document("".join(self._constrained(messages, job, max_tokens, schema)))
            return
        yield from self._pieces(messages, job, max_tokens, {})

    def count_tokens(self, text: str) -> int:
        """An estimate on the large side: only the server knows its model's tokens."""
        plain = sum(map(str.isascii, text))
        return -(-plain * 2 // 7) + len(text) - plain

    def _constrained(
        self, messages: Sequence[Message], job: Job, max_tokens: int, schema: JsonSchema
    ) -> Iterator[str]:
        """The server holds the model to the schema, or if it cannot, the model is asked to."""
        if self._takes_schemas:
            described = {"name": "reply", "strict": True, "schema": schema}
            wanted = {"response_format": {"type": "json_schema", "json_schema": described}}
            try:
                yield from self._pieces(messages, job, max_tokens, wanted)
                return
            except Refused as error:
                if error.status not in _REFUSALS:
                    raise
        asked = "Reply with one JSON document of this schema and nothing else: "
        last = messages[-1]
        messages = (
            *messages[:-1],
            Message(last.role, f"{last.text}\n\n{asked}{json.dumps(schema)}"),
        )
        yield from self._pieces(messages, job, max_tokens, {})
        # It was the schema that it refused, for without it all went well.
        self._takes_schemas = False

    def _pieces(
        self,
        messages: Sequence[Message],
        job: Job,
        max_tokens: int,
        more: Mapping[str, object],
    ) -> Iterator[str]:
        room = max_tokens + (_THOUGHTS if self.abilities.thinks else 0)
        request: dict[str, object] = {
            "messages": [{"role": each.role.value, "content": each.text} for each in messages],
            "temperature": 0,
            "max_tokens": room,
            "stream": True,
            **more,
        }
        body = self._server.ask(
            request,
            job.check_cancelled,
            whole_s=self._whole_s,
            silent_s=self._silent_s,
            max_bytes=_MAX_BYTES,
        )
        with closing(body):
            yield from _at_most(without_thoughts(self._deltas(body, room)), max_tokens)

    def _deltas(self, body: Iterable[bytes], room: int) -> Iterator[str]:
        """What each event adds to the reply; a server that ignores `max_tokens` is cut off."""
        ended, count = False, 0
        for data in self._events(body):
            if data == b"[DONE]":
                return
            try:
                event = _Event.model_validate_json(data)
            except ValidationError:
                raise self._no_reply() from None
            if event.error:
                said = event.error if isinstance(event.error, str) else event.error.message
                raise RushesError(f"{self._server.where} failed: {one_line(said)[:200]}")
            for choice in event.choices[:1]:
                count += 1
                ended = ended or bool(choice.finish_reason)
                yield choice.delta.content or ""
            if count > room + 2:  # one that says the role, and one that says the end
                return
        if not ended:
            raise RushesError(f"{self._server.where} broke off in the middle of its reply")

    def _events(self, body: Iterable[bytes]) -> Iterator[bytes]:
        """The data of the server-sent events, a line each (WHATWG HTML, section 9.2)."""
        waiting = b""
        for piece in body:
            *lines, waiting = (waiting + piece).split(b"\n")
            if len(waiting) > _LONGEST_LINE:
                raise self._no_reply()
            for line in lines:
                name, _, data = line.partition(b":")
                # Older llama-servers say what went wrong in a line of its own name.
                if name in (b"data", b"error"):
                    yield data.strip() if name == b"data" else b'{"error":' + data + b"}"
                elif name.strip() not in (b"", b"event", b"id", b"retry"):
                    raise self._no_reply()
        if waiting.strip() and not waiting.startswith((b"data", b":")):
            raise self._no_reply()

    def _no_reply(self) -> RushesError:
        return RushesError(
            f"{self._server.where} answered with something that is no reply to a chat "
            "(does language_url end in /v1?)"
        )


def _at_most(pieces: Iterable[str], max_tokens: int) -> Iterator[str]:
    """The pieces up to what so many tokens can hold."""
    left = max_tokens * _TOKEN
    for piece in pieces:
        if piece:
            yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _document(text: str) -> str:
    """The JSON in a reply that may have words or a fence around it."""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    return text[min(starts) : end + 1] if starts and end > min(starts) else text


class _Delta(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Failure(BaseModel):
    message: str = ""


class _Event(BaseModel):
    choices: list[_Choice] = []
    error: _Failure | str | None = None
