"""Text to speech with espeak-ng, so that the words of a test recording are known."""

import ctypes
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import espeakng_loader
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono sound between -1 and 1, shape (samples,)."""

SYNCHRONOUS = 2
WORD_EVENT = 1
CHARS_UTF8 = 1
POSITION_CHARACTER = 1
PARAMETER_RATE = 1

# espeak-ng keeps one global voice and one callback.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class SpokenWord:
    """A word of the text and when espeak-ng begins to say it, in seconds.

    espeak-ng joins "the" to a short word before it: "in the car" is "in" and "car".
    """

    text: str
    start_s: float


@dataclass(frozen=True)
class Speech:
    """A text as sound."""

    samples: Samples
    rate: int
    words: tuple[SpokenWord, ...]

    @property
    def length_s(self) -> float:
        return len(self.samples) / self.rate


def speak(
    text: str, speed: int = 145, voice: str = "en-us", rate: int = 16_000
) -> tuple[Samples, int]:
    """`text` spoken at `speed` words a minute: the sound and its sample rate."""
    speech = say(text, speed, voice, rate)
    return speech.samples, speech.rate


def say(text: str, speed: int = 145, voice: str = "en-us", rate: int = 16_000) -> Speech:
    """`text` spoken at `speed` words a minute, with the time of each word.

    Voices are espeak-ng's, with a variant after a plus if wanted: "en-us", "en-gb", "en-us+f3".
    Whisper tiny.en understands "en-us" well and "en-us+f3" badly.
    espeak-ng carries the phase of its wave from one call to the next: the same text said again
    has other samples and may be up to a millisecond longer or shorter. The same calls in the
    same order give the same samples in every process.
    """
    library, native_rate = _library()
    chunks: list[Samples] = []
    words: list[SpokenWord] = []

    def collect(wave: "ctypes._Pointer[ctypes.c_short]", count: int, events: object) -> int:
        if wave and count:
            pcm = np.ctypeslib.as_array(wave, shape=(count,))
            chunks.append(pcm.astype(np.float32) / np.float32(32768))
        index = 0
        while (event := events[index]).type:  # type: ignore[index]  # a C array that ends with 0
            if event.type == WORD_EVENT:
                start = event.text_position - 1
                word = text[start : start + event.length]
                words.append(SpokenWord(word, event.audio_position / 1000))
            index += 1
        return 0

    callback = _Callback(collect)
    with _one_at_a_time:
        library.espeak_SetSynthCallback(callback)
        if library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice!r}")
        library.espeak_SetParameter(PARAMETER_RATE, speed, 0)
        data = text.encode()
        library.espeak_Synth(data, len(data) + 1, 0, POSITION_CHARACTER, 0, CHARS_UTF8, None, None)
    samples = np.concatenate(chunks) if chunks else np.zeros(0, np.float32)
    return Speech(resample(samples, native_rate, rate), rate, tuple(words))


def resample(samples: Samples, rate: int, new_rate: int) -> Samples:
    """The same sound at another sample rate."""
    if rate == new_rate or not len(samples):
        return samples
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="fltp", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=new_rate)
    pieces = [
        out.to_ndarray()[0] for out in (*resampler.resample(frame), *resampler.resample(None))
    ]
    return np.concatenate(pieces).astype(np.float32)


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h; the last field is a union of a number and a pointer."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    """The library, started once for this process, and its sample rate."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Synth.argtypes = (
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    )
    data = Path(espeakng_loader.get_data_path()).parent
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, str(data).encode(), 0)
    if rate <= 0:
        raise RuntimeError("espeak-ng did not start")
    return library, rate
