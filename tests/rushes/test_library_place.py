"""Where a library may lie, as it is typed."""

from pathlib import Path

import pytest

from rushes.config_file import save_setting
from rushes.errors import RushesError
from rushes.library_place import Bucket, absolute, library_place
from rushes.settings import load_settings


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("/films/library", Path("/films/library")),
        ("films", Path("films")),
        ("C:/films", Path("C:/films")),
        ("s3://films/library", Bucket("films", "library")),
        ("s3://films/one/two/", Bucket("films", "one/two")),
        ("s3://films", Bucket("films")),
        (Path("s3://films/library"), Bucket("films", "library")),  # which is "s3:/films/library"
    ],
)
def test_a_place_is_a_folder_or_in_a_bucket(typed: str | Path, place: object) -> None:
    assert library_place(typed) == place


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("gs://films/library", "only s3://BUCKET/FOLDER"),
        ("s3://", "'' is no name of a bucket"),
        ("s3://Films_1/library", "'Films_1' is no name of a bucket"),
        ("s3://films/../others", "'..' is no name of a folder"),
        ("s3://films/a b", "'a b' is no name of a folder"),
    ],
)
def test_what_is_no_place_is_one_line(typed: str, reason: str) -> None:
    with pytest.raises(RushesError, match="--library is not valid") as caught:
        load_settings(library=typed)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_place_in_a_bucket_is_named_and_shown_as_it_was_typed() -> None:
    assert str(Bucket("films", "one/two")) == "s3://films/one/two"
    assert Bucket("films", "one/two").name == "two"
    assert (str(Bucket("films")), Bucket("films").name) == ("s3://films", "films")
    assert absolute(Bucket("films")) == Bucket("films")
    assert absolute(Path("~/films")) == Path.home() / "films"


def test_it_is_read_from_every_source(monkeypatch: pytest.MonkeyPatch) -> None:
    save_setting("library", "s3://films/from-the-file")
    assert load_settings().library == Bucket("films", "from-the-file")
    monkeypatch.setenv("RUSHES_LIBRARY", "s3://films/from-the-environment")
    assert load_settings().library == Bucket("films", "from-the-environment")
    assert load_settings(library="s3://films/typed").library == Bucket("films", "typed")


def test_a_library_has_one_place_whichever_links_lead_there(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "films")
    assert absolute(tmp_path / "link/library") == tmp_path / "films/library"
