"""Reels over libraries whose rows are written down: in and out points are worked out by hand."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from agent.broll import Reel, plan_reel
from agent.lines import Line, Script
from indexer.library import Library
from indexer.likeness import fingerprint
from indexer.parts import Parts
from indexer.rows import FrameRow, IndexedFile
from indexer.search import Searcher
from indexer.segments import Origin
from indexer.store import Store
from rushes.errors import Cancelled, LibraryError
from rushes.facts import Facts, ShotSize, Sound
from rushes.jobs import Job
from rushes.moment import Kind
from rushes.settings import Settings
from tests.fakes.pointed import PointedText, PointedVision
from tests.indexer.rows import asset, new_store, picture, words
from tests.media.video import scenes


class PointedParts:
    text = PointedText()
    vision = PointedVision()
    reranker = None


class PointedLibrary(Library):
    """A library for which every question points one way."""

    def __init__(self, store: Store) -> None:
        super().__init__(Settings(library=store.storage.place))
        self._pointed = Searcher(store, cast(Parts, PointedParts()))

    def searcher(self) -> Searcher:
        return self._pointed


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path / "library")


def reel_of(store: Store, *lines: Line, spoken: bool = False, source: Path | None = None) -> Reel:
    script = Script("test", lines, spoken, source)
    return plan_reel(script, PointedLibrary(store), Job())


def film(
    path: str,
    cosine: float,
    length_s: float = 10.0,
    facts: Facts | None = None,
    likeness: bytes | None = None,
) -> IndexedFile:
    """A film of one shot."""
    seen = facts or Facts(sharpness=1.0, usable_s=(0.0, length_s))
    row = picture(cosine, 0.0, length_s, facts=seen, shot=0)
    return IndexedFile(asset(path, Kind.VIDEO), [], [_with(row, likeness)])


def still(path: str, cosine: float) -> IndexedFile:
    return IndexedFile(asset(path, Kind.IMAGE), [], [picture(cosine)])


def _with(row: FrameRow, likeness: bytes | None) -> FrameRow:
    return replace(row, likeness=likeness)


def cuts(reel: Reel) -> list[tuple[int, str, float, float]]:
    return [(pick.number, pick.moment.path.name, pick.start_s, pick.end_s) for pick in reel.picks]


LINE = Line("a red kite", 4.0)


def test_each_line_gets_a_clip_of_its_length_from_the_middle_of_what_fits(store: Store) -> None:
    store.commit([film("/a.mp4", 0.9), film("/b.mp4", 0.8)])
    reel = reel_of(store, LINE, Line("another kite", 2.0))
    assert [cut[0] for cut in cuts(reel)] == [1, 2]
    assert {cut[1] for cut in cuts(reel)} == {"a.mp4", "b.mp4"}
    assert [(cut[2], cut[3]) for cut in cuts(reel)] == [(3.0, 7.0), (4.0, 6.0)]
    assert reel.gaps == ()


def test_in_and_out_points_lie_in_the_usable_part_on_whole_frames(store: Store) -> None:
    facts = Facts(sharpness=1.0, usable_s=(5.013, 9.009))
    store.commit([film("/a.mp4", 0.9, facts=facts)])
    ((_, _, start_s, end_s),) = cuts(reel_of(store, LINE))
    assert (start_s, end_s) == (5.04, 9.0)  # frames 126 to 225 at 25 a second
    assert round(start_s * 25, 6).is_integer() and round(end_s * 25, 6).is_integer()


def test_a_moment_is_extended_into_the_rest_of_its_shot(store: Store) -> None:
    seen = [Facts(sharpness=1.0, usable_s=(at, at + 3.0)) for at in (0.0, 3.0, 6.0)]
    rows = [
        picture(0.1, 0.0, 3.0, facts=seen[0], shot=0),
        picture(0.9, 3.0, 6.0, facts=seen[1], shot=0),
        picture(0.1, 6.0, 9.0, facts=seen[2], shot=1),
    ]
    store.commit([IndexedFile(asset("/a.mp4", Kind.VIDEO), [], rows)])
    (cut, *others) = cuts(reel_of(store, Line("a red kite", 5.0)))
    assert cut == (1, "a.mp4", 1.0, 6.0) and others == []


def test_no_clip_comes_twice_and_the_line_without_one_is_a_gap(store: Store) -> None:
    store.commit([film("/a.mp4", 0.9)])
    reel = reel_of(store, LINE, LINE)
    assert [pick.moment.path.name for pick in reel.picks] == ["a.mp4"]
    (gap,) = reel.gaps
    assert gap.seconds == 4.0
    assert gap.nearest is not None and gap.nearest.path.name == "a.mp4"


def test_takes_of_one_thing_come_once_even_for_other_lines(store: Store) -> None:
    one, other = (frame for frame in scenes((1, 1)))
    mark, unlike = fingerprint(one), fingerprint(other)
    store.commit(
        [
            film("/take-1.mp4", 0.9, likeness=mark),
            film("/take-2.mp4", 0.85, likeness=mark),
            film("/other.mp4", 0.8, likeness=unlike),
        ]
    )
    reel = reel_of(store, LINE, Line("one more", 4.0), Line("and one", 4.0))
    shown = {pick.moment.path.name for pick in reel.picks}
    assert "other.mp4" in shown and len(shown & {"take-1.mp4", "take-2.mp4"}) == 1
    assert len(reel.picks) == 2 and len(reel.gaps) == 1


def test_a_long_line_gets_several_shots(store: Store) -> None:
    store.commit([film(f"/{name}.mp4", 0.9 - i / 100) for i, name in enumerate("abc")])
    reel = reel_of(store, Line("a red kite", 15.0))
    assert [pick.seconds for pick in reel.picks] == pytest.approx([5.0] * 3, abs=0.04)
    assert len({pick.moment.path for pick in reel.picks}) == 3


def test_a_still_stands_in_for_five_seconds_at_most(store: Store) -> None:
    store.commit([still("/a.jpg", 0.9)])
    reel = reel_of(store, Line("a red kite", 6.0))
    assert cuts(reel) == [(1, "a.jpg", 0.0, 3.0)]
    assert [gap.seconds for gap in reel.gaps] == [3.0]


def test_what_does_not_fit_is_a_gap_with_the_nearest_and_a_prompt(store: Store) -> None:
    cold = Facts(sharpness=1.0, usable_s=(0.0, 10.0), warmth=-0.6, brightness=0.1)
    store.commit([film("/far.mp4", 0.1, facts=cold)])
    reel = reel_of(store, Line("A red kite.", 4.0, (ShotSize.WIDE,)))
    assert reel.picks == ()
    (gap,) = reel.gaps
    assert gap.nearest is not None and gap.nearest.path.name == "far.mp4"
    assert gap.prompt == "wide shot of A red kite, cold, dim light"


def talk(path: str, facts: Facts) -> IndexedFile:
    """A film in which a sentence is said that answers every question."""
    sentence = words("there is a red kite", 0.9, Origin.SAID, 2.0, 6.0, facts=facts)
    return IndexedFile(
        asset(path, Kind.VIDEO), [sentence], [picture(0.05, 0.0, 10.0, facts=facts, shot=0)]
    )


def test_the_face_of_one_who_speaks_of_it_is_no_picture_of_it(store: Store) -> None:
    face = Facts(
        size=ShotSize.MEDIUM_CLOSE_UP,
        people=1,
        sound=(Sound.SPEECH,),
        sharpness=1.0,
        usable_s=(0.0, 10.0),
    )
    store.commit([talk("/interview.mp4", face)])
    reel = reel_of(store, LINE)
    assert reel.picks == () and len(reel.gaps) == 1


def test_what_is_said_over_a_landscape_is_worth_less_than_what_is_seen(store: Store) -> None:
    away = Facts(people=0, sound=(Sound.SPEECH,), sharpness=1.0, usable_s=(0.0, 10.0))
    store.commit([talk("/told.mp4", away), film("/seen.mp4", 0.9)])
    assert cuts(reel_of(store, LINE))[0][1] == "seen.mp4"


def test_the_voice_over_is_no_clip_for_its_own_words(store: Store) -> None:
    store.commit([film("/voice.mp4", 0.9), film("/b.mp4", 0.5)])
    reel = reel_of(store, LINE, source=Path("/voice.mp4"))
    assert [pick.moment.path.name for pick in reel.picks] == ["b.mp4"]


def test_documents_and_sound_are_no_pictures(store: Store) -> None:
    store.commit(
        [
            IndexedFile(asset("/kite.txt"), [words("a red kite", 0.9)]),
            IndexedFile(asset("/kite.wav", Kind.AUDIO), [words("a red kite", 0.9, Origin.SAID)]),
        ]
    )
    reel = reel_of(store, LINE)
    assert (reel.picks, [gap.nearest for gap in reel.gaps]) == ((), [None])


def test_a_film_found_by_its_name_only_is_used(store: Store) -> None:
    usable = Facts(sharpness=1.0, usable_s=(1.0, 9.0))
    store.commit([film("/kites/red kite.mp4", 0.05, facts=usable)])
    assert cuts(reel_of(store, LINE)) == [(1, "red kite.mp4", 3.0, 7.0)]


def test_the_words_of_a_line_are_shared_out_over_its_clips(store: Store) -> None:
    store.commit([film("/a.mp4", 0.9), film("/b.mp4", 0.8)])
    reel = reel_of(store, Line("one two three four five six", 8.0), spoken=True)
    assert [[cue.text for cue in pick.cues] for pick in reel.picks] == [
        ["one two three"],
        ["four five six"],
    ]
    assert all(
        (pick.cues[0].start_s, pick.cues[0].end_s) == (pick.start_s, pick.end_s)
        for pick in reel.picks
    )
    assert reel_of(store, Line("a brief", 4.0)).picks[0].cues == ()


def test_a_reel_is_a_timeline_in_the_order_of_its_lines(store: Store) -> None:
    store.commit([film("/a.mp4", 0.9), still("/b.jpg", 0.8)])
    timeline = reel_of(store, LINE, Line("then this", 3.0)).timeline()
    assert timeline.name == "test" and timeline.fps is None
    assert [select.note for select in timeline.selects] == ["a red kite", "then this"]
    assert [select.end_s - select.start_s for select in timeline.selects] == [4.0, 3.0]


def test_an_empty_library_has_only_gaps(store: Store) -> None:
    reel = reel_of(store, LINE)
    assert reel.picks == () and reel.gaps[0].nearest is None


def test_without_a_library_it_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library"):
        plan_reel(Script("x", (LINE,)), Library(Settings(library=tmp_path / "none")), Job())


def test_it_can_be_stopped(store: Store) -> None:
    store.commit([film("/a.mp4", 0.9)])
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        plan_reel(Script("x", (LINE,)), PointedLibrary(store), job)
