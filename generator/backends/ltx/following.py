"""Depth where LTX-2's IC-LoRA wants it: a film beside the keyframes, as large as it was trained."""

from typing import Any

import numpy as np

from generator.backends.ltx.folder import ModelFolder
from generator.backends.ltx.recipe import Stage
from generator.backends.protocol import Request
from generator.depth import depth_pictures


def depth_size(folder: ModelFolder, request: Request, stage: Stage) -> tuple[int, int]:
    """Width and height of the depth that a stage is given."""
    shrink = stage.shrink * (1 if folder.depth_lora is None else folder.depth_lora.shrink)
    return request.width // shrink, request.height // shrink


def depth_arguments(folder: ModelFolder, request: Request, stage: Stage) -> dict[str, Any]:
    """The request's depth as `LTX2InContextPipeline` takes it.

    Frames are in [0, 1], shape (frames, height, width, 3): one for each that is drawn, so that
    both fall on the same latents.

    Raises:
        RushesError: the film cannot be read any more.
    """
    import cv2
    from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2ReferenceCondition

    assert request.depth is not None and folder.depth_lora is not None
    size = depth_size(folder, request, stage)
    frames = np.stack(
        [
            cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            for picture in depth_pictures(request.depth, (request.width, request.height))
        ]
    )
    return {
        "reference_conditions": [LTX2ReferenceCondition(frames.astype(np.float32) / 255)],
        "reference_downscale_factor": folder.depth_lora.shrink,
    }
