"""What is heard when, where a model tells music from ambience and gives sounds their names.

Levels and voices are told as without it: they are known by the half second, the model's tags only
by the ten seconds that it listens at once.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from indexer.segments import Origin, Segment, Tagged, TagsOfSound
from indexer.sounds import Floats, SoundTrack
from rushes.facts import Sound
from rushes.media import SAMPLE_RATE

_WINDOW = 10 * SAMPLE_RATE  # as long as the sounds that AudioSet's models are trained on
_LEAST_WINDOW = SAMPLE_RATE // 10
# Guesses, as nobody has run the weights yet: how sure the model must be of music or ambience, and
# how sure of speech for a voice not to be an animal's or a singer's.
_HEARD = 0.2
_VOICE = 0.1


def track_of_sounds(tagger: TagsOfSound | None, check: Callable[[], None]) -> SoundTrack:
    """A track to be told of the sound of one recording. `check` may raise to stop the tagger."""
    return SoundTrack() if tagger is None else TaggedSounds(tagger, check)


class TaggedSounds(SoundTrack):
    """What is heard when, as a model says. It keeps a few numbers and names for ten seconds."""

    def __init__(self, tagger: TagsOfSound, check: Callable[[], None]) -> None:
        super().__init__()
        self._tagger = tagger
        self._check = check
        self._windows: list[_Window] = []

    def add(self, start_s: float, samples: Floats, voices: Sequence[tuple[int, int]]) -> None:
        """As of every track; blocks come in order. What nothing is heard in is not tagged."""
        super().add(start_s, samples, voices)
        ends = [min(first + _WINDOW, len(samples)) for first in range(0, len(samples), _WINDOW)]
        # The last window begins before the one before it ends: the model wants whole ones.
        heard = {end: samples[max(0, end - _WINDOW) : end] for end in ends}
        telling = [end for end in ends if len(heard[end]) >= _LEAST_WINDOW and heard[end].any()]
        found = self._tagger.tags([heard[end] for end in telling], self._check)
        tags = dict(zip(telling, found, strict=True))
        for number, end in enumerate(ends):
            from_s = start_s + number * _WINDOW / SAMPLE_RATE
            to_s = start_s + end / SAMPLE_RATE
            self._windows.append(_Window(from_s, to_s, tags.get(end, Tagged())))

    def between(self, start_s: float, end_s: float) -> tuple[Sound, ...]:
        """What is heard in a stretch: speech first, then what the model is surer of.

        Speech is what both the detector of voices and the model take for it. Where the model is
        sure of nothing, it is told as without one.
        """
        told = super().between(start_s, end_s)
        if not told or told == (Sound.SILENCE,):
            return told
        surely = self._mean(start_s, end_s)
        sounds = {Sound.MUSIC: surely.music, Sound.AMBIENCE: surely.ambience}
        heard = [sound for sound in sounds if sounds[sound] >= _HEARD]
        heard.sort(key=lambda sound: -sounds[sound])
        if Sound.SPEECH in told and surely.speech >= _VOICE:
            heard.insert(0, Sound.SPEECH)
        return tuple(heard) or told

    def named(self) -> Iterator[Segment]:
        """The sounds that have names, in words, each stretch of the same ones once."""
        for names, run in groupby(self._windows, lambda window: frozenset(window.tags.names)):
            if names:
                windows = list(run)
                yield Segment(
                    f"Sound of {', '.join(windows[0].tags.names).lower()}",
                    Origin.HEARD,
                    start_s=round(windows[0].start_s, 2),
                    end_s=round(windows[-1].end_s, 2),
                )

    def _mean(self, start_s: float, end_s: float) -> Tagged:
        """The tags of the windows that a stretch touches, by how much of it lies in each."""
        first = bisect_right(self._windows, start_s, key=lambda window: window.end_s)
        speech = music = ambience = seconds = 0.0
        for window in self._windows[first:]:
            if window.start_s >= end_s:
                break
            shared_s = min(window.end_s, end_s) - max(window.start_s, start_s)
            speech += shared_s * window.tags.speech
            music += shared_s * window.tags.music
            ambience += shared_s * window.tags.ambience
            seconds += shared_s
        if not seconds:
            return Tagged()
        return Tagged(speech / seconds, music / seconds, ambience / seconds)


@dataclass(frozen=True)
class _Window:
    start_s: float
    end_s: float
    tags: Tagged
