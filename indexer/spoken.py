"""The words that are spoken in a stretch of a recording, cut into lines that can be read."""

from collections.abc import Iterator, Sequence

from indexer.reading import Passage
from indexer.segments import Origin, Word
from rushes.selects import Cue

MOST_LETTERS = 84
"""Of one cue: two lines of 42, as broadcasters have it (Netflix Timed Text Style Guide)."""

MOST_S = 7.0

_LEAST_S = 1.0  # less cannot be read
_PAUSE_S = 1.0  # a longer one ends a cue
_FULL = MOST_LETTERS // 2  # from here on the end of a sentence ends a cue
_SENTENCE_END = tuple(".!?…。！？")
_PIECE = 20


def spoken(passages: Sequence[Passage], start_s: float, end_s: float) -> tuple[Cue, ...]:
    """What is said between two times of one file, in order, as cues on the file's clock.

    A word belongs to the stretch that holds its middle. Cues begin and end with whole words, are at
    most 84 letters and 7 s long, and end at pauses and, if half full, with sentences. A passage
    whose words have no times is taken to be spoken evenly.
    """
    words = spoken_words(passages, start_s, end_s)
    cues = [_cue(line, start_s, end_s) for line in _lines(words)]
    following = [*(cue.start_s for cue in cues), end_s][1:]
    return tuple(
        Cue(cue.start_s, min(max(cue.end_s, cue.start_s + _LEAST_S), limit_s), cue.text)
        for cue, limit_s in zip(cues, following, strict=True)
    )


def spoken_words(passages: Sequence[Passage], start_s: float, end_s: float) -> list[Word]:
    """The words that are said between two times of one file, in order: see `spoken`."""
    return sorted(
        (
            word
            for passage in passages
            if passage.origin is Origin.SAID
            for word in passage.words or _evenly(passage)
            if start_s <= (word.start_s + word.end_s) / 2 < end_s
        ),
        key=lambda word: word.start_s,
    )


def _cue(line: Sequence[Word], start_s: float, end_s: float) -> Cue:
    text = " ".join(word.text for word in line)
    return Cue(max(line[0].start_s, start_s), min(line[-1].end_s, end_s), text)


def _lines(words: Sequence[Word]) -> Iterator[list[Word]]:
    line: list[Word] = []
    letters = 0
    for word in words:
        if line and (
            letters + 1 + len(word.text) > MOST_LETTERS
            or word.end_s - line[0].start_s > MOST_S
            or word.start_s - line[-1].end_s > _PAUSE_S
            or (letters >= _FULL and line[-1].text.endswith(_SENTENCE_END))
        ):
            yield line
            line, letters = [], 0
        letters += len(word.text) + bool(line)
        line.append(word)
    if line:
        yield line


def _evenly(passage: Passage) -> Iterator[Word]:
    """The words of a passage, each given its share of the time by its letters.

    Long ones, as of a script without spaces, in pieces.
    """
    if passage.start_s is None or passage.end_s is None:
        return
    texts = [
        word[first : first + _PIECE]
        for word in passage.text.split()
        for first in range(0, len(word), _PIECE)
    ]
    letters = sum(map(len, texts))
    done = 0
    for text in texts:
        length_s = passage.end_s - passage.start_s
        begins = passage.start_s + length_s * done / letters
        done += len(text)
        yield Word(text, begins, passage.start_s + length_s * done / letters)
