"""Which language models this session can be answered by."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rushes.errors import WrongUsage
from rushes.models import ModelJob, ModelStore, load_catalogue
from rushes.models.catalogue import PROFILES
from rushes.settings import Settings
from rushes.text import one_line

NONE = "none"


@dataclass(frozen=True)
class LanguageChoice:
    """A model by the name that is typed, what it is in a few words, and the settings for it."""

    name: str
    about: str
    settings: Settings


def language_choices(settings: Settings, store: ModelStore) -> tuple[LanguageChoice, ...]:
    """What there is: the server and the file of the settings, installed models, and none."""
    found = []
    if settings.language_url is not None:
        name = settings.language_model or "server"
        found.append(_choice(settings, name, f"the server at {settings.language_url}"))
    elif settings.language_model:
        name = Path(settings.language_model).stem
        found.append(_choice(settings, name, settings.language_model))
    for profile in PROFILES:
        model = load_catalogue().find(ModelJob.LANGUAGE, profile)
        if model is not None and store.is_installed(model):
            changed = {"profile": profile, "language_url": None, "language_model": ""}
            found.append(_choice(settings, model.id, f"{model.name}, {profile}", **changed))
    found.append(_choice(settings, NONE, "sources are quoted, nothing is written", language=NONE))
    return tuple(found)


def chosen(choices: Sequence[LanguageChoice], words: str, settings: Settings) -> LanguageChoice:
    """The one that is meant: by its name or a part of it, a GGUF file, or a model of the server.

    Raises:
        WrongUsage: none of them is, or several are.
    """
    asked = words.strip()
    meant = [each for each in choices if each.name.casefold() == asked.casefold()]
    meant = meant or [each for each in choices if asked.casefold() in each.name.casefold()]
    if len(meant) == 1:
        return meant[0]
    if not meant and asked.endswith(".gguf"):
        changed = {"language_url": None, "language_model": asked}
        return _choice(settings, Path(asked).stem, asked, **changed)
    if not meant and settings.language_url is not None:
        about = f"the server at {settings.language_url}"
        return _choice(settings, asked, about, language_model=asked)
    known = ", ".join(each.name for each in meant or choices)
    raise WrongUsage(f"no language model is called {one_line(asked)[:80]}: use one of {known}")


def _choice(settings: Settings, name: str, about: str, **changed: object) -> LanguageChoice:
    changed = {"language": "auto", **changed}
    return LanguageChoice(one_line(name), one_line(about), settings.model_copy(update=changed))
