"""The settings as a person sees them: what each is for, its value, and where that comes from."""

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from rushes.config_file import kept_settings, save_setting
from rushes.paths import paths
from rushes.settings import Settings, load_settings
from rushes.text import one_line

_AT_START = {"library", "language", "language_url", "language_model", "pictures"}


class Origin(StrEnum):
    """Where a value comes from; later ones win."""

    DEFAULT = "default"
    FILE = "config.toml"
    ENVIRONMENT = "environment"
    FLAG = "command line"


@dataclass(frozen=True)
class Setting:
    """One setting. `choices` are all its values, or none where something is typed."""

    name: str
    about: str
    value: str
    default: str
    origin: Origin
    choices: tuple[str, ...]

    @property
    def overrides(self) -> str:
        """What wins over the file, or ""."""
        if self.origin is Origin.ENVIRONMENT:
            return f"RUSHES_{self.name.upper()} is set in the environment, and wins over the file"
        if self.origin is Origin.FLAG:
            return f"--{self.name} was given when the app was started, and wins over the file"
        return ""

    @property
    def is_later(self) -> bool:
        """Whether a change is in force only when the app is opened again."""
        return self.name in _AT_START

    @property
    def is_default(self) -> bool:
        return self.origin is Origin.DEFAULT


def settings_of(settings: Settings) -> list[Setting]:
    """Every setting, in the order in which they are declared.

    Raises:
        RushesError: config.toml cannot be read.
    """
    without_flags = load_settings()
    kept = kept_settings()
    return [
        Setting(
            name,
            one_line(field.description or ""),
            shown(getattr(settings, name)),
            shown(field.get_default(call_default_factory=True)),
            _origin(name, settings, without_flags, kept),
            _choices(field),
        )
        for name, field in Settings.model_fields.items()
    ]


def change(settings: Settings, setting: Setting, text: str) -> Settings:
    """Write a setting into config.toml, as it was typed. Returns the settings now in force.

    Raises:
        RushesError: it is not allowed, or the file cannot be written.
    """
    save_setting(setting.name, text)
    if setting.overrides:
        return settings
    return settings.model_copy(update={setting.name: getattr(load_settings(), setting.name)})


def shown(value: Any) -> str:
    """A value as a person reads and types it; "" if there is none."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else one_line(str(value))


def file_shown() -> str:
    """The file that holds them."""
    return one_line(str(paths().config_file))


def _origin(name: str, settings: Settings, plain: Settings, kept: frozenset[str]) -> Origin:
    if getattr(settings, name) != getattr(plain, name):
        return Origin.FLAG
    if any(variable.upper() == f"RUSHES_{name.upper()}" for variable in os.environ):
        return Origin.ENVIRONMENT
    return Origin.FILE if name in kept else Origin.DEFAULT


def _choices(field: FieldInfo) -> tuple[str, ...]:
    if field.annotation is bool:
        return ("off", "on")
    if get_origin(field.annotation) is Literal:
        return tuple(map(str, get_args(field.annotation)))
    return ()
