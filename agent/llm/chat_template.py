"""Messages to tokens, by the chat template in a model's own file."""

import re
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.llm.protocol import Message
from rushes.errors import ModelMissing, RushesError
from rushes.text import one_line

if TYPE_CHECKING:
    from llama_cpp import Llama

_TEMPLATE = "tokenizer.chat_template"


class ChatTemplate:
    """Knows the tokens that part one message from the next; no text can hold them.

    Raises:
        ModelMissing: the model has no chat template, or one that cannot be read.
    """

    def __init__(self, name: str, llama: "Llama") -> None:
        from jinja2 import TemplateError
        from llama_cpp import llama_model_get_vocab, llama_vocab_get_text
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        if _TEMPLATE not in llama.metadata:
            raise ModelMissing(f"{name} has no chat template: choose an instruct or chat model")
        vocabulary = llama_model_get_vocab(llama.model)

        def written(token: int) -> str:
            return llama_vocab_get_text(vocabulary, token).decode() if token >= 0 else ""

        self._name = name
        self._llama = llama
        try:
            self._format = Jinja2ChatFormatter(
                llama.metadata[_TEMPLATE], written(llama.token_eos()), written(llama.token_bos())
            )
        except TemplateError as error:
            raise ModelMissing(
                f"the chat template of {name} cannot be read: {one_line(str(error))}"
            ) from None

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        """What the model is given. It is asked to answer without thinking first, where it can.

        The template is filled in with marks, and the texts take their places when all around
        them is tokens already: "<|im_start|>system" in a file's words stays those words.

        Raises:
            RushesError: the template does not take these messages.
        """
        from jinja2 import TemplateError

        marks = [f"[{secrets.token_hex(12)}]" for _ in messages]
        given = [
            {"role": message.role.value, "content": mark}
            for message, mark in zip(messages, marks, strict=True)
        ]
        try:
            prompt = self._format(messages=given, enable_thinking=False).prompt  # type: ignore[arg-type]
        except (TemplateError, ValueError, TypeError) as error:
            raise RushesError(
                f"{self._name} does not take these messages: {one_line(str(error))}"
            ) from None
        texts = {mark: message.text for mark, message in zip(marks, messages, strict=True)}
        parts = re.split("|".join(f"({re.escape(mark)})" for mark in marks), prompt)
        if not set(marks) <= set(parts):
            raise RushesError(f"{self._name} does not take these messages: it leaves some out")
        tokens: list[int] = []
        for part in filter(None, parts):
            if part in texts:
                tokens += self.plain(texts[part].strip())
            else:
                tokens += self._llama.tokenize(part.encode(), add_bos=False, special=True)
        return tokens

    def plain(self, text: str) -> list[int]:
        """The tokens of a text in which nothing has a meaning beyond its words."""
        data = text.encode("utf-8", "replace")
        return self._llama.tokenize(data, add_bos=False, special=False)
