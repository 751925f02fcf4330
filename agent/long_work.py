"""Work of the tools that takes minutes: done here, or by whoever keeps the jobs of a program."""

from pathlib import Path
from typing import Protocol

from agent.bounds import path_text
from agent.filing import put_in_library
from agent.forms import Draw, Drawn, Film, Indexed
from indexer.library import Library
from rushes.jobs import Job
from rushes.place import Place
from rushes.text import one_line


class LongWork(Protocol):
    """Each blocks until it is done, reports to its job and stops with it.

    Paths have been checked. All raise `RushesError` if it cannot be done, `Cancelled` if the user
    asked to stop.
    """

    def index(self, folder: Path, job: Job) -> Indexed:
        """Put a folder into the library."""

    def enlarge(self, place: Place, to: str, out: Path, job: Job) -> Film:
        """Write a film, or a part of it, in another size, and put it into the library."""

    def draw(self, clip: Place, wish: Draw, out: Path, job: Job) -> Drawn:
        """Make a shot from a clip or a picture, and put it into the library."""


class InProcess:
    """Does it in this process."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def index(self, folder: Path, job: Job) -> Indexed:
        report = self._library.index([folder], job)
        return Indexed(
            indexed=report.indexed,
            unchanged=report.unchanged,
            removed=report.removed,
            failed={path_text(each.path): one_line(each.error or "") for each in report.failed},
        )

    def enlarge(self, place: Place, to: str, out: Path, job: Job) -> Film:
        from generator.upscale import Wish, box_of, upscale_film
        from rushes.models import ModelStore
        from rushes.paths import paths

        made = upscale_film(place, out, Wish(box_of(to)), ModelStore(paths().models), job)
        filed = put_in_library(made.path, self._library, job)
        return Film(path=path_text(made.path), not_in_library=filed.reason)

    def draw(self, clip: Place, wish: Draw, out: Path, job: Job) -> Drawn:
        from generator.backends.choice import AUTO, Options, choose_backend
        from generator.camera import parse_camera
        from generator.delivery import Delivery
        from generator.planning import plan_film, prepare
        from generator.render import render_film
        from generator.storyboard import Shot, Storyboard, clip_keyframes
        from rushes.models import ModelStore
        from rushes.paths import paths

        shot = Shot(
            prompt=wish.prompt,
            seconds=wish.seconds,
            keyframes=clip_keyframes(clip),
            clip=clip,
            camera=parse_camera(wish.camera) if wish.camera else None,
        )
        board = Storyboard((shot,))
        prepared = prepare(board, job)
        store = ModelStore(paths().models)
        options = Options(self._library.settings, store)
        chosen = choose_backend(AUTO, options, lambda each: plan_film(prepared, each))
        made = render_film(chosen.planned, board, Delivery(out), store, job)
        filed = put_in_library(made.path, self._library, job)
        return Drawn(
            path=path_text(made.path),
            back_end=made.backend,
            is_generated=made.is_generated,
            passed_over=[one_line(why) for why in chosen.passed_over],
            not_in_library=filed.reason,
        )
