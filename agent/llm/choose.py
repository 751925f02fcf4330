"""Which language model answers: the user's server, their file, or the installed one."""

from dataclasses import dataclass

from agent.llm.abilities import abilities_of
from agent.llm.protocol import LanguageModel
from rushes.errors import RushesError
from rushes.models import Model, ModelJob, ModelStore, load_catalogue
from rushes.models.catalogue import PROFILES
from rushes.paths import expanded, paths
from rushes.settings import Settings
from rushes.text import one_line


@dataclass(frozen=True)
class Language:
    """The model, or None and in one line why: it is then done without one."""

    model: LanguageModel | None
    reason: str = ""


def load_language(settings: Settings, store: ModelStore | None = None) -> Language:
    """The server at `language_url`, else the file that `language_model` names, else the best
    installed model of the profile. No failure is worth more than a sentence here: without a
    model there are answers, too.
    """
    if settings.language == "none":
        return Language(None)
    try:
        return Language(_load(settings, store or ModelStore(paths().models)))
    except RushesError as error:
        return Language(None, f"answering without a language model: {error}")


def _load(settings: Settings, store: ModelStore) -> LanguageModel:
    name = settings.language_model
    if settings.language_url is not None:
        from agent.llm.openai_compatible import ServerLanguage

        return ServerLanguage(str(settings.language_url), name, abilities_of(name))
    from agent.llm.llama_cpp import LlamaLanguage

    if name:
        if not name.endswith(".gguf"):
            raise RushesError(
                f"language_model is {one_line(name)}: without language_url it must be the path "
                "of a .gguf file"
            )
        file = expanded(name)
        return LlamaLanguage(file.stem, file, settings.device, abilities_of(file.stem))
    model = _installed(settings, store)
    folder, able = store.path(model), abilities_of(model.id)
    return LlamaLanguage(model.id, folder, settings.device, able, store.derived(model))


def _installed(settings: Settings, store: ModelStore) -> Model:
    """The model of the profile that was named, installed or not, or the best installed one."""
    profiles = PROFILES[::-1] if settings.profile == "auto" else (settings.profile,)
    models = [load_catalogue().find(ModelJob.LANGUAGE, profile) for profile in profiles]
    there = [model for model in models if model is not None]
    return next((model for model in there if store.is_installed(model)), there[-1])
