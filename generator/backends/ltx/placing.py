"""Keyframes where LTX-2 wants them, and the camera in its words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from generator.backends.protocol import Image, PlacedKeyframe
from generator.camera import Camera, CameraMove, Direction, Speed

if TYPE_CHECKING:
    from diffusers.pipelines.ltx2 import LTX2VideoCondition

PIXELS_A_LATENT = 8
"""Frames that one latent stands for; the first stands for one."""

_VERBS = {
    CameraMove.DOLLY: "dollies",
    CameraMove.CRANE: "cranes",
    CameraMove.ORBIT: "orbits around the subject to the",
    CameraMove.TRACKING: "tracks",
    CameraMove.PAN: "pans",
    CameraMove.TILT: "tilts",
    CameraMove.ZOOM: "zooms",
}
_ADVERBS = {Speed.SLOW: " slowly", Speed.MEDIUM: "", Speed.FAST: " quickly"}


def latent_index(frame: int) -> float:
    """The place of a picture frame, counted in latents, as diffusers' `index` wants it.

    Diffusers puts latent i on frame (i - 1)·8 + 1, and -1 on the start of the last latent: of 121
    frames on 113, not on 120. It computes with the index as it is, so a fraction lands on the
    frame itself, which is what the authors' own code takes (`VideoConditionByKeyframeIndex`).
    Frame 0 is latent 0, which is replaced; all others are held beside.
    """
    return 0 if frame == 0 else (frame - 1) / PIXELS_A_LATENT + 1


def conditions(
    keyframes: Sequence[PlacedKeyframe], lead: Sequence[Image] = ()
) -> "list[LTX2VideoCondition]":
    """The keyframes as diffusers takes them; it covers the frame with them and crops the middle.

    They are not compressed once more (`crf=0`): what was asked for is what is held. The lead
    replaces the first latents: motion in it goes on.
    """
    from diffusers.pipelines.ltx2 import LTX2VideoCondition

    led = [LTX2VideoCondition(frames=np.stack(lead), index=0)] if lead else []
    return led + [
        LTX2VideoCondition(
            frames=np.array(keyframe.image),  # torch warns of what cannot be written to
            index=latent_index(keyframe.frame),
            strength=keyframe.strength,
            crf=0,
        )
        for keyframe in keyframes
    ]


def prompt_with_camera(prompt: str, camera: Camera | None) -> str:
    """The prompt, and a sentence that says what the camera does."""
    if camera is None:
        return prompt
    if camera.move is CameraMove.STATIC:
        said = "The camera is static, on a tripod."
    elif camera.move is CameraMove.HANDHELD:
        said = "The shot is handheld."
    else:
        where = f" {camera.direction}" if camera.direction else ""
        said = f"The camera {_VERBS[camera.move]}{where}{_ADVERBS[camera.speed]}."
    return f"{prompt.rstrip()} {said}".strip()


def camera_lora(camera: Camera | None) -> str | None:
    """What the LoRA for the move is called in its file's name, if there is one for it."""
    if camera is None:
        return None
    if camera.move is CameraMove.STATIC:
        return "static"
    if camera.move is CameraMove.CRANE and camera.direction:
        return f"jib-{camera.direction}"
    sideways = camera.direction in (Direction.LEFT, Direction.RIGHT)
    if camera.move is CameraMove.DOLLY or (camera.move is CameraMove.TRACKING and sideways):
        return f"dolly-{camera.direction}" if camera.direction else None
    return None
