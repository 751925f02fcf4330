"""A job that was queued, followed until its files are there."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from generator.backends.comfyui.client import Client, Output
from generator.backends.comfyui.connection import ServerGone
from generator.backends.comfyui.graph import Graph
from generator.backends.comfyui.listener import Listener
from generator.backends.comfyui.messages import Ended, Preview, Running, Steps, read_message
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.text import one_line

_CHECK_EVERY_S = 0.05

_STAGES = (
    ("Sampler", "drawing"),
    ("Decode", "decoding"),
    ("SuperResolution", "enlarging"),
    ("Upscale", "enlarging"),
    ("Video", "writing"),
    ("VHS_", "writing"),
    ("Loader", "loading models"),
    ("", "preparing"),
)
"""What a kind of node does, by a part of its name; the first that fits."""


@dataclass(frozen=True)
class Patience:
    """In seconds: how often the history is asked, how soon a dropped websocket is opened again,
    and for how long a server may be gone.
    """

    poll_s: float = 2.0
    again_s: float = 1.0
    gone_s: float = 120.0


class Follower:
    """Watches one job. Messages tell how it goes; that it is over is only told by the history.

    So nothing is lost when the websocket drops, and what was cached needs no words at all.
    """

    def __init__(
        self,
        client: Client,
        listener: Listener,
        prompt_id: str,
        graph: Graph,
        job: Job,
        patience: Patience,
    ) -> None:
        self._client = client
        self._listener = listener
        self._prompt_id = prompt_id
        self._graph = graph
        self._job = job
        self._patience = patience
        self._begun = False
        self._heard = time.monotonic()

    def wait(self) -> Mapping[str, tuple[Output, ...]]:
        """The files of the job, by node.

        Raises:
            RushesError: a node failed, somebody stopped the job, or the server lost it.
            Cancelled: the user asked to stop. The job goes on until it is withdrawn.
        """
        polled = time.monotonic()
        while True:
            self._job.check_cancelled()
            message = self._listener.next(_CHECK_EVERY_S)
            over = message is not None and self._take(message)
            # What is said is heard out first: the history knows of the end before the user does.
            due = message is None and time.monotonic() - polled >= self._patience.poll_s
            if over or due:
                outputs = self._poll()
                polled = time.monotonic()
                if outputs is not None:
                    return outputs

    def _take(self, message: str | bytes) -> bool:
        """Tell the user what a message says. Returns whether the job is over."""
        event = read_message(message, self._prompt_id, self._client.where)
        if isinstance(event, Preview):
            if self._begun:
                self._job.preview(event.image)
        elif isinstance(event, (Running, Steps)):
            self._begun = True
            node = self._graph.nodes.get(event.node)
            kind = one_line(node.kind) if node is not None else ""
            stage = next(stage for part, stage in _STAGES if part in kind)
            if isinstance(event, Steps) and event.total > 1:
                self._job.report(stage, event.done, event.total, kind)
            else:
                self._job.report(stage, 0, None, kind)
        return isinstance(event, Ended)

    def _poll(self) -> Mapping[str, tuple[Output, ...]] | None:
        try:
            found = self._outputs_or_place()
        except ServerGone as error:
            if time.monotonic() - self._heard > self._patience.gone_s:
                raise RushesError(f"the server was lost while it drew: {error}") from None
            self._job.report("waiting for the server", 0, None, str(error))
            return None
        self._heard = time.monotonic()
        if isinstance(found, int):
            if found and not self._begun:
                others = "another job" if found == 1 else f"{found} other jobs"
                self._job.report("waiting", 0, None, f"{self._client.where} has {others} before")
            return None
        return found

    def _outputs_or_place(self) -> Mapping[str, tuple[Output, ...]] | int:
        """The files of the job, or its place in the queue.

        A job moves from the queue to the history in one step: what is in neither, asked twice, is
        lost.
        """
        check = self._job.check_cancelled
        outputs = self._client.outputs(self._prompt_id, check)
        if outputs is not None:
            return outputs
        place = self._client.place(self._prompt_id, check)
        if place is not None:
            return place
        outputs = self._client.outputs(self._prompt_id, check)
        if outputs is None:
            raise RushesError(
                f"{self._client.where} no longer knows the job: was it restarted, or its queue "
                "emptied? Run again"
            )
        return outputs
