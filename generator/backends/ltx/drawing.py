"""From a request to latents: the prompt is read once, then each stage draws."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.backends.ltx.following import depth_arguments
from generator.backends.ltx.loading import DEPTH, REFINING, Opened
from generator.backends.ltx.placing import camera_lora, conditions, prompt_with_camera
from generator.backends.ltx.recipe import Stage, guidance_arguments, stages_of
from generator.backends.protocol import Request
from rushes.jobs import Job
from rushes.text import clean

if TYPE_CHECKING:
    import torch

STAGE = "shot"


@dataclass(frozen=True)
class Latents:
    """What was drawn, not decoded yet, in the processor's memory.

    `video`: (1, channels, latent frames, height / 32, width / 32); `sound`: (1, channels, time,
    bins of the spectrogram).
    """

    video: "torch.Tensor"
    sound: "torch.Tensor"


def draw_latents(opened: Opened, request: Request, job: Job) -> Latents:
    """Draw, reporting steps. The same request gives the same latents on each step of the ladder.

    Raises:
        Cancelled: the user asked to stop; within one step.
    """
    import torch

    stages = stages_of(opened.folder)
    total = sum(stage.steps for stage in stages)
    # Drawn by the processor: a card's own numbers differ from model to model.
    generator = torch.Generator("cpu").manual_seed(request.seed)
    move = camera_lora(request.camera)
    try:
        with torch.no_grad():
            job.check_cancelled()
            # Where depth is followed, it says what the camera does.
            opened.use_adapter(DEPTH if request.depth is not None else move)
            prompt = _read_prompt(opened, request, guided=any(each.guided for each in stages))
            drawn: Latents | None = None
            done = 0
            for number, stage in enumerate(stages):
                if drawn is not None:
                    job.check_cancelled()
                    drawn = _enlarged(opened, drawn)
                    opened.use_adapter(REFINING if REFINING in opened.adapters else move)
                note = f"stage {number + 1} of {len(stages)}"
                count = _counter(job, done, total, note)
                drawn = _run(opened, request, stage, prompt, generator, drawn, count)
                done += stage.steps
    finally:
        opened.rest()
    assert drawn is not None
    return Latents(drawn.video.cpu(), drawn.sound.cpu())


def _counter(job: Job, before: int, total: int, note: str) -> Callable[..., dict[str, Any]]:
    job.report(STAGE, before, total, note)

    def count(pipe: object, step: int, time: object, state: dict[str, Any]) -> dict[str, Any]:
        # The pipeline's own way to stop would still decode.
        job.check_cancelled()
        job.report(STAGE, before + step + 1, total, note)
        return state

    return count


def _read_prompt(opened: Opened, request: Request, guided: bool) -> "dict[str, torch.Tensor]":
    """The prompt as numbers: once for all stages, the text encoder being the second largest."""
    wanted, mask, unwanted, unwanted_mask = opened.pipe.encode_prompt(
        prompt=clean(prompt_with_camera(request.prompt, request.camera)),
        negative_prompt=clean(request.negative),
        do_classifier_free_guidance=guided,
    )
    read = {"prompt_embeds": wanted, "prompt_attention_mask": mask}
    if guided:
        read["negative_prompt_embeds"] = unwanted
        read["negative_prompt_attention_mask"] = unwanted_mask
    return read


def _run(
    opened: Opened,
    request: Request,
    stage: Stage,
    prompt: "dict[str, torch.Tensor]",
    generator: "torch.Generator",
    before: Latents | None,
    count: Callable[..., dict[str, Any]],
) -> Latents:
    opened.pipe.scheduler = opened.exact if stage.sigmas else opened.bent
    # Depth lays out the draft; the second stage only refines it, as the LoRA's authors do.
    follows = request.depth is not None and before is None
    pipe = opened.in_context() if follows else opened.pipe
    pipe.set_progress_bar_config(disable=True)
    sigmas = list(stage.sigmas) if stage.sigmas else None
    video, sound = pipe(
        conditions=conditions(request.keyframes, request.lead),
        height=request.height // stage.shrink,
        width=request.width // stage.shrink,
        num_frames=request.frames,
        frame_rate=float(request.fps),
        num_inference_steps=stage.steps,
        sigmas=sigmas,
        noise_scale=sigmas[0] if sigmas else None,
        latents=before.video if before else None,
        audio_latents=before.sound if before else None,
        generator=generator,
        use_cross_timestep=opened.folder.gated,
        callback_on_step_end=count,
        output_type="latent",
        return_dict=False,
        **prompt,
        **guidance_arguments(stage, opened.folder),
        **(depth_arguments(opened.folder, request, stage) if follows else {}),
    )
    return Latents(video, sound)


def _enlarged(opened: Opened, drawn: Latents) -> Latents:
    """The draft at twice its size. The upsampler is small, and only here on the device."""
    from diffusers import LTX2LatentUpsamplePipeline

    assert opened.upsampler is not None
    # Without the autoencoder, whose place on the ladder would be lost to this pipeline's.
    enlarge = LTX2LatentUpsamplePipeline(
        vae=None,
        latent_upsampler=opened.upsampler.to(opened.device),
    )
    (video,) = enlarge(
        latents=drawn.video, latents_normalized=False, output_type="latent", return_dict=False
    )
    opened.upsampler.to("cpu")
    return Latents(video, drawn.sound)
