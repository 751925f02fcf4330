"""Settings as a person sees them."""

from pathlib import Path

import pytest

from rushes.config_file import save_setting
from rushes.settings import Settings, load_settings
from tui.setting_values import Origin, Setting, change, settings_of


def by_name(settings: Settings) -> dict[str, Setting]:
    return {each.name: each for each in settings_of(settings)}


def test_every_setting_is_there_and_explained() -> None:
    told = settings_of(load_settings())
    assert [each.name for each in told] == list(Settings.model_fields)
    assert all(each.about for each in told)


def test_each_says_where_its_value_comes_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save_setting("passage_words", "300")
    save_setting("device", "cpu")
    monkeypatch.setenv("RUSHES_DEVICE", "cuda")
    told = by_name(load_settings(library=tmp_path))
    assert (told["passage_words"].value, told["passage_words"].origin) == ("300", Origin.FILE)
    assert (told["device"].value, told["device"].origin) == ("cuda", Origin.ENVIRONMENT)
    assert told["library"].origin is Origin.FLAG
    assert told["profile"].origin is Origin.DEFAULT
    assert told["profile"].choices == ("auto", "starter", "standard", "studio")
    assert told["watch"].choices == ("off", "on")


def test_a_change_is_in_force_unless_something_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUSHES_DEVICE", "cpu")
    settings = load_settings()
    told = by_name(settings)
    settings = change(settings, told["device"], "cuda")
    settings = change(settings, told["watch"], "on")
    assert (settings.device, settings.watch) == ("cpu", True)
    assert "RUSHES_DEVICE" in told["device"].overrides
    assert load_settings().watch
