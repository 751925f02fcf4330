"""What is said in a recording, with the time of every word.

The sound is decoded once and looked through for voices once: `hear` tells both the recogniser
and the track of sounds what was found.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Origin, Segment, VoicedBlock, Word, WordsInSound
from indexer.sounds import SoundTrack
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
_ENOUGH_WORDS = 5
_MOST_WORDS = 45


def hear(
    path: Path, words: WordsInSound | None, track: SoundTrack, check: Callable[[], None]
) -> Iterator[Segment]:
    """The speech of a recording, if there is something that hears words, then named sounds.

    Fills `track`.

    `check` is called often and may raise to stop.

    Raises:
        UnreadableFile: the file cannot be opened.
    """

    def told() -> Iterator[VoicedBlock]:
        for block in voiced_blocks(path, check):
            track.add(block.start_s, block.samples, block.voices)
            yield block

    blocks = told()
    if words is not None:
        yield from words.segments(blocks, check)
    for _ in blocks:  # what nobody listened to
        pass
    yield from track.named()


def voiced_blocks(path: Path, check: Callable[[], None]) -> Iterator[VoicedBlock]:
    """The sound of a recording in blocks of about four minutes, with the voices in them.

    Blocks end in pauses, not where `sound_blocks` ends: what is said there is held back.

    Raises:
        UnreadableFile: the file cannot be opened.
    """
    held: VoicedBlock | None = None
    for start_s, samples in sound_blocks(path, _BLOCK_S, check):
        if held is not None:
            if abs(held.start_s + len(held.samples) / SAMPLE_RATE - start_s) < 0.1:
                start_s, samples = held.start_s, np.concatenate([held.samples, samples])
            else:
                yield held
        block, held = _cut_in_pause(VoicedBlock(start_s, samples, voices_in(samples)))
        yield block
    if held is not None:
        yield held


def voices_in(samples: NDArray[np.float32]) -> tuple[tuple[int, int], ...]:
    """Where there are voices, at most 27 s each, in samples."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        max_speech_duration_s=_CLIP_S - 1, min_silence_duration_ms=160, speech_pad_ms=0
    )
    found = get_speech_timestamps(samples, options)
    return tuple((voice["start"], voice["end"]) for voice in found)


def _cut_in_pause(block: VoicedBlock) -> tuple[VoicedBlock, VoicedBlock | None]:
    """A block without the voice that may go on after its end, and that voice."""
    samples, voices = block.samples, block.voices
    if len(voices) < 2 or voices[-1][1] + _PAD <= len(samples) - SAMPLE_RATE // 2:
        return block, None
    (_, before), (first, last) = voices[-2:]
    cut = max((before + first) // 2, first - _PAD)  # in short pauses each voice gets half
    rest = VoicedBlock(
        block.start_s + cut / SAMPLE_RATE, samples[cut:].copy(), ((first - cut, last - cut),)
    )
    return VoicedBlock(block.start_s, samples[:cut], voices[:-1]), rest


class Speech:
    """A Whisper model in CTranslate2's format, run by faster-whisper behind its Silero VAD.

    Neighbouring stretches of voice are heard together, 28 s at a time and several of those in a
    batch. Safe to use from several threads; one runs at a time.
    """

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self._folder = folder
        self._device = device
        self._lock = threading.Lock()

    def segments(
        self, blocks: Iterator[VoicedBlock], check: Callable[[], None]
    ) -> Iterator[Segment]:
        """The speech in the blocks, about a sentence a segment, with word times.

        `check` is called often and may raise to stop.
        """
        words: list[Word] = []
        for word in _whole(self._words(blocks, check)):
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

    def _words(self, blocks: Iterator[VoicedBlock], check: Callable[[], None]) -> Iterator[Word]:
        for block in blocks:
            yield from self._hear(block, _clips(block), check)

    def _hear(
        self, block: VoicedBlock, clips: Sequence["_Clip"], check: Callable[[], None]
    ) -> Iterator[Word]:
        for i in range(0, len(clips), _BATCH):
            check()
            batch = clips[i : i + _BATCH]
            first, last = batch[0].first, batch[-1].last
            with self._lock:
                heard, _ = self._model.transcribe(
                    block.samples[first:last],
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
            begins = block.start_s + voices / SAMPLE_RATE
            for segment in segments:
                if _made_up(segment):
                    continue
                offset = block.start_s + first / SAMPLE_RATE
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


def _clips(block: VoicedBlock) -> list[_Clip]:
    """The voices of a block in stretches of at most 28 s, the silence within them kept.

    It is kept so that the times of the words need no mapping back.
    """
    clips: list[_Clip] = []
    silent_from = 0
    for start, voice_end in block.voices:
        end = min(voice_end + _PAD, len(block.samples))
        if clips and end - clips[-1].first <= _CLIP_S * SAMPLE_RATE:
            clips[-1] = _Clip(clips[-1].first, end, (*clips[-1].voices, start))
        else:
            first = max(silent_from, start - _PAD)
            if clips:
                clips[-1] = replace(clips[-1], last=min(clips[-1].last, first))
            clips.append(_Clip(first, end, (start,)))
        silent_from = voice_end
    return clips


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
