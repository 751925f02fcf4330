"""The words spoken in a stretch, as lines that can be read."""

import math
from pathlib import Path

from indexer.reading import Passage
from indexer.segments import Origin, Word
from indexer.spoken import MOST_LETTERS, MOST_S, spoken
from rushes.moment import Kind
from rushes.selects import Cue

FILE = Path("talk.mov")


def passage(text: str, start_s: float, gap_s: float = 0.1, length_s: float = 0.3) -> Passage:
    """Words of equal length, each so long after the one before."""
    words = tuple(
        Word(
            word,
            round(start_s + number * (length_s + gap_s), 3),
            round(start_s + number * (length_s + gap_s) + length_s, 3),
        )
        for number, word in enumerate(text.split())
    )
    return Passage(
        FILE, Kind.VIDEO, text, Origin.SAID, words[0].start_s, words[-1].end_s, words=words
    )


def test_a_stretch_takes_the_words_whose_middle_lies_in_it() -> None:
    said = passage("one two three four five", 10.0, gap_s=0.7)
    # one 10.0-10.3, two 11.0-11.3, three 12.0-12.3, four 13.0-13.3
    assert spoken([said], 11.1, 13.1) == (Cue(11.1, 12.3, "two three"),)
    assert spoken([said], 11.2, 13.2)[0].text == "three four"
    assert spoken([said], 20.0, 30.0) == ()


def test_only_what_is_said_counts() -> None:
    seen = Passage(FILE, Kind.VIDEO, "on the screen", Origin.ON_SCREEN, 0.0, 5.0)
    assert spoken([seen, passage("heard", 1.0)], 0, 9) == (Cue(1.0, 2.0, "heard"),)


def test_a_pause_and_a_sentence_that_fills_a_line_end_a_cue() -> None:
    before, after = passage("Ever tried?", 0.0), passage("Ever failed.", 5.0)
    assert [cue.text for cue in spoken([before, after], 0, 9)] == ["Ever tried?", "Ever failed."]
    long = passage("This is one sentence that is longer than one line. Next one.", 0.0)
    assert [cue.text for cue in spoken([long], 0, 9)] == [
        "This is one sentence that is longer than one line.",
        "Next one.",
    ]


def test_no_cue_is_too_long_to_be_read() -> None:
    fast = passage("word " * 100, 0.0, gap_s=0.0, length_s=0.1)
    slow = passage("word " * 40, 20.0, gap_s=0.6, length_s=0.4)
    cues = spoken([fast, slow], 0, 90)
    assert all(len(cue.text) <= MOST_LETTERS for cue in cues)
    assert all(0 < cue.end_s - cue.start_s <= MOST_S for cue in cues)
    assert " ".join(cue.text for cue in cues).split() == ["word"] * 140
    assert all(one.end_s <= two.start_s for one, two in zip(cues, cues[1:], strict=False))


def test_a_short_word_stays_long_enough_unless_another_follows() -> None:
    alone = spoken([passage("Yes.", 1.0)], 0, 9)
    assert alone == (Cue(1.0, 2.0, "Yes."),)
    assert spoken([passage("Yes.", 1.0)], 0, 1.5) == (Cue(1.0, 1.5, "Yes."),)
    assert spoken([passage("Yes.", 1.0)], 0, math.inf) == alone


def test_words_without_times_are_taken_to_be_spoken_evenly() -> None:
    text = "aa bb cc dd"
    evenly = Passage(FILE, Kind.VIDEO, text, Origin.SAID, 10.0, 18.0)
    assert spoken([evenly], 12.0, 16.0) == (Cue(12.0, 16.0, "bb cc"),)
    unspaced = Passage(FILE, Kind.VIDEO, "字" * 200, Origin.SAID, 0.0, 60.0)
    cues = spoken([unspaced], 0, 60)
    assert all(len(cue.text) <= MOST_LETTERS for cue in cues)
    assert "".join(cue.text for cue in cues).replace(" ", "") == "字" * 200


def test_passages_in_any_order_give_cues_in_the_order_of_time() -> None:
    cues = spoken([passage("second", 8.0), passage("first", 1.0)], 0, 20)
    assert [cue.text for cue in cues] == ["first", "second"]
