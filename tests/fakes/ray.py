"""A Ray of this process, whose workers read only names, and go down or hang when told to."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from indexer.engines.ray_itself import WentDown
from indexer.pulse import Sign
from indexer.rows import Asset, IndexedFile, new_id
from indexer.scan import Found
from indexer.setup import Setup
from rushes.errors import RushesError


@dataclass(eq=False)
class Answer:
    """What a worker has to say, worked out when it is asked for; None as `work` never comes."""

    of: "Actor"
    work: Callable[[], Any] | None

    @property
    def is_there(self) -> bool:
        return self.of.is_down or self.work is not None


@dataclass(eq=False)
class Actor:
    """One worker. `files` are the names of those that it has read."""

    ray: "FakeRay"
    is_down: bool = False
    files: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> "Method":
        return Method(self, name)

    def _check(self, version: str) -> RushesError | None:
        return self.ray.trouble

    def _sign(self) -> tuple[int, Sign]:
        return 1, Sign(0, 0.0, in_model=False)

    def _pause(self, paused: bool) -> None:
        return

    def _read(self, number: int, found: Found) -> IndexedFile:
        name = found.path.name
        self.files.append(name)
        if self.ray.deadly.get(name, 0) > 0:
            self.ray.deadly[name] -= 1
            self.is_down = True
            raise WentDown("SIGSEGV")
        return IndexedFile(Asset(new_id(), found.path, found.kind, 1, 1))


@dataclass
class Method:
    actor: Actor
    name: str

    def remote(self, *arguments: Any) -> Answer:
        if self.name == "read" and arguments[1].path.name in self.actor.ray.silent:
            return Answer(self.actor, None)
        work = getattr(self.actor, f"_{self.name}")
        return Answer(self.actor, lambda: work(*arguments))


@dataclass
class FakeRay:
    """In the place of `indexer.engines.ray_itself`. `deadly` says how often a file kills."""

    WentDown = WentDown
    size: int = 2
    trouble: RushesError | None = None
    deadly: dict[str, int] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    actors: list[Actor] = field(default_factory=list)
    is_connected: bool = False

    @contextmanager
    def connected(self, address: str) -> Iterator[None]:
        self.is_connected = True
        yield
        self.is_connected = False

    def check_there(self, address: str) -> None:
        return

    def places(self) -> int:
        return self.size

    def reader(self, setup: Setup) -> Actor:
        self.actors.append(Actor(self))
        return self.actors[-1]

    def beside(self, method: Method) -> Method:
        return method

    def ready(self, answers: Sequence[Answer], wait_s: float) -> list[Answer]:
        """One of each worker, whose files come in order."""
        first: dict[int, Answer] = {}
        for answer in answers:
            first.setdefault(id(answer.of), answer)
        return [answer for answer in first.values() if answer.is_there]

    def told(self, answer: Answer) -> Any:
        if answer.of.is_down or answer.work is None:
            raise WentDown("its process ended")
        return answer.work()

    def kill(self, actor: Actor) -> None:
        actor.is_down = True
