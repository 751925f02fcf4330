"""Shots drawn by a ComfyUI server: keyframes and words go there, a film comes back."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from generator.backends.comfyui.client import Client
from generator.backends.comfyui.connection import Check, Connection
from generator.backends.comfyui.film import Film
from generator.backends.comfyui.following import Follower, Patience
from generator.backends.comfyui.graph import Graph, check_kinds
from generator.backends.comfyui.listener import Listener
from generator.backends.comfyui.ltx import UPSCALER, ltx_graph
from generator.backends.comfyui.node_types import NodeType
from generator.backends.comfyui.recipes import choose, kinds_to_ask_for
from generator.backends.comfyui.workflow import read_workflow
from generator.backends.ltx.placing import prompt_with_camera
from generator.backends.protocol import Capabilities, Drawn, Estimate, Image, Request
from generator.upscale.lanczos import resized
from rushes.encoding import SOUND_RATE
from rushes.jobs import Job
from rushes.text import one_line

_MOST_GUIDES = 16
_LARGEST_SCALE = 4
_SIDES = range(64, 8193)
_ROUNDED_BY = 8
"""Pixels by which RTX Video may miss the size that it is asked for."""


class ComfyUI:
    """Draws with LTX-2.5 or LTX-2.3 on the server at `url`, or with the user's own workflow.

    RTX Video on the server enlarges what it draws, if it is there; a workflow is left as it is.
    The job gets small pictures of what is being drawn, if the server makes them.

    Raises:
        ModelMissing: the address is none of a web server.
        RushesError: the workflow cannot be used.
    """

    name = "comfyui"

    def __init__(
        self,
        url: str,
        *,
        workflow: Path | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._connection = Connection(url)
        self._client = Client(self._connection)
        self._workflow = read_workflow(workflow) if workflow is not None else None
        self._patience = patience or Patience()

    @property
    def capabilities(self) -> Capabilities:
        """LTX-2's. What suits it suits the other models that workflows are made for, too."""
        return Capabilities(
            multiple_of=32,
            frame_step=8,
            longest_s=20.0,
            most_keyframes=self._workflow.keyframes if self._workflow else _MOST_GUIDES,
            sound=True,
            generates=True,
        )

    def estimate(self, request: Request) -> Estimate:
        """What it would be drawn with. Asks the server; sends it nothing of the request.

        Raises:
            RushesError: the server is not there, or lacks a node or a model. The text names it.
        """
        check = Job().check_cancelled
        why_not = self._cannot_enlarge(request, check)
        enlarges = request.enlarge_to is not None and not why_not
        model, _ = self._plan(request if enlarges else replace(request, enlarge_to=None), "", check)
        waiting = self._client.waiting(check)
        notes = [f"the prompt and the keyframes are sent to {self._client.where}, and stay there"]
        if waiting:
            notes.append(f"{waiting} other {'job is' if waiting == 1 else 'jobs are'} before it")
        device = self._client.device(check)
        at = f"{device} at {self._client.where}" if device else self._client.where
        return Estimate(
            model,
            at,
            notes=tuple(notes),
            revision=None if self._workflow is None else self._workflow.checksum,
            enlarged_by=f"RTX Video at {self._client.where}" if enlarges else None,
            why_not_enlarged=why_not,
        )

    def draw(self, request: Request, job: Job) -> Drawn:
        """
        Raises:
            RushesError: the server is not there, lacks a node or a model, or failed. The text
                names the node and the cause.
            Cancelled: the user asked to stop. The server stops within one step.
        """
        check = job.check_cancelled
        prompt_id = str(uuid.uuid4())
        model, graph_of = self._plan(request, f"rushes/{prompt_id}", check)
        uploads = []
        for count, keyframe in enumerate(request.keyframes):
            job.report("sending keyframes", count, len(request.keyframes))
            fitted = _fitted(keyframe.image, request.width, request.height)
            uploads.append(self._client.upload(fitted, check))
        film = self._made(graph_of(uploads), prompt_id, job)
        heard = film.sound() if request.wants_sound else None
        revision = None if self._workflow is None else self._workflow.checksum
        return Drawn(_sized(film.pictures(), request), heard, SOUND_RATE, model, revision)

    def close(self) -> None:
        """See `Backend`. The server keeps its models, for whoever comes next."""

    def _made(self, graph: Graph, prompt_id: str, job: Job) -> Film:
        """Queue a graph, wait, and fetch the film."""
        client_id = uuid.uuid4().hex
        check = job.check_cancelled
        with Listener(self._connection, client_id, self._patience.again_s) as listener:
            listener.wait_until_tried(check)
            try:
                self._client.submit(graph, prompt_id, client_id, check, previews=job.wants_previews)
                follower = Follower(self._client, listener, prompt_id, graph, job, self._patience)
                outputs = follower.wait()
            except BaseException:
                self._client.withdraw(prompt_id)
                raise
        job.report("fetching the film", 0, None)
        return Film(self._client, outputs, check)

    def _plan(
        self, request: Request, prefix: str, check: Check
    ) -> tuple[str, Callable[[Sequence[str]], Graph]]:
        """What draws, and what makes the graph from what the server calls the keyframes.

        `prefix` begins the film's name on the server. A name that was never used: a film of before
        is not taken for this one.

        Raises:
            RushesError: the server lacks something, or the workflow a slot.
        """
        prompt = prompt_with_camera(request.prompt, request.camera)
        where = self._client.where
        if self._workflow is not None:
            model = f"workflow {self._workflow.name}"
            remedy = f"install what {self._workflow.name} uses with ComfyUI's manager"
            graph_of = partial(self._workflow.filled, request, prompt)
        else:
            chosen = choose(self._types(kinds_to_ask_for(), check), where)
            model, remedy = one_line(chosen.files["model"]), "update ComfyUI"
            graph_of = partial(ltx_graph, chosen, request, prompt, prefix)
        kinds = graph_of(("",) * len(request.keyframes)).kinds()
        types = self._types(kinds, check)
        if UPSCALER in kinds and UPSCALER not in types:
            remedy = "install Nvidia_RTX_Nodes_ComfyUI with ComfyUI's manager, or enlarge here"
        check_kinds(kinds, types, where, remedy)
        return model, lambda uploads: graph_of(uploads).completed(types)

    def _cannot_enlarge(self, request: Request, check: Check) -> str:
        """Why RTX Video on the server cannot enlarge as asked. Empty if it can, or need not."""
        if request.enlarge_to is None:
            return ""
        if self._workflow is not None:
            return f"{self._workflow.name} is left as it is: put the node {UPSCALER} into it"
        width, height = request.enlarge_to
        scale = max(width / request.width, height / request.height)
        if scale > _LARGEST_SCALE or not {width, height} <= set(_SIDES):
            return f"{UPSCALER} goes up to four times the size and {_SIDES[-1]} pixels a side"
        if self._client.node_type(UPSCALER, check) is None:
            return f"{self._client.where} lacks the node {UPSCALER} of Nvidia_RTX_Nodes_ComfyUI"
        return ""

    def _types(self, kinds: Iterable[str], check: Check) -> dict[str, NodeType]:
        found = ((kind, self._client.node_type(kind, check)) for kind in kinds)
        return {kind: node for kind, node in found if node is not None}


def _sized(pictures: Iterator[Image], request: Request) -> Iterator[Image]:
    """The pictures at the size asked for, which RTX Video may miss by a few pixels."""
    width, height = request.size
    for picture in pictures:
        missed = abs(picture.shape[1] - width), abs(picture.shape[0] - height)
        if request.enlarge_to is not None and max(missed) < _ROUNDED_BY:
            picture = resized(picture, request.size).astype(np.uint8, copy=False)
        yield picture


def _fitted(image: Image, width: int, height: int) -> Image:
    """Scaled to cover the shot's size, and cut off evenly, as the node would do it."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    if image.shape[:2] == (height, width):
        return np.ascontiguousarray(image)
    fitted = ImageOps.fit(Pillow.fromarray(image), (width, height), Pillow.Resampling.LANCZOS)
    return np.asarray(fitted, np.uint8)
