"""The small language model: what a question waits for, and how soon it can be stopped."""

import statistics
import threading
import time
from collections.abc import Sequence

from agent.llm.llama_cpp import LlamaLanguage
from agent.llm.protocol import Message, Role
from benchmarks.place import Place
from rushes.errors import Cancelled
from rushes.jobs import Job
from rushes.models import ModelStore, load_catalogue
from rushes.paths import paths

_WORDS = (
    "the ferry leaves harbour at quarter past seven fog or no budget for marketing in third is "
    "forty two thousand euros owl nests church tower hunts voles along ditch"
).split()
_LENGTHS = (200, 500, 1000, 2000)  # tokens of a prompt


def run(place: Place) -> None:
    """SmolLM2 on the processor, beside llama.cpp's own count of the same work."""
    from agent.llm.abilities import abilities_of

    model = load_catalogue().get("smollm2-135m-instruct")
    store = ModelStore(paths().models)
    began = time.perf_counter()
    language = LlamaLanguage(
        model.id, store.path(model), "cpu", abilities_of(model.id), store.derived(model)
    )
    language.count_tokens("")
    print(f"  loaded in {time.perf_counter() - began:.2f} s")
    for length in _LENGTHS:
        cold = _first_s(language, _messages(language, length, "What?"))
        warm = _first_s(language, _messages(language, length, "When?"))
        print(
            f"  {length:4d} tokens: first word after {cold:.2f} s ({length / cold:.0f} tokens/s), "
            f"{warm:.2f} s when only the question is new"
        )
    _writing(language)
    for name, words in (("reading", 3900), ("writing", 20)):
        late = [_stopped_after_s(language, words, writes=name == "writing") for _ in range(5)]
        print(
            f"  stopped in {name}: {statistics.median(late):.3f} s later, {max(late):.3f} at most"
        )


def _messages(language: LlamaLanguage, length: int, question: str) -> list[Message]:
    """A prompt of about so many tokens, which begins like no other length's."""
    words: list[str] = [f"{length}:"]
    while language.count_tokens(" ".join(words)) < length - 20:
        words += [_WORDS[(len(words) * 7 + length + each) % len(_WORDS)] for each in range(10)]
    return [Message(Role.USER, f"{' '.join(words)}\n\n{question}")]


def _first_s(language: LlamaLanguage, messages: Sequence[Message]) -> float:
    began = time.perf_counter()
    next(language.write(messages, Job(), max_tokens=1))
    return time.perf_counter() - began


def _writing(language: LlamaLanguage) -> None:
    from llama_cpp import llama_cpp

    llama = language._loaded[0]
    story = [Message(Role.USER, "Tell me a long story about a ferry in the fog.")]
    pieces = language.write(story, Job(), max_tokens=120)
    next(pieces)
    llama_cpp.llama_perf_context_reset(llama.ctx)
    began, tokens = time.perf_counter(), llama.n_tokens
    for _ in pieces:
        pass
    ours = (llama.n_tokens - tokens) / (time.perf_counter() - began)
    own = llama_cpp.llama_perf_context(llama.ctx)
    theirs = 1000 * own.n_eval / own.t_eval_ms
    print(f"  writes {ours:.0f} tokens/s, {ours / theirs:.2f} of what llama.cpp alone counts")


def _stopped_after_s(language: LlamaLanguage, words: int, writes: bool) -> float:
    """From the word to stop to the end of the call."""
    job, stopped = Job(), 0.0

    def stop() -> None:
        nonlocal stopped
        stopped = time.perf_counter()
        job.cancel()

    prompt = " ".join(f"{time.perf_counter_ns() % 1000}" for _ in range(words // 4))
    pieces = language.write([Message(Role.USER, f"{prompt} story")], job, max_tokens=2000)
    try:
        if writes:
            next(pieces)
        threading.Timer(0.2, stop).start()
        for _ in pieces:
            pass
    except Cancelled:
        return time.perf_counter() - stopped
    raise AssertionError("it ended before it was stopped")
