"""What is suggested for what was typed so far."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.mentions import mentioned
from rushes.moment import Kind, Moment
from rushes.place import Place
from rushes.selects import Select
from tui.completing import MOST, Completer, Names

FILES = (
    Path("/v/2024/tram.mp4"),
    Path("/v/2025/tram.mp4"),
    Path("/v/2025/night tram, wet.mp4"),
    Path("/v/2025/IMG_0042_harbour.mov"),
    Path("/v/budget.pdf"),
    Path("/v/a\x1b[31m\u202ered.mp4"),
)
MOMENTS = tuple(Moment(FILES[0], Kind.VIDEO, float(n), n + 2.0) for n in range(12))


@pytest.fixture
def completer() -> Completer:
    selects = (Select(FILES[1], 1.0, 2.5), Select(FILES[4], 0.0, float("inf"), name="the end"))
    return Completer(lambda: FILES, lambda: MOMENTS, lambda: selects)


def shown(completer: Completer, before: str) -> list[str]:
    return [each.shown for each in completer.suggest(before).suggestions]


def test_a_beginning_comes_before_a_word_and_a_word_before_a_part() -> None:
    names = Names(
        [Path(f"/v/{name}") for name in ("cart.mp4", "my-art.mp4", "art.mp4", "a-r-t.md")]
    )
    assert [each.name for each in names.matching("art")] == [
        "art.mp4", "my-art.mp4", "cart.mp4", "a-r-t.md",
    ]  # fmt: skip


def test_a_folder_before_a_slash_narrows(completer: Completer) -> None:
    found = completer.suggest("@2025/tram").suggestions
    assert [each.about for each in found] == ["/v/2025", "/v/2025"]


def test_files_of_one_name_are_told_apart_by_their_folders(completer: Completer) -> None:
    texts = [each.text for each in completer.suggest("in @tram").suggestions]
    assert texts[1:3] == ["@2024/tram.mp4 ", "@2025/tram.mp4 "]  # after the select


def test_what_is_suggested_is_read_as_that_file(completer: Completer) -> None:
    for path in FILES[:-1]:
        texts = [each.text for each in completer.suggest(f"@{path.name[:5]}").suggestions]
        meant = [mentioned(f"more like {text}", FILES[:-1]).places for text in texts]
        assert (Place(path),) in meant


def test_names_with_characters_that_are_not_there_to_be_read_are_left_out(
    completer: Completer,
) -> None:
    for before in ("@", "@a", "@red"):
        assert not any("red" in each for each in shown(completer, before))


def test_moments_are_suggested_by_number(completer: Completer) -> None:
    assert shown(completer, "more like @1") == ["@1", "@10", "@11", "@12"]
    first = completer.suggest("@1").suggestions[0]
    assert (first.text, first.about) == ("@1 ", "tram.mp4 00:00:00.0–00:00:02.0")


def test_selects_are_suggested_as_a_stretch(completer: Completer) -> None:
    texts = [each.text for each in completer.suggest("@the e").suggestions]
    assert not texts  # a space ends what is typed
    (found,) = completer.suggest('@"the e').suggestions
    assert found.text == "@v/budget.pdf@0 "
    assert completer.suggest("@tram").suggestions[0].text == "@2025/tram.mp4@1-2.5 "


def test_an_address_is_no_mention(completer: Completer) -> None:
    assert shown(completer, "write to ana@tram") == []
    assert shown(completer, "@tram and then") == []


def test_never_more_than_fit(completer: Completer) -> None:
    many = Completer(lambda: [Path(f"/v/{n}.mp4") for n in range(100)], lambda: MOMENTS)
    assert len(shown(many, "@")) == MOST


def test_files_are_read_anew_only_when_they_changed() -> None:
    made: list[Sequence[Path]] = [FILES]
    completer = Completer(lambda: made[0])
    assert shown(completer, "@budget") == ["budget.pdf"]
    names = completer._names
    assert shown(completer, "@budg") == ["budget.pdf"] and completer._names is names
    made[0] = (*FILES, Path("/v/budget-2.pdf"))
    assert len(shown(completer, "@budget")) == 2


def test_folders_of_the_machine_follow_index(tmp_path: Path) -> None:
    (tmp_path / "Footage").mkdir()
    (tmp_path / "footnotes.txt").touch()
    (tmp_path / ".hidden").mkdir()
    found = Completer().suggest(f"/index {tmp_path}/foo")
    assert [each.text for each in found.suggestions] == [f"{tmp_path}/Footage/"] and found.is_free
    assert shown(Completer(), f"/index {tmp_path}/nowhere/x") == []
    assert shown(Completer(), "/index ~nobody-of-that-name/x") == []


def test_a_name_made_to_take_long_takes_no_time() -> None:
    names = Names([Path(f"/v/{'a' * 200}.mp4")] * 50)
    assert names.matching("a" * 39 + "b") == []
    assert len(names.matching("aaa4")) == MOST
