"""The agent's long work in the app: orders among the others, which survive quitting."""

from collections.abc import Callable
from pathlib import Path

from agent.bounds import path_text
from agent.forms import Draw, Drawn, Film, Indexed
from indexer.readers import kind_of
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.library_place import LibraryPlace
from rushes.moment import Kind, Moment
from rushes.place import Place
from rushes.text import one_line
from tui.work import made
from tui.work.making_orders import FilmWish, enlarge_order
from tui.work.order import Order
from tui.work.reported import Reported

CarryOut = Callable[[Order, Job], str]
"""Has an order done and returns what it printed. Blocks; stopping the job stops the order."""


class ByOrder:
    """An `agent.long_work.LongWork` over the queue of an app with this library."""

    def __init__(self, library: LibraryPlace, carry_out: CarryOut) -> None:
        self._library = library
        self._carry_out = carry_out

    def index(self, folder: Path, job: Job) -> Indexed:
        command = ("index", str(folder), f"--library={self._library}", "--json")
        order = Order(f"index {one_line(folder.name or str(folder))}", command)
        done = Reported.of(self._carry_out(order, job))
        return Indexed(
            indexed=done.counts["indexed"],
            unchanged=done.unchanged,
            removed=done.counts["removed"],
            failed={path_text(path): one_line(why) for path, why in done.failed},
        )

    def enlarge(self, place: Place, to: str, out: Path, job: Job) -> Film:
        film = self._film(enlarge_order(place, to, out, self._library), job)
        return Film(path=path_text(film.path), not_in_library=film.not_in_library)

    def draw(self, clip: Place, wish: Draw, out: Path, job: Job) -> Drawn:
        kind = kind_of(clip.path) or Kind.VIDEO
        order = FilmWish(
            Moment(clip.path, kind, clip.start_s, clip.end_s),
            out,
            prompt=wish.prompt,
            camera=wish.camera,
            seconds=f"{wish.seconds:g}",
        ).order(self._library)
        film = self._film(order, job)
        return Drawn(
            path=path_text(film.path),
            back_end=film.backend or "",
            is_generated=film.made_with_ai,
            passed_over=[one_line(why) for why in film.passed_over],
            not_in_library=film.not_in_library,
        )

    def _film(self, order: Order, job: Job) -> made.Film:
        film = made.read_film(self._carry_out(order, job))
        if film is None:
            raise RushesError(f"{order.title}: it did not say what it made")
        return film
