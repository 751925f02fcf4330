"""Files that grow, and those that have come to rest."""

import os
from pathlib import Path

import pytest

from indexer.resting import Resting


class Clock:
    """Stands until it is put forward."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_file_that_grows_is_not_told_before_it_has_stayed_the_same(
    tmp_path: Path, clock: Clock
) -> None:
    film = tmp_path / "film.mp4"
    resting = Resting(5, clock)
    for count in range(1, 4):
        film.write_bytes(b"x" * count)
        resting.touch([film])
        clock.now += 4.9
        assert resting.rested() == []
    clock.now += 0.1
    assert resting.rested() == [film]
    assert resting.rested() == []


def test_a_file_that_grows_in_silence_is_not_told_either(tmp_path: Path, clock: Clock) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"x")
    resting = Resting(5, clock)
    resting.touch([film])
    clock.now += 4
    film.write_bytes(b"xx")  # over a network: nobody says so
    clock.now += 4
    assert resting.rested() == []
    clock.now += 4
    assert resting.rested() == []
    clock.now += 1
    assert resting.rested() == [film]


def test_a_file_of_the_same_size_with_another_time_still_changes(
    tmp_path: Path, clock: Clock
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("one")
    resting = Resting(5, clock)
    resting.touch([note])
    clock.now += 4
    os.utime(note, ns=(0, 0))
    clock.now += 4
    assert resting.rested() == []


def test_neighbours_do_not_wait_for_one_that_grows(tmp_path: Path, clock: Clock) -> None:
    done, grows = tmp_path / "done.mp4", tmp_path / "grows.mp4"
    resting = Resting(5, clock)
    done.write_bytes(b"x")
    resting.touch([done])
    told = []
    for count in range(1, 7):
        grows.write_bytes(b"x" * count)
        resting.touch([grows])
        clock.now += 1
        told += resting.rested()
    assert told == [done]


def test_what_is_gone_waits_for_what_appeared_after_it_but_not_for_ever(
    tmp_path: Path, clock: Clock
) -> None:
    before, after, grows = tmp_path / "a.mp4", tmp_path / "b.mp4", tmp_path / "c.mp4"
    resting = Resting(5, clock)
    resting.touch([before])  # that it left is heard first
    clock.now += 1
    after.write_bytes(b"x")
    resting.touch([after])
    clock.now += 4
    assert resting.rested() == []
    clock.now += 1
    assert resting.rested() == [before, after]
    resting.touch([before])
    for count in range(1, 4):
        grows.write_bytes(b"x" * count)
        resting.touch([grows])
        clock.now += 4.9
        assert resting.rested() == []
    clock.now += 0.3
    grows.write_bytes(b"y" * 5)
    assert resting.rested() == [before]


def test_both_places_of_a_moved_file_are_told_together(tmp_path: Path, clock: Clock) -> None:
    before, after = tmp_path / "a.mp4", tmp_path / "b.mp4"
    before.write_bytes(b"x")
    resting = Resting(5, clock)
    before.rename(after)
    resting.touch([before, after])
    clock.now += 4
    assert resting.rested() == []
    clock.now += 1
    assert resting.rested() == [before, after]
