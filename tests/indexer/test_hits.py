"""How hits become moments, worked out by hand."""

import numpy as np
import pytest

from indexer.hits import Found, Group, Hit, Way, basin, in_a_row, joined


def said(start_s: float, end_s: float, rank: int, text: str = "words", asset: str = "a") -> Hit:
    return Hit(asset, "said", rank, start_s, end_s, text=text)


def stretches(groups: list[Group]) -> list[tuple[float | None, float | None, str | None]]:
    return [(group.start_s, group.end_s, group.text) for group in groups]


def test_sentences_said_in_a_row_are_one_moment_in_their_order() -> None:
    hits = [said(7.0, 9.0, 1, "Fail better."), said(0.5, 6.5, 2, "Try again.")]
    assert stretches(in_a_row(joined({Way.WORDS: hits}))) == [(0.5, 9.0, "Try again. Fail better.")]


@pytest.mark.parametrize(
    "other",
    [
        said(3.0, 4.5, 2),  # a pause of 2.5 s
        said(6.5, 6.9, 20),  # next to it, but found far less surely
        said(5.0, 6.9, 2, asset="b"),
        Hit("a", "on-screen", 2, 5.0, 6.9, text="words"),
    ],
)
def test_other_words_stay_apart(other: Hit) -> None:
    assert len(in_a_row(joined({Way.WORDS: [said(7.0, 9.0, 1), other]}))) == 2


def test_a_list_that_has_no_answer_gives_none() -> None:
    unsure = Hit("a", "looks like", 1, weight=0.24)
    assert Found({Way.LOOKS: [unsure]}).fitting() == {}
    sure = Hit("b", "written", 1, weight=0.26)
    assert Found({Way.LOOKS: [unsure], Way.WORDS: [sure]}).fitting() == {
        Way.LOOKS: [unsure],
        Way.WORDS: [sure],
    }
    chance = Hit("c", "looks like", 2, weight=0.09)
    assert Found({Way.LOOKS: [chance], Way.WORDS: [sure]}).fitting()[Way.LOOKS] == []


@pytest.mark.parametrize(
    ("nearness", "shots", "seed", "expected"),
    [
        ([0.2, 0.7, 0.9, 0.8, 0.3], [0, 0, 0, 0, 0], 2, (1, 3)),
        ([0.8, 0.6, 0.9, 0.6, 0.8], [0, 0, 0, 0, 0], 2, (1, 3)),  # up again to another peak
        ([0.7, 0.72, 0.9, 0.7, 0.73], [0, 0, 0, 0, 0], 2, (0, 4)),  # a ripple is no peak
        ([0.9, 0.9, 0.9], [0, 1, 1], 1, (1, 2)),  # never across a cut
        ([0.9], [0], 0, (0, 0)),
    ],
)
def test_the_water_falls_to_both_sides(
    nearness: list[float], shots: list[int], seed: int, expected: tuple[int, int]
) -> None:
    assert basin(np.array(nearness), shots, seed, least=0.5) == expected
