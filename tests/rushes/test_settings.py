"""Which setting wins, and what is said of one that is wrong."""

import sys
from pathlib import Path

import pytest

from rushes.errors import RushesError
from rushes.paths import paths
from rushes.settings import load_settings


@pytest.fixture
def config(own_home: Path) -> Path:
    return own_home / "config.toml"


def refusal(**flags: object) -> str:
    with pytest.raises(RushesError) as caught:
        load_settings(**flags)
    reason = str(caught.value)
    assert "\n" not in reason
    return reason


def test_everything_lies_below_the_home_that_the_user_names(own_home: Path) -> None:
    place = paths()
    below = [place.config_file, place.data, place.cache, place.log, place.models, place.library]
    assert all(path.is_relative_to(own_home) for path in below)
    assert load_settings().library == place.library
    assert not any(path.exists() for path in below)


def test_a_home_may_begin_with_a_tilde_or_be_relative(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUSHES_HOME", "portable")
    assert paths().data == tmp_path / "portable" / "data"
    monkeypatch.setenv("RUSHES_HOME", "~/portable")
    assert paths().data == Path.home() / "portable" / "data"


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders are Linux's")
def test_without_a_home_the_system_says_where(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("RUSHES_HOME")
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    assert paths().config_file == tmp_path / "CONFIG" / "rushes" / "config.toml"
    assert paths().models == tmp_path / "DATA" / "rushes" / "models"


def test_defaults_hold_where_nothing_is_said() -> None:
    settings = load_settings()
    assert (settings.profile, settings.device) == ("auto", "auto")
    assert settings.frame_every_s == 8.0


def test_a_flag_beats_the_environment_which_beats_the_file(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('profile = "standard"\npassage_words = 100\nframe_every_s = 5\n')
    assert load_settings().passage_words == 100
    monkeypatch.setenv("RUSHES_PROFILE", "studio")
    monkeypatch.setenv("RUSHES_PASSAGE_WORDS", "150")
    settings = load_settings(passage_words=300)
    assert settings.passage_words == 300
    assert settings.profile == "studio"
    assert settings.frame_every_s == 5


def test_a_flag_that_was_not_given_hides_nothing(config: Path) -> None:
    config.write_text("passage_words = 100\n")
    assert load_settings(passage_words=None).passage_words == 100


def test_a_setting_of_a_later_version_is_passed_over(config: Path) -> None:
    config.write_text('from_the_future = "yes"\n')
    assert load_settings().profile == "auto"


def test_broken_toml_is_one_line_that_names_the_file(config: Path) -> None:
    config.write_text("profile = \n[[[")
    assert f"cannot read {config}" in refusal()


def test_a_file_that_is_not_utf8_is_one_line_that_names_the_file(config: Path) -> None:
    config.write_bytes(b'profile = "caf\xe9"\n')
    assert f"cannot read {config}" in refusal()


def test_a_folder_in_the_place_of_the_file_is_one_line(config: Path) -> None:
    config.mkdir()
    load_settings()  # nothing to read there


@pytest.mark.parametrize("value", ["lots", "3", "100000"])
def test_a_bad_value_is_one_line_that_names_the_setting(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_PASSAGE_WORDS", value)
    reason = refusal()
    assert "passage_words" in reason and "RUSHES_PASSAGE_WORDS" in reason


def test_a_bad_value_in_the_file_is_one_line(config: Path) -> None:
    config.write_text('device = "toaster"\n')
    reason = refusal()
    assert "device" in reason and "cpu" in reason and str(config) in reason
