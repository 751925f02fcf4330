"""Which models a library is made with, and the encoders and readers that run them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from indexer.describe import Describer, load_describer
from indexer.embed.detectors import Detectors
from indexer.embed.encoders import Reranker, TextEncoder, VisionEncoder
from indexer.embed.vision import runs_here
from indexer.ocr import Ocr
from indexer.record import Recipe
from indexer.schema import Dimensions
from indexer.segments import TagsOfSound
from indexer.speech import Speech
from rushes.errors import ModelMissing
from rushes.models import Model, ModelJob, ModelStore, load_catalogue
from rushes.models.catalogue import PROFILES
from rushes.paths import paths
from rushes.settings import Settings


@dataclass(frozen=True)
class Choice:
    """A model for each sense. All but `text` may be None: that sense is then done without."""

    text: Model
    pictures: Model | None
    speech: Model | None
    ocr: Model | None


def choose(settings: Settings, store: ModelStore) -> Choice:
    """The models for a new library: those of the profile asked for, or the best installed ones.

    Raises:
        ModelMissing: a profile was named and is not installed, or there is no text model at all.
    """
    catalogue = load_catalogue()

    def best(job: ModelJob) -> Model | None:
        if settings.profile in ("standard", "studio"):
            model = catalogue.find(job, settings.profile)
            if model is not None:
                store.path(model)  # asked for by name: say so if it is not there
            return model
        for profile in PROFILES[:1] if settings.profile == "starter" else PROFILES[::-1]:
            model = catalogue.find(job, profile)
            if model is not None and store.is_installed(model) and runs_here(model):
                return model
        return None

    text = best(ModelJob.TEXT)
    if text is None:
        raise ModelMissing("no model is installed: run `rushes models install starter`")
    return Choice(text, best(ModelJob.PICTURES), best(ModelJob.SPEECH), best(ModelJob.OCR))


def chosen_by(recipe: Recipe) -> Choice:
    """The models that made a library.

    Raises:
        RushesError: the catalogue does not know one of them.
    """
    catalogue = load_catalogue()

    def named(identity: str | None) -> Model | None:
        return catalogue.get(identity) if identity else None

    return Choice(
        catalogue.get(recipe.text),
        named(recipe.pictures),
        named(recipe.speech),
        named(recipe.ocr),
    )


Part = TypeVar("Part")


class _LoadedOnce(Generic[Part]):
    """A `cached_property` for several threads: since Python 3.12 that one takes no lock."""

    def __init__(self, load: "Callable[[Parts], Part]") -> None:
        self._load = load

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, parts: "Parts", owner: type) -> Part:
        with parts.loading:
            if self._name not in vars(parts):
                vars(parts)[self._name] = self._load(parts)
            part: Part = vars(parts)[self._name]
            return part


class Parts:
    """The running models of a choice, each loaded when it is first used."""

    def __init__(self, choice: Choice, settings: Settings, store: ModelStore | None = None) -> None:
        self.choice = choice
        self._settings = settings
        self._store = store or ModelStore(paths().models)
        self.loading = threading.RLock()

    @_LoadedOnce
    def text(self) -> TextEncoder:
        from indexer.embed.text import load_text

        return load_text(self.choice.text, self._store, self._device)

    @_LoadedOnce
    def vision(self) -> VisionEncoder | None:
        from indexer.embed.vision import load_vision

        if self.choice.pictures is None:
            return None
        return load_vision(self.choice.pictures, self._store, self.text, self._device)

    @_LoadedOnce
    def speech(self) -> Speech | None:
        model = self.choice.speech
        return None if model is None else Speech(self._store.path(model), self._device)

    @_LoadedOnce
    def tagger(self) -> TagsOfSound | None:
        """Says what sounds are of, in the profiles that have one. It marks no library."""
        model = self._companion(ModelJob.SOUND)
        if model is None:
            return None
        from indexer.sound_tagger import load_tagger

        return load_tagger(model, self._store, self._device)

    @_LoadedOnce
    def ocr(self) -> Ocr | None:
        model = self.choice.ocr
        return None if model is None else Ocr(self._store.path(model))

    @_LoadedOnce
    def detectors(self) -> Detectors | None:
        """Finds people and things, for encoders that do not. It serves every profile."""
        models = [load_catalogue().get(name) for name in ("labels-and-objects", "blazeface")]
        objects, faces = (
            self._store.path(model) if self._store.is_installed(model) else None for model in models
        )
        if (objects is None and faces is None) or not runs_here(models[0]):
            return None
        return Detectors(objects, faces)

    @_LoadedOnce
    def reranker(self) -> Reranker | None:
        """Orders what was found by words, in the profiles that have one. It marks no library."""
        model = self._companion(ModelJob.RERANK)
        if model is None:
            return None
        from indexer.embed.rerank import load_reranker

        return load_reranker(model, self._store, self._device)

    @_LoadedOnce
    def describer(self) -> Describer | None:
        """Says what happens in shots: the server that the user named, or the profile's model."""
        model = self._companion(ModelJob.DESCRIBE)
        return load_describer(self._settings, model, self._store, self._device)

    @property
    def can_describe(self) -> bool:
        """Whether there is something that says what happens in shots. Loads nothing."""
        if self._settings.describe_url is not None:
            return True
        return self._companion(ModelJob.DESCRIBE) is not None

    def _companion(self, job: ModelJob) -> Model | None:
        """The model for another job in the profile of the text model, if it is installed."""
        for profile in self.choice.text.profiles:
            model = load_catalogue().find(job, profile)
            if model is not None and self._store.is_installed(model):
                return model
        return None

    def check(self) -> None:
        """Find every part's files, before several threads ask for them at once.

        Raises:
            ModelMissing, ModelDamaged: a model of the choice is not here, or not as it was.
        """
        for part in (self.text, self.vision, self.speech, self.ocr, self.tagger):
            del part

    @property
    def recipe(self) -> Recipe:
        """What a library made with these parts records of itself."""
        return Recipe(
            text=self.choice.text.id,
            pictures=self.choice.pictures.id if self.choice.pictures else None,
            speech=self.choice.speech.id if self.choice.speech else None,
            ocr=self.choice.ocr.id if self.choice.ocr else None,
            passage_words=self._settings.passage_words,
            frame_every_s=self._settings.frame_every_s,
        )

    @property
    def dimensions(self) -> Dimensions:
        """How long the vectors are that these parts make. Loads them."""
        return Dimensions(self.text.dimensions, self.vision.dimensions if self.vision else 1)

    @cached_property
    def _device(self) -> str:
        from rushes.devices import pick_device

        starter = "starter" in self.choice.text.profiles
        return "cpu" if starter else pick_device(self._settings.device)
