"""A language model in this process, through llama.cpp."""

import codecs
import ctypes
import json
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.llm.chat_template import ChatTemplate
from agent.llm.fitting import fit
from agent.llm.protocol import Abilities, JsonSchema, Message
from agent.llm.requantised import for_processor
from agent.llm.thinking import without_thoughts
from rushes.devices import free_memory_bytes, physical_cores, pick_device
from rushes.errors import ModelMissing, RushesError
from rushes.gguf import read_gguf
from rushes.jobs import Job
from rushes.llama import check_llama, open_llama, runs_on_gpu

if TYPE_CHECKING:
    from llama_cpp import Llama
    from llama_cpp.llama_grammar import LlamaGrammar

_MOST_THREADS = 8  # more wait for the memory, and for each other
_LONGEST_TOKEN = 256  # bytes


class LlamaLanguage:
    """A GGUF file. Its head is read at once, the model with the first use. Thread-safe.

    What a prompt has in common with the one before it, from its first word on, is not computed
    again. `derived` is where a faster copy of the file may be kept.

    Raises:
        ModelMissing: the file or llama.cpp is not here, or the file is no model.
        RushesError: the device is not here, or the memory is too small for the model.
    """

    def __init__(
        self,
        name: str,
        file_or_folder: Path,
        device: str,
        abilities: Abilities,
        derived: Path | None = None,
    ) -> None:
        check_llama("the language model cannot run")
        self.name = name
        self._file = _only_model(file_or_folder)
        self._head = read_gguf(self._file)
        self._derived = derived
        gpu = runs_on_gpu(device)
        self._fit = fit(name, self._head, abilities.context_tokens, _free(gpu), gpu)
        self.abilities = Abilities(self._fit.context_tokens, abilities.plans, abilities.thinks)
        self._lock = threading.Lock()
        self._job: Job | None = None

    def write(
        self,
        messages: Sequence[Message],
        job: Job,
        *,
        max_tokens: int,
        schema: JsonSchema | None = None,
    ) -> Iterator[str]:
        """As LanguageModel says. It can be stopped while it reads the prompt, too."""
        yield from without_thoughts(self._pieces(messages, job, max_tokens, schema))

    def count_tokens(self, text: str) -> int:
        """How many tokens a text takes; a message takes about eight beside."""
        with self._lock:
            return len(self._loaded[1].plain(text))

    def _pieces(
        self,
        messages: Sequence[Message],
        job: Job,
        max_tokens: int,
        schema: JsonSchema | None,
    ) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with self._lock:
            job.check_cancelled()
            llama, template = self._loaded
            prompt = template.tokens(messages)
            room = self._fit.context_tokens - len(prompt)
            if room < 1:
                raise RushesError(
                    f"{len(prompt)} tokens are more than the {self._fit.context_tokens} "
                    f"that {self.name} takes in here: ask for less"
                )
            grammar = None if schema is None else self._grammar(llama, schema)
            self._job = job
            try:
                # A schema has words that must come again; prose of a small model goes in circles.
                tokens = llama.generate(
                    prompt,
                    temp=0.0,
                    repeat_penalty=1.0 if grammar else 1.1,
                    grammar=grammar,
                )
                for _, token in zip(range(min(max_tokens, room)), tokens, strict=False):
                    job.check_cancelled()
                    if self._ends(llama, token):
                        break
                    yield decoder.decode(self._bytes(llama, token))
            except (RuntimeError, ValueError) as error:
                job.check_cancelled()  # which is how a prompt ends that is given up
                raise RushesError(f"{self.name} failed: {error}") from None
            finally:
                self._job = None
            yield decoder.decode(b"", final=True)

    @cached_property
    def _loaded(self) -> "tuple[Llama, ChatTemplate]":
        """The model, and how it wants messages. Called with the lock held."""
        from llama_cpp import llama_cpp

        file, layers = self._file, self._fit.gpu_layers
        if layers == 0 and self._derived is not None:
            file = for_processor(file, self._head, self._derived)
        threads = min(physical_cores(), _MOST_THREADS)
        llama = open_llama(
            self.name,
            file,
            n_ctx=self._fit.context_tokens,
            n_gpu_layers=layers,
            n_threads=threads,
            n_threads_batch=threads,
            # On a processor it makes writing three times as slow, 2000 tokens into a context.
            flash_attn=layers != 0,
        )
        # Kept: C calls it between the steps of a computation for as long as the model lives.
        self._on_step = llama_cpp.ggml_abort_callback(self._is_given_up)
        llama_cpp.llama_set_abort_callback(llama.ctx, self._on_step, ctypes.c_void_p(0))
        return llama, ChatTemplate(self.name, llama)

    def _is_given_up(self, _: object) -> bool:
        return self._job is not None and self._job.cancelled

    def _grammar(self, llama: "Llama", schema: JsonSchema) -> "LlamaGrammar":
        """
        Raises:
            RushesError: llama.cpp makes no grammar of that schema.
        """
        from llama_cpp import llama_cpp
        from llama_cpp.llama_grammar import LlamaGrammar

        try:
            grammar = LlamaGrammar.from_json_schema(json.dumps(schema), verbose=False)
        except (ValueError, KeyError, TypeError, AssertionError) as error:
            raise RushesError(f"llama.cpp cannot hold a model to that schema: {error}") from None
        rules, root = grammar._grammar.encode(), grammar._root.encode()
        vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
        # One that it cannot parse would end the process when it is used.
        sampler = llama_cpp.llama_sampler_init_grammar(vocabulary, rules, root)
        if not sampler:
            raise RushesError("llama.cpp cannot hold a model to that schema: it has no grammar")
        llama_cpp.llama_sampler_free(sampler)
        return grammar

    @staticmethod
    def _ends(llama: "Llama", token: int) -> bool:
        from llama_cpp import llama_cpp

        vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
        return bool(llama_cpp.llama_vocab_is_eog(vocabulary, token))

    @staticmethod
    def _bytes(llama: "Llama", token: int) -> bytes:
        """A token as written. (`Llama.detokenize` knows none of more than 32 bytes.)"""
        from llama_cpp import llama_cpp

        vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
        text: Any = ctypes.create_string_buffer(_LONGEST_TOKEN)
        size = llama_cpp.llama_token_to_piece(vocabulary, token, text, _LONGEST_TOKEN, 0, False)
        return bytes(text.raw[: max(0, size)])


def _free(gpu: bool) -> int | None:
    """A GPU that torch does not know says nothing of its memory here."""
    device = pick_device("auto") if gpu else "cpu"
    return None if gpu and device == "cpu" else free_memory_bytes(device)


def _only_model(path: Path) -> Path:
    if not path.is_dir():
        return path
    files = sorted(path.glob("*.gguf"))
    if len(files) != 1:
        raise ModelMissing(f"{path} holds {len(files)} GGUF files, not one")
    return files[0]
