"""What is said in a recording, with the time of every word."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Origin, Segment, Word
from rushes.media import SAMPLE_RATE, sound_blocks
from rushes.text import clean

if TYPE_CHECKING:
    from faster_whisper import BatchedInferencePipeline
    from faster_whisper.transcribe import Segment as HeardSegment

_BLOCK_S = 240.0  # how much sound is held at once
_CLIP_S = 28.0  # Whisper hears 30 s at a time
_BATCH = 8
_PAD = 6400  # samples of silence left around speech: 0.4 s, as Silero's authors advise
_MOST_REPETITIVE = 2.4
_PAUSE_S = 1.2
_ENOUGH_WORDS = 14
_MOST_WORDS = 45


class Speech:
    """A Whisper model in CTranslate2's format, run by faster-whisper behind its Silero VAD.

    Voice activity is found once, neighbouring stretches of voice are heard together, 28 s at a
    time and several of those in a batch. Safe to use from several threads; one runs at a time.
    """

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self._folder = folder
        self._device = device
        self._lock = threading.Lock()

    def segments(self, path: Path, check: Callable[[], None]) -> Iterator[Segment]:
        """The speech of a recording, about a sentence or two a segment, with word times.

        `check` is called often and may raise to stop.

        Raises:
            UnreadableFile: the file cannot be opened.
        """
        words: list[Word] = []
        for word in _whole(self._words(path, check)):
            if words and (
                word.start_s - words[-1].end_s > _PAUSE_S
                or len(words) >= _MOST_WORDS
                or (len(words) >= _ENOUGH_WORDS and words[-1].text[-1] in ".?!。？！")
            ):
                yield _segment(words)
                words = []
            words.append(word)
        if words:
            yield _segment(words)

    def _words(self, path: Path, check: Callable[[], None]) -> Iterator[Word]:
        held = np.zeros(0, np.float32)  # speech that was cut off where the block before ended
        held_start_s = 0.0
        for start_s, samples in sound_blocks(path, _BLOCK_S, check):
            joined = bool(len(held)) and abs(held_start_s + len(held) / SAMPLE_RATE - start_s) < 0.1
            if len(held) and not joined:
                yield from self._hear(held, held_start_s, self._clips(held), check)
            if joined:
                samples, start_s = np.concatenate([held, samples]), held_start_s
            clips = self._clips(samples)
            held, held_start_s = samples[:0], 0.0
            if len(clips) > 1 and clips[-1].last > len(samples) - SAMPLE_RATE // 2:
                first = clips.pop().first
                held, held_start_s = samples[first:].copy(), start_s + first / SAMPLE_RATE
            yield from self._hear(samples, start_s, clips, check)
        if len(held):
            yield from self._hear(held, held_start_s, self._clips(held), check)

    def _clips(self, samples: NDArray[np.float32]) -> list["_Clip"]:
        """Where there is speech, in stretches of at most 28 s, the silence within them kept.

        It is kept so that the times of the words need no mapping back.
        """
        from faster_whisper.vad import VadOptions, get_speech_timestamps

        options = VadOptions(
            max_speech_duration_s=_CLIP_S - 1, min_silence_duration_ms=160, speech_pad_ms=0
        )
        clips: list[_Clip] = []
        silent_from = 0
        for voice in get_speech_timestamps(samples, options):
            start, end = voice["start"], min(voice["end"] + _PAD, len(samples))
            if clips and end - clips[-1].first <= _CLIP_S * SAMPLE_RATE:
                clips[-1] = _Clip(clips[-1].first, end, (*clips[-1].voices, start))
            else:
                first = max(silent_from, start - _PAD)
                if clips:
                    clips[-1] = replace(clips[-1], last=min(clips[-1].last, first))
                clips.append(_Clip(first, end, (start,)))
            silent_from = voice["end"]
        return clips

    def _hear(
        self,
        samples: NDArray[np.float32],
        start_s: float,
        clips: list["_Clip"],
        check: Callable[[], None],
    ) -> Iterator[Word]:
        for i in range(0, len(clips), _BATCH):
            check()
            batch = clips[i : i + _BATCH]
            first, last = batch[0].first, batch[-1].last
            with self._lock:
                heard, _ = self._model.transcribe(
                    samples[first:last],
                    clip_timestamps=[
                        {
                            "start": (clip.first - first) / SAMPLE_RATE,
                            "end": (clip.last - first) / SAMPLE_RATE,
                        }
                        for clip in batch
                    ],
                    beam_size=1,
                    batch_size=_BATCH,
                    word_timestamps=True,
                )
                segments = list(heard)
            voices = np.array([voice for clip in batch for voice in clip.voices])
            begins = start_s + voices / SAMPLE_RATE
            for segment in segments:
                if _made_up(segment):
                    continue
                offset = start_s + first / SAMPLE_RATE
                for word in segment.words or ():
                    if text := clean(word.word):
                        end = offset + float(word.end)
                        start = _voiced(offset + float(word.start), end, begins)
                        yield Word(text, round(start, 2), round(end, 2))

    @cached_property
    def _model(self) -> "BatchedInferencePipeline":
        from faster_whisper import BatchedInferencePipeline, WhisperModel

        return BatchedInferencePipeline(
            WhisperModel(
                str(self._folder),
                device=self._device,
                compute_type="int8" if self._device == "cpu" else "float16",
                cpu_threads=os.cpu_count() or 1,
                local_files_only=True,
            )
        )


@dataclass(frozen=True)
class _Clip:
    """A stretch that is heard at once, in samples, and where in it voices begin."""

    first: int
    last: int
    voices: tuple[int, ...]


def _made_up(segment: "HeardSegment") -> bool:
    """Whether Whisper heard words in noise, or the same words again and again: its own limits."""
    silent = segment.no_speech_prob > 0.6 and segment.avg_logprob < -1.0
    return bool(silent or segment.compression_ratio > _MOST_REPETITIVE)


def _voiced(start_s: float, end_s: float, begins: NDArray[np.float64]) -> float:
    """When a word begins, not counting the silence before it, which Whisper gives to the word."""
    within = begins[(begins > start_s) & (begins < end_s)]
    return float(within[-1]) if len(within) else start_s


def _whole(pieces: Iterator[Word]) -> Iterator[Word]:
    """Whisper's pieces as words: one that does not begin with a space belongs to the one before."""
    held: Word | None = None
    for piece in pieces:
        if held is not None and not piece.text[0].isspace():
            held = Word(held.text + piece.text, held.start_s, piece.end_s)
            continue
        if held is not None and held.text.strip():
            yield Word(held.text.strip(), held.start_s, held.end_s)
        held = piece
    if held is not None and held.text.strip():
        yield Word(held.text.strip(), held.start_s, held.end_s)


def _segment(words: list[Word]) -> Segment:
    return Segment(
        text=" ".join(word.text for word in words),
        origin=Origin.SAID,
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        words=tuple(words),
    )
