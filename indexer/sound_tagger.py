"""What a sound is of: AST hears which of AudioSet's 527 classes are in a few seconds of it.

AST: Gong, Chung and Glass, "AST: Audio Spectrogram Transformer", Interspeech 2021. AudioSet:
Gemmeke et al., ICASSP 2017.
"""

import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.segments import Tagged, TagsOfSound
from rushes.devices import pick_device
from rushes.errors import ModelMissing
from rushes.media import SAMPLE_RATE
from rushes.models import Model, ModelDamaged, ModelStore

if TYPE_CHECKING:
    from transformers import ASTFeatureExtractor, ASTForAudioClassification

_BATCH = 4  # windows in one run of the model: several seconds on a processor
_NAMED = 0.3  # a guess: how sure the model must be of a class for the sound to have its name
_MOST_NAMES = 4

_SPEECH = (
    "Speech", "Male speech, man speaking", "Female speech, woman speaking",
    "Child speech, kid speaking", "Conversation", "Narration, monologue", "Speech synthesizer",
    "Whispering",
)  # fmt: skip
_FIRST_OF_MUSIC, _LAST_OF_MUSIC = "Music", "Scary music"  # AudioSet keeps its branches together
_SUNG = (
    "Singing", "Choir", "Yodeling", "Chant", "Mantra", "Male singing", "Female singing",
    "Child singing", "Synthetic singing", "Rapping", "Humming",
)  # fmt: skip
_NOT_PLAYED = ("Bell", "Church bell", "Bicycle bell", "Wind chime")  # AudioSet's instruments too
# What tells of the recording or of the room, not of anything that sounds there.
_NO_SOUND = (
    "Silence", "Sound effect", "Inside, small room", "Inside, large room or hall",
    "Inside, public space", "Reverberation", "Echo", "Distortion", "Television", "Radio",
    "Field recording",
)  # fmt: skip
_TOO_GENERAL = (
    "Music", "Musical instrument", "Noise", "Environmental noise", "Outside, urban or manmade",
    "Outside, rural or natural",
)  # fmt: skip


def load_tagger(model: Model, store: ModelStore, device: str) -> TagsOfSound:
    """The tagger for an installed model of the job "sound".

    Raises:
        ModelMissing: it is not installed.
        ModelDamaged: its files are not what was installed.
    """
    return AstTagger(model.id, store.path(model), device)


class AstTagger:
    """An Audio Spectrogram Transformer from a folder. Safe to use from several threads.

    The model is loaded with the first sound, which is when `device` must be there.
    """

    def __init__(self, name: str, folder: Path, device: str) -> None:
        self.name = name
        self._folder = folder
        self._device = device
        self._lock = threading.Lock()

    def tags(
        self, windows: Sequence[NDArray[np.float32]], check: Callable[[], None]
    ) -> list[Tagged]:
        """
        Raises:
            ModelMissing: the library that runs it is not installed.
            ModelDamaged: it knows other classes.
            RushesError: the device is not on this machine.
        """
        found: list[Tagged] = []
        for first in range(0, len(windows), _BATCH):
            check()
            with self._lock:
                surely = self._loaded.probabilities(windows[first : first + _BATCH])
            found += [self._loaded.classes.tagged(each) for each in surely]
        return found

    @cached_property
    def _loaded(self) -> "_Loaded":
        try:
            from transformers import ASTFeatureExtractor, ASTForAudioClassification
            from transformers.utils.logging import disable_progress_bar
        except ImportError as error:
            raise ModelMissing(
                f"{self.name} cannot be loaded: {error} (run `pip install transformers`)"
            ) from None
        device = pick_device(self._device)
        disable_progress_bar()  # type: ignore[no-untyped-call]
        with warnings.catch_warnings():
            # Of a mel band too narrow to hold a frequency, which the makers' bands have as well.
            warnings.filterwarnings("ignore", "At least one mel filter has all zero values")
            extractor = ASTFeatureExtractor.from_pretrained(self._folder, local_files_only=True)
        network = ASTForAudioClassification.from_pretrained(
            self._folder, local_files_only=True, use_safetensors=True
        )
        names = [str(name) for _, name in sorted((network.config.id2label or {}).items())]
        if missing := {_SPEECH[0], _FIRST_OF_MUSIC, _LAST_OF_MUSIC}.difference(names):
            raise ModelDamaged(
                f"{self._folder} is not the tagger of sounds that Rushes knows: it has no class "
                f"{min(missing)!r} (run `rushes models install standard` to fetch it again)"
            )
        network.to(device)  # type: ignore[arg-type]  # transformers' wrapper loses its type
        return _Loaded(extractor, network, device, AudioSetClasses(names))


class AudioSetClasses:
    """Which of AudioSet's classes are speech, music and ambience, and which name a sound.

    `names` are all of them in AudioSet's order.
    """

    def __init__(self, names: Sequence[str]) -> None:
        first, last = names.index(_FIRST_OF_MUSIC), names.index(_LAST_OF_MUSIC)
        music = {*names[first : last + 1], *_SUNG}.difference(_NOT_PLAYED)
        ambience = set(names).difference(_SPEECH, music, _NO_SOUND)
        self._names = names
        self._speech = _are_among(names, _SPEECH)
        self._music = _are_among(names, music)
        self._ambience = _are_among(names, ambience)
        self._telling = _are_among(names, (music | ambience).difference(_TOO_GENERAL))

    def tagged(self, surely: NDArray[np.float32]) -> Tagged:
        """What the classes' probabilities say, shape (classes,): the likeliest of each kind."""
        order = np.argsort(-surely, kind="stable")
        named = [i for i in order if self._telling[i] and surely[i] >= _NAMED]
        return Tagged(
            speech=float(surely[self._speech].max()),
            music=float(surely[self._music].max()),
            ambience=float(surely[self._ambience].max(initial=0.0)),
            names=tuple(self._names[i] for i in named[:_MOST_NAMES]),
        )


@dataclass(frozen=True)
class _Loaded:
    extractor: "ASTFeatureExtractor"
    network: "ASTForAudioClassification"
    device: str
    classes: AudioSetClasses

    def probabilities(self, windows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Of every class in every window, each by itself: shape (windows, classes).

        On CUDA the products are taken in half precision.
        """
        import torch

        half = torch.autocast("cuda", torch.float16, enabled=self.device == "cuda")
        heard = self.extractor(list(windows), sampling_rate=SAMPLE_RATE, return_tensors="pt")
        with torch.inference_mode(), half:
            logits = self.network(heard["input_values"].to(self.device)).logits
        return np.asarray(torch.sigmoid(logits.float()).cpu(), np.float32)


def _are_among(names: Sequence[str], some: Sequence[str] | set[str]) -> NDArray[np.bool_]:
    return np.array([name in some for name in names])
