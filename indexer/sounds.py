"""What is heard when in a recording: speech, music, ambience or silence.

Speech is where a detector of voices found some. Music is told from ambience without a model, by
what music has and noise has not: notes, which are peaks of the spectrum that keep their pitch for
a quarter of a second (Hawley, "Structure out of Sound", MIT 1993), beginnings in all bands at once,
and a beat (Saunders, ICASSP 1996; Scheirer & Slaney, ICASSP 1997). Where somebody speaks they are
looked for in the pauses, as long as there are some.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Segment
from rushes.facts import Sound
from rushes.media import SAMPLE_RATE

Floats = NDArray[np.float32]

_BIN_S = 0.5
_MOST_S = 360_000.0  # 100 hours, 29 MB: later times are a damaged file's
_WINDOW = 2048  # samples: 7.8 Hz apart, so that notes a semitone apart are two from 130 Hz up
_HOP = 1024
_FRAMES_PER_S = SAMPLE_RATE / _HOP
_NOTES = slice(10, 320)  # where fundamentals and first harmonics are: 80 to 2,500 Hz
_HEARD = 512  # up to 4 kHz
_SHORT = 16  # parts of a bin, 31 ms: shorter than a consonant
_AROUND = 33  # a peak stands out from the 260 Hz around it
_STANDS_OUT_DB = 6.0
_AT_ONCE = 250  # frames transformed at once, 4 MB
_LATER = 24  # frames, 1.5 s: by then notes have changed, a hum has not
_BEAT_FRAMES = 125  # 8 s
_BEAT_LAGS = slice(4, 19)  # 0.26 to 1.15 s: 52 to 230 beats a minute

# Below -50 dBFS a sound may still be a quiet recording. It is silence only if it is 30 dB
# below what is loud in the same file as well, or if nobody would hear it beside another file:
# -70 dBFS is 47 dB below the level of broadcast speech (-23 LUFS, EBU R 128).
_QUIET_DB = -50.0
_BELOW_LOUD_DB = 30.0
_INAUDIBLE_DB = -70.0
_NEARLY_ALL = 0.9

# A voice counts if it has a tenth of the stretch, or lasts as long as a short sentence. Less is
# what the detector hears in instruments and animals.
_VOICE_SHARE = 0.1
_SENTENCE_S = 1.5
_LEAST_VOICE_S = 0.3
_LEAST_SHARE = 0.2
_ROOM_DB = 20.0  # what is this much quieter than the speech is the room's tone, not ambience

_ECHO = 2  # frames, 0.13 s: for so long a voice sounds on in the room
_JUDGED_S = 6.0
_LEAST_JUDGED_S = 3.0
_SOME_SPEECH = 0.05  # less is heard as music or ambience is
_ENOUGH_PAUSES = 1  # frames, 0.26 s
_FOR_A_PAUSE_S = 8.0  # so far away a pause is looked for
# A logistic regression on `music_features`, a constant first, fitted by `python -m
# benchmarks.sounds fit` on its tuning half.
_MUSIC = (-5.73, 8.89, -6.36, 2.16, 11.88)
# Speech has beginnings of its own: in its pauses only the notes count. The echo of a real voice
# in a real room has -1.5 of them, songs between their lines -1.0 and more.
_NOTES_IN_PAUSES = -1.25

# The columns of a bin: sums over its samples, or over the frames outside of speech.
_POWER, _SAMPLES, VOICED, _FLOOR = range(4)
_PAUSES = slice(4, 10)
_COLUMNS = 10
_FRAMES, _NOTE, _SAME, _BOTH, _ONSET, _BEAT = range(6)


class SoundTrack:
    """What is heard when. Told of the sound block by block, it keeps 80 bytes a second.

    `bins` holds 10 numbers for each half second.
    """

    def __init__(self) -> None:
        self.bins: Floats = np.zeros((0, _COLUMNS), np.float32)
        self._loud_db: float | None = None

    def add(self, start_s: float, samples: Floats, voices: Sequence[tuple[int, int]]) -> None:
        """A block of 16 kHz mono that begins at `start_s`; `voices` are (first, last) samples.

        Blocks do not overlap.
        """
        if start_s > _MOST_S:
            return
        start_s = max(0.0, start_s)
        first = int(start_s / _BIN_S)
        bins = _described(samples, voices, start_s - first * _BIN_S)
        missing = first + len(bins) - len(self.bins)
        if missing > 0:
            more = np.zeros((missing, _COLUMNS), np.float32)
            self.bins = np.concatenate([self.bins, more])
        self.bins[first : first + len(bins)] += bins
        self._loud_db = None

    def between(self, start_s: float, end_s: float) -> tuple[Sound, ...]:
        """What is heard in a stretch, the most present first; () if no sound is known at all.

        Silence only if nearly all of it is silent. Speech has pauses, so it counts double: a
        speaker comes before the music under the voice.
        """
        if not len(self.bins) or end_s <= start_s:
            return ()
        known_s = len(self.bins) * _BIN_S
        if known_s - start_s <= (1 - _NEARLY_ALL) * (end_s - start_s):
            return (Sound.SILENCE,)  # the sound has ended before
        end_s = min(end_s, known_s)
        bins, weights = self._stretch(start_s, end_s)
        level_db = _level_db(bins[:, _POWER], bins[:, _SAMPLES])
        silent = self._is_silent(level_db)
        voiced = bins[:, VOICED] / np.maximum(bins[:, _SAMPLES], 1)
        voice_s = float(voiced @ weights)
        speaks = voice_s >= _LEAST_VOICE_S and (
            voice_s >= _SENTENCE_S or voice_s >= _VOICE_SHARE * (end_s - start_s)
        )
        if not speaks and silent @ weights >= _NEARLY_ALL * weights.sum():
            return (Sound.SILENCE,)
        whole = weights.sum()
        in_music = self._music(start_s, end_s) & ~silent
        background = ~in_music & ~silent
        if speaks and _floor_db(bins) < _speech_db(bins) - _ROOM_DB:
            background[:] = False
        shares = {
            Sound.SPEECH: min(1.0, 2 * voice_s / whole) if speaks else 0.0,
            Sound.MUSIC: float(in_music @ weights / whole),
            Sound.AMBIENCE: float(background @ weights / whole),
        }
        heard = [s for s in shares if s is Sound.SPEECH and speaks or shares[s] >= _LEAST_SHARE]
        return tuple(sorted(heard, key=lambda s: -shares[s])) or (Sound.AMBIENCE,)

    def named(self) -> Iterable[Segment]:
        """The sounds that have names, in words: none, since they take a model."""
        return ()

    def _stretch(self, start_s: float, end_s: float) -> tuple[Floats, NDArray[np.float64]]:
        """The bins that a stretch touches and how many seconds of each are in it."""
        first, last = int(start_s / _BIN_S), int(np.ceil(end_s / _BIN_S))
        edges = np.arange(first, last + 1) * _BIN_S
        weights = np.minimum(edges[1:], end_s) - np.maximum(edges[:-1], start_s)
        return self.bins[first:last], weights

    def _is_silent(self, level_db: Floats) -> NDArray[np.bool_]:
        if self._loud_db is None:
            known = self.bins[self.bins[:, _SAMPLES] > 0]
            levels_db = _level_db(known[:, _POWER], known[:, _SAMPLES])
            self._loud_db = max(float(np.percentile(levels_db, 95)), _speech_db(known))
        quiet = min(_QUIET_DB, self._loud_db - _BELOW_LOUD_DB)
        return level_db < max(quiet, _INAUDIBLE_DB)

    def _music(self, start_s: float, end_s: float) -> NDArray[np.bool_]:
        """For every bin that the stretch touches whether it is in music.

        Judged 6 s at a time. A stretch too short to judge, or without pauses in its speech, is
        judged with what is around it.
        """
        first, last = int(start_s / _BIN_S), int(np.ceil(end_s / _BIN_S))
        count = last - first
        parts = max(1, round(count * _BIN_S / _JUDGED_S))
        edges = np.linspace(first, last, parts + 1).round().astype(int)
        found = np.zeros(count, np.bool_)
        for begin, end in zip(edges[:-1], edges[1:], strict=True):
            lacking = max(0, int(_LEAST_JUDGED_S / _BIN_S) - (end - begin))
            around = self.bins[max(0, begin - (lacking + 1) // 2) : end + lacking // 2]
            if not _has_pauses(around):
                more = int(_FOR_A_PAUSE_S / _BIN_S)
                around = self.bins[max(0, begin - more) : end + more]
            found[begin - first : end - first] = _is_music(around)
        return found


def _is_music(bins: Floats) -> bool:
    features = music_features(bins)
    if _speaks(bins):
        return _has_pauses(bins) and features[0] > _NOTES_IN_PAUSES
    bias, *weights = _MUSIC
    return bool(bias + features @ np.array(weights) > 0)


def music_features(bins: Floats) -> NDArray[np.float64]:
    """What music is told by, outside of speech.

    How many notes there are (a logarithm), how far they only stay, how much begins at once and
    how regularly.
    """
    sums = bins[:, _PAUSES].sum(0)
    frames = max(1.0, float(sums[_FRAMES]))
    notes = np.log10(sums[_NOTE] / frames + 0.003)
    stays = max(0.0, float(sums[_SAME] / (sums[_BOTH] + 0.01)) - 0.8)
    return np.array([notes, stays, sums[_ONSET] / frames, sums[_BEAT] / frames])


def _speaks(bins: Floats) -> bool:
    return bool(bins[:, VOICED].sum() > _SOME_SPEECH * bins[:, _SAMPLES].sum())


def _has_pauses(bins: Floats) -> bool:
    return bool(bins[:, _PAUSES].sum(0)[_FRAMES] >= _ENOUGH_PAUSES)


def _described(samples: Floats, voices: Sequence[tuple[int, int]], offset_s: float) -> Floats:
    """The bins of a block that begins `offset_s` after its first bin does."""
    offset = round(offset_s * SAMPLE_RATE)
    per_bin = round(_BIN_S * SAMPLE_RATE)
    count = -(-(offset + len(samples)) // per_bin)
    padded = np.zeros(count * per_bin, np.float32)
    padded[offset : offset + len(samples)] = samples
    powers = np.square(padded).reshape(count, _SHORT, -1).sum(2)
    bins = np.zeros((count, _COLUMNS), np.float32)
    bins[:, _POWER] = powers.sum(1)
    edges = np.arange(count + 1) * per_bin - offset
    bins[:, _SAMPLES] = np.diff(np.clip(edges, 0, len(samples)))
    bins[:, _FLOOR] = powers.min(1) * _SHORT
    for first, last in voices:
        bins[:, VOICED] += np.diff(np.clip(edges, first, last)).astype(np.float32)
    if len(samples) < _WINDOW:
        return bins
    frames = _frames(samples)
    middles = np.arange(len(frames)) * _HOP + _WINDOW // 2
    bin_of = (middles + offset) // per_bin
    of = ~_spoken(len(frames), voices)
    for number in range(frames.shape[1]):
        summed = np.bincount(bin_of[of], frames[of, number], minlength=count)
        bins[:, _PAUSES.start + number] = summed
    return bins


def _frames(samples: Floats) -> Floats:
    """For every frame 1, its notes, two sums for how far they stay, its onset and the beat."""
    import cv2

    level_db = _spectra_db(samples)
    over_db = (level_db - cv2.blur(level_db, (_AROUND, 1)))[:, _NOTES]
    peaks = np.zeros_like(over_db)  # that are there in three frames: they last 0.26 s
    three = np.minimum(np.minimum(over_db[:-2], over_db[1:-1]), over_db[2:])
    peaks[1:-1] = np.maximum(three - _STANDS_OUT_DB, 0)
    size = np.sqrt(np.square(peaks).sum(1))
    frames = np.zeros((len(level_db), 6), np.float32)
    frames[:, _FRAMES] = 1
    frames[:, _NOTE] = peaks.mean(1)
    frames[:-_LATER, _SAME] = (peaks[:-_LATER] * peaks[_LATER:]).sum(1)
    frames[:-_LATER, _BOTH] = size[:-_LATER] * size[_LATER:]
    frames[1:, _ONSET] = np.maximum(np.diff(level_db, axis=0), 0).mean(1)
    frames[:, _BEAT] = _beat(frames[:, _ONSET])
    return frames


def _spectra_db(samples: Floats) -> Floats:
    """Short-time spectra up to 4 kHz, shape (frames, frequencies)."""
    window = np.hanning(_WINDOW).astype(np.float32)
    cut = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    spectra: Floats = np.zeros((len(cut), _HEARD), np.float32)
    for first in range(0, len(cut), _AT_ONCE):
        part = np.fft.rfft(cut[first : first + _AT_ONCE] * window, axis=1)[:, :_HEARD]
        power = np.square(part.real) + np.square(part.imag)
        spectra[first : first + _AT_ONCE] = 10 * np.log10(power + np.float32(1e-7))
    return spectra


def _beat(onsets: Floats) -> Floats:
    """How regularly sounds begin in the 8 s around each frame.

    The highest autocorrelation of the onsets at the distance of a beat.
    """
    beats = np.zeros(len(onsets), np.float32)
    step = round(_FRAMES_PER_S)
    for middle in range(0, len(onsets), step):
        first = max(0, min(middle - _BEAT_FRAMES // 2, len(onsets) - _BEAT_FRAMES))
        around = onsets[first : first + _BEAT_FRAMES]
        around = around - around.mean()
        likeness = np.correlate(around, around, "full")[len(around) - 1 :]
        best = likeness[_BEAT_LAGS].max(initial=0) / (likeness[0] + 1e-9)
        beats[middle : middle + step] = best
    return beats


def _spoken(count: int, voices: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which frames hear a voice, in those around them, or its echo in the room."""
    spoken = np.zeros(count, np.bool_)
    for first, last in voices:
        spoken[max(0, first // _HOP - 2) : last // _HOP + 1 + _ECHO] = True
    return spoken


def _level_db(power: Floats, samples: Floats) -> Floats:
    """Root mean square of so many samples, in decibels below full scale."""
    return np.asarray(10 * np.log10(power / np.maximum(samples, 1) + 1e-12), np.float32)


def _speech_db(bins: Floats) -> float:
    """The level of the bins in which there is mostly voice; very low if there is none."""
    sums = bins[bins[:, VOICED] > 0.5 * bins[:, _SAMPLES]].sum(0)
    return float(_level_db(sums[_POWER], sums[_SAMPLES]))


def _floor_db(bins: Floats) -> float:
    """The level of what goes on behind speech: that of its shortest gaps.

    A noise floor by minimum statistics (Martin, IEEE TSAP 2001), over a stretch of any length.
    """
    levels_db = _level_db(bins[:, _FLOOR], bins[:, _SAMPLES])[bins[:, _SAMPLES] > 0]
    return float(np.percentile(levels_db, 10)) if len(levels_db) else -np.inf
