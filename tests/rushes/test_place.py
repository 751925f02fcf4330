from pathlib import Path

import pytest

from rushes.errors import RushesError
from rushes.paths import expanded
from rushes.place import Place, parse_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tram.mp4", Place(Path("tram.mp4"))),
        ("tram.mp4@3.5", Place(Path("tram.mp4"), 3.5)),
        ("tram.mp4@3.5s", Place(Path("tram.mp4"), 3.5)),
        ("a/tram.mp4@01:12", Place(Path("a/tram.mp4"), 72.0)),
        ("tram.mp4@00:01:12", Place(Path("tram.mp4"), 72.0)),
        ("tram.mp4@00:12.5-00:16", Place(Path("tram.mp4"), 12.5, 16.0)),
        ("tram.mp4@1:00:00-1:00:01.25", Place(Path("tram.mp4"), 3600.0, 3601.25)),
        ("me@home.mp4", Place(Path("me@home.mp4"))),
        ("me@home.mp4@7", Place(Path("me@home.mp4"), 7.0)),
        ("odd\nname@2.mov@4", Place(Path("odd\nname@2.mov"), 4.0)),
    ],
)
def test_a_path_and_a_time_are_read(text: str, place: Place) -> None:
    assert parse_place(text) == place


def test_a_file_that_has_such_a_name_is_meant_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "take@2").touch()
    assert parse_place(str(tmp_path / "take@2")) == Place(tmp_path / "take@2")


def test_what_is_written_is_read_back() -> None:
    for place in (Place(Path("a.mp4")), Place(Path("a.mp4"), 3.5), Place(Path("a"), 1.25, 2.5)):
        assert parse_place(str(place)) == place


def test_the_home_folder_may_be_shortened() -> None:
    assert parse_place("~/tram.mp4@2").path == Path.home() / "tram.mp4"


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "tram.mp4@5-3", "tram.mp4@5-5"])
def test_what_is_no_place_is_one_sentence(text: str) -> None:
    with pytest.raises(RushesError):
        parse_place(text)


def test_the_home_of_nobody_is_a_name_like_others() -> None:
    assert expanded("~") == Path.home()
    assert expanded("~nobody-of-that-name/reel.otio") == Path("~nobody-of-that-name/reel.otio")
