"""What screens and widgets do by the side, and how what fails there is told: in one way."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from textual.dom import DOMNode
from textual.worker import Worker, WorkerState

from rushes.errors import Cancelled

if TYPE_CHECKING:
    from tui.app import RushesApp

Work = Coroutine[Any, Any, object] | Callable[[], Coroutine[Any, Any, object]]

_begun: WeakKeyDictionary[Worker[Any], Coroutine[Any, Any, object]] = WeakKeyDictionary()


class AtWork(DOMNode):
    """Mixed in after what a class is, as in `class Panel(Screen[None], AtWork)`.

    Textual tells only the node that a worker is of how it ends: no message reaches the app.
    """

    @property
    def rushes(self) -> "RushesApp":
        """The app that this is of."""
        return cast("RushesApp", self.app)

    def work(self, name: str, work: Work, exclusive: bool = True) -> None:
        """Run something by the side; another of its name takes its place if it is `exclusive`."""
        worker = self.run_worker(
            cast("Coroutine[Any, Any, object]", work),
            name=name, group=name, exclusive=exclusive, exit_on_error=False,
        )  # fmt: skip
        if isinstance(work, Coroutine):
            _begun[worker] = work

    def failed(self, error: BaseException) -> None:
        """Tell what went wrong by the side, where the user looks."""
        self.rushes.tell(error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.CANCELLED and (begun := _begun.get(event.worker)):
            begun.close()  # another took its place before its first step
        error = event.worker.error
        if event.state is not WorkerState.ERROR or error is None or isinstance(error, Cancelled):
            return
        self.failed(error)
