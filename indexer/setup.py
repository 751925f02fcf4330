"""What a line is set up by, in whichever process it runs."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.parts import Choice, Parts
from rushes.models import ModelStore
from rushes.settings import Settings

if TYPE_CHECKING:
    from indexer.pipeline import Line


@dataclass(frozen=True)
class Setup:
    """Small, and can be sent anywhere. Two that are equal make the same rows of a file.

    `models` is the folder in which the models of the `choice` are installed.
    """

    choice: Choice
    models: Path
    device: str
    passage_words: int
    frame_every_s: float
    settings: Settings = field(compare=False, repr=False)

    @classmethod
    def of(cls, parts: Parts, settings: Settings, models: ModelStore) -> "Setup":
        recipe = parts.recipe
        return cls(
            parts.choice,
            models.root.resolve(),
            settings.device,
            recipe.passage_words,
            recipe.frame_every_s,
            settings,
        )

    def line(self) -> "Line":
        """A line with these models, each of which is loaded when it is first used."""
        from indexer.pipeline import Line

        parts = Parts(self.choice, self.settings, ModelStore(self.models))
        return Line(parts, self.passage_words, self.frame_every_s)
