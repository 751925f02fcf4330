"""Shots described by a server that the user named, by OpenAI's interface for chats."""

from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from indexer.describe import MAX_TOKENS, data_url, plain_description, question
from indexer.segments import Image
from rushes.chat_server import ChatServer
from rushes.errors import RushesError

_MAX_SIDE = 768
_REPLY_S = 300.0  # five frames on a slow processor
_MAX_BYTES = 1 << 20  # of a reply; a description has a few hundred


class ServerDescriber:
    """A vision language model at Ollama, llama-server, vLLM or the like.

    Nothing but that one host is ever contacted. Safe to use from several threads.

    Raises:
        ModelMissing: no model was named, or the address is none of a web server.
    """

    def __init__(self, url: str, model: str, reply_s: float = _REPLY_S) -> None:
        self._server = ChatServer("describe", url, model)
        self.name = model
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
            "messages": [{"role": "user", "content": content}],
            "temperature": 0,
            "max_tokens": MAX_TOKENS,
            "stream": False,
        }
        pieces = self._server.ask(request, check, whole_s=self._reply_s, max_bytes=_MAX_BYTES)
        try:
            reply = _Reply.model_validate_json(b"".join(pieces))
        except ValidationError:
            raise RushesError(
                f"{self._server.where} answered with something that is no reply to a chat "
                "(does describe_url end in /v1?)"
            ) from None
        return plain_description(reply.text)


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
