"""Settings written into config.toml."""

from pathlib import Path

import pytest

from rushes.config_file import kept_settings, save_setting
from rushes.errors import RushesError
from rushes.paths import paths
from rushes.settings import load_settings

OURS = "# mine\nprofile = 'starter'  # small\n\n[another.program]\n# its own\ncolour = 'red'\n"


def test_a_setting_is_written_and_in_force() -> None:
    save_setting("frame_every_s", "4")
    save_setting("watch", "on")
    settings = load_settings()
    assert (settings.frame_every_s, settings.watch) == (4.0, True)
    assert kept_settings() == {"frame_every_s", "watch"}


def test_comments_and_what_is_not_ours_stay() -> None:
    file = paths().config_file
    file.write_text(OURS)
    save_setting("theme", "nord")
    save_setting("profile", "auto")
    assert load_settings().theme == "nord"
    text = file.read_text()
    for kept in ("# mine\n", "# small\n", "[another.program]\n# its own\ncolour = 'red'\n"):
        assert kept in text


def test_nothing_typed_is_the_default_again() -> None:
    save_setting("passage_words", "300")
    save_setting("passage_words", " ")
    assert load_settings().passage_words == 200
    assert kept_settings() == frozenset()


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("frame_every_s", "0.1", "greater than 0.5"),
        ("frame_every_s", "soon", "valid number"),
        ("comfyui_url", "not an address", "valid URL"),
        ("profile", "huge", "'auto', 'starter'"),
    ],
)
def test_what_is_not_allowed_is_refused_in_a_line_and_not_written(
    name: str, text: str, why: str
) -> None:
    with pytest.raises(RushesError, match=why) as refused:
        save_setting(name, text)
    assert "\n" not in str(refused.value)
    assert not paths().config_file.exists()


def test_a_path_is_kept_so_that_it_holds_in_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save_setting("library", "films")
    assert load_settings().library == tmp_path / "films"


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    elsewhere.write_text("")
    paths().config_file.symlink_to(elsewhere)
    save_setting("theme", "nord")
    assert paths().config_file.is_symlink()
    assert "nord" in elsewhere.read_text()


def test_a_damaged_file_is_said_and_left_alone() -> None:
    paths().config_file.write_text("theme = [")
    with pytest.raises(RushesError, match="cannot read"):
        save_setting("theme", "nord")
    assert paths().config_file.read_text() == "theme = ["
