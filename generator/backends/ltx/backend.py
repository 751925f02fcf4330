"""The back end: one model in memory, at the highest step of the ladder that works."""

import gc
from collections.abc import Callable, Iterator
from typing import TypeVar

from generator.backends.ltx import decoding
from generator.backends.ltx.drawing import Latents, draw_latents
from generator.backends.ltx.folder import ModelFolder
from generator.backends.ltx.ladder import (
    Step,
    device_bytes,
    first_fit,
    is_out_of_memory,
    steps_for,
    working_bytes,
)
from generator.backends.ltx.loading import Opened, check_installed, open_model
from generator.backends.ltx.placing import PIXELS_A_LATENT, camera_lora
from generator.backends.protocol import Capabilities, Drawn, Estimate, Image, Request
from generator.depth import check_depth
from rushes.devices import free_memory_bytes, pick_device
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job
from rushes.text import one_line

Result = TypeVar("Result")

_MOST_KEYFRAMES = 12
_MOST_LEAD = 17  # three latents: enough to see how fast things move


class LtxBackend:
    """Draws with the LTX-2 in a folder (see `read_folder`, and `find_ltx` for the user's one).

    After an out-of-memory it goes on one step lower, and stays there.
    """

    name = "ltx"

    def __init__(self, folder: ModelFolder, device: str = "auto") -> None:
        self._folder = folder
        self._wanted = device
        self._opened: Opened | None = None
        self._steps: tuple[Step, ...] = ()
        self._at = 0

    @property
    def capabilities(self) -> Capabilities:
        depth = self._folder.depth_lora
        return Capabilities(
            multiple_of=32 * self._folder.stages,
            frame_step=PIXELS_A_LATENT,
            longest_s=20.0,
            most_keyframes=_MOST_KEYFRAMES,
            sound=True,
            generates=True,
            most_lead=_MOST_LEAD,
            depth_multiple_of=None if depth is None else 32 * self._folder.stages * depth.shrink,
        )

    def estimate(self, request: Request) -> Estimate:
        """See `Backend`. The memory is what the device has to hold at once, by rule of thumb."""
        self._check(request)
        check_installed(self._folder)
        device = pick_device(self._wanted)
        steps, at = self._choose(device, request)
        folder, step = self._folder, steps[at]
        kind = "distilled" if folder.distilled else "full model"
        stages = "two stages" if folder.stages == 2 else "one stage, at full size at once"
        notes = [f"{kind}, {stages}", f"weights: {step}"]
        if folder.has_slots:
            notes.append("LTX-2.5 draws between keyframes as LTX-2.3 does, not in slots (DFR)")
        move = camera_lora(request.camera)
        if request.camera is not None:
            has_lora = move in folder.loras and request.depth is None
            by = "its LoRA and the prompt" if has_lora else "the prompt"
            notes.append(f"the camera's move is asked for by {by}")
        if request.depth is not None and folder.depth_lora is not None:
            notes.append(f"depth is followed through {one_line(folder.depth_lora.path.name)}")
        return Estimate(
            model=folder.name,
            device=device,
            revision=folder.revision,
            memory_bytes=device_bytes(step, folder) + working_bytes(folder, request),
            notes=tuple(notes),
        )

    def draw(self, request: Request, job: Job) -> Drawn:
        """See `Backend`. Progress is in steps of the denoiser, over both stages."""
        self._check(request)
        if not self._steps:
            self._steps, self._at = self._choose(pick_device(self._wanted), request)
        latents = self._run(lambda opened: draw_latents(opened, request, job), job)
        sound, rate = None, 0
        if request.wants_sound:
            seconds = float(request.frames / request.fps)
            sound = self._run(
                lambda opened: decoding.decode_sound(opened, latents.sound, seconds), job
            )
            rate = self._run(decoding.sound_rate, job)
        return Drawn(
            pictures=self._pictures(latents, job),
            sound=sound,
            sound_rate=rate,
            model=self._folder.name,
            revision=self._folder.revision,
        )

    def close(self) -> None:
        """Give the memory back. The next shot loads the model again."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
            _collect()

    def _choose(self, device: str, request: Request) -> tuple[tuple[Step, ...], int]:
        steps = steps_for(device, self._folder)
        working = working_bytes(self._folder, request)
        free = free_memory_bytes(device), free_memory_bytes("cpu")
        return steps, first_fit(steps, self._folder, working, *free)

    def _check(self, request: Request) -> None:
        able = self.capabilities
        size = f"{request.width}×{request.height}"
        multiple = able.multiple_of if request.depth is None else check_depth(self)
        if request.width % multiple or request.height % multiple:
            raise RushesError(
                f"{self._folder.name} draws sides that are multiples of {multiple}, "
                f"not {size}: choose another size"
            )
        if request.frames % able.frame_step != 1:
            raise RushesError(
                f"{self._folder.name} draws 8k + 1 frames, not {request.frames}: take "
                f"{request.frames // able.frame_step * able.frame_step + 1}"
            )
        if request.frames > able.longest_s * request.fps + 1:
            raise RushesError(
                f"{self._folder.name} draws up to {able.longest_s:g} s at once, not "
                f"{float(request.frames / request.fps):.1f} s: make the shot shorter"
            )
        for keyframe in request.keyframes:
            if not 0 <= keyframe.frame < request.frames:
                raise RushesError(
                    f"a keyframe is placed at frame {keyframe.frame}, and the shot has frames 0 "
                    f"to {request.frames - 1}: place it within"
                )

    def _pictures(self, latents: Latents, job: Job) -> Iterator[Image]:
        """Decoded as they are asked for: memory does not grow with the shot's length."""
        left: decoding.Frames | None = None
        starts = decoding.tile_starts(latents.video.shape[2])
        for start in starts:
            job.check_cancelled()
            tile = self._run(
                lambda opened, at=start: decoding.decode_tile(opened, latents.video, at),  # type: ignore[misc]
                job,
            )
            pictures, left = decoding.joined(left, tile, last=start == starts[-1])
            yield from pictures

    def _run(self, act: Callable[[Opened], Result], job: Job) -> Result:
        """`act` on the open model; after each out-of-memory again, one step lower.

        Raises:
            RushesError: not even the last step has enough memory, or it failed otherwise.
        """
        while True:
            try:
                if self._opened is None:
                    step = self._steps[self._at]
                    self._opened = open_model(self._folder, step, pick_device(self._wanted), job)
                return act(self._opened)
            except (RushesError, Cancelled):
                raise
            except Exception as error:  # noqa: BLE001  # torch raises what it likes
                if not is_out_of_memory(error):
                    why = one_line(str(error))[:300] or type(error).__name__
                    raise RushesError(
                        f"{self._folder.name} failed on {pick_device(self._wanted)}: {why}"
                    ) from error
            # Outside of the handler: the error holds the frames that hold the memory.
            self._descend(job)

    def _descend(self, job: Job) -> None:
        full = self._steps[self._at]
        self.close()
        if self._at + 1 == len(self._steps):
            raise RushesError(
                f"out of memory on {pick_device(self._wanted)} even with {full}: choose a smaller "
                "size or fewer seconds, or close other programs"
            )
        self._at += 1
        job.report("load", 0, None, f"out of memory with {full}: trying {self._steps[self._at]}")


def _collect() -> None:
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()
