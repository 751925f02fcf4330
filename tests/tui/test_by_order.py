"""The agent's long work in the app: it stands among the jobs, and Esc and quitting reach it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from agent.forms import Draw
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job, Progress
from rushes.place import Place
from tests.media.video import make_clip
from tests.tui.home import HARBOUR
from tui.work.by_order import ByOrder
from tui.work.kept import read_orders
from tui.work.order import Order, State
from tui.work.queue import WorkQueue

T = TypeVar("T")


class App:
    """A queue in an event loop, and the agent's work in a thread beside it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "orders.json"
        self.queue = WorkQueue(self.file, lambda standing: None)
        self.library = folder / "library"
        self.kept: list[list[Order]] = []

    def run(self, work: Callable[[ByOrder], T]) -> T:
        async def live() -> T:
            loop = asyncio.get_running_loop()

            def carry_out(order: Order, job: Job) -> str:
                done = asyncio.run_coroutine_threadsafe(self._follow(order, job), loop)
                return done.result(300)

            result = await asyncio.to_thread(work, ByOrder(self.library, carry_out))
            async with asyncio.timeout(60):
                while self.queue.is_busy:  # what was asked to stop
                    await asyncio.sleep(0.02)
            return result

        return asyncio.run(live())

    async def _follow(self, order: Order, job: Job) -> str:
        following = asyncio.create_task(self.queue.carry_out(order, job))
        await asyncio.sleep(0)
        self.kept.append(read_orders(self.file))
        return await following


@pytest.fixture
def app(tmp_path: Path, installed: Path) -> App:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "harbour.txt").write_text(HARBOUR)
    (tmp_path / "media" / "broken.pdf").write_bytes(b"%PDF-1.4 cut off")
    return App(tmp_path)


def test_a_folder_is_put_in_by_a_job_that_is_kept_for_next_time(app: App, tmp_path: Path) -> None:
    heard: list[Progress] = []
    done = app.run(lambda work: work.index(tmp_path / "media", Job(heard.append)))
    assert done.indexed == 1
    assert list(done.failed) == [str(tmp_path / "media" / "broken.pdf")]
    assert [order.title for order in app.kept[0]] == ["index media"]
    assert any(each.stage == "indexing" for each in heard)
    assert read_orders(app.file) == []


def test_a_shot_is_made_by_a_job_and_enlarged_by_another(app: App, tmp_path: Path) -> None:
    clip = tmp_path / "pan.mp4"
    make_clip(clip, scene_lengths=(25,), size=(128, 96))
    out, larger = tmp_path / "new.mp4", tmp_path / "new-larger.mp4"

    def work(by: ByOrder) -> tuple[bool, str | None, str]:
        wish = Draw(path=str(clip), prompt="-- rain", seconds=1.0, out=out.name)
        made = by.draw(Place(clip, 0.0, 1.0), wish, out, Job())
        film = by.enlarge(Place(out), "160x120", larger, Job())
        return made.is_generated, made.not_in_library, film.path

    generated, reason, path = app.run(work)
    assert not generated and reason is not None and "there is none yet" in reason
    assert out.exists() and Path(path) == larger and larger.exists()


def test_stopping_the_turn_stops_the_job(app: App, tmp_path: Path) -> None:
    job = Job(lambda progress: job.cancel())

    def work(by: ByOrder) -> None:
        with pytest.raises(Cancelled):
            by.index(tmp_path / "media", job)

    app.run(work)
    (standing,) = app.queue.standings
    assert standing.state is State.STOPPED


def test_why_a_job_failed_is_what_the_agent_says(app: App, tmp_path: Path) -> None:
    def work(by: ByOrder) -> None:
        with pytest.raises(RushesError, match="gone"):
            by.index(tmp_path / "gone", Job())

    app.run(work)
    assert app.queue.standings[0].state is State.FAILED
