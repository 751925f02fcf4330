"""How LTX-2 is run: which sigmas, how much guidance. The figures are its authors'."""

from dataclasses import dataclass

from generator.backends.ltx.folder import ModelFolder

DRAFT_SIGMAS = (1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875)
REFINING_SIGMAS = (0.909375, 0.725, 0.421875)
_FULL_STEPS = 30


@dataclass(frozen=True)
class Guidance:
    """How strongly one thing is pulled: by the prompt, by its own blocks, by the other sense."""

    prompt: float
    blocks: float
    modality: float
    rescale: float


OFF = Guidance(prompt=1.0, blocks=0.0, modality=1.0, rescale=0.0)
_FULL_VIDEO = Guidance(prompt=3.0, blocks=1.0, modality=3.0, rescale=0.7)
_FULL_AUDIO = Guidance(prompt=7.0, blocks=1.0, modality=3.0, rescale=0.7)


@dataclass(frozen=True)
class Stage:
    """One pass of the denoiser. `sigmas` are taken as they are; None: the scheduler's own.

    `shrink` divides both sides of the picture.
    """

    steps: int
    sigmas: tuple[float, ...] | None
    video: Guidance
    audio: Guidance
    shrink: int = 1

    @property
    def guided(self) -> bool:
        """Whether a negative prompt counts."""
        return self.video.prompt > 1 or self.audio.prompt > 1


def stages_of(folder: ModelFolder) -> tuple[Stage, ...]:
    """What the model runs, in order.

    Every guidance of a distilled model is off: it was trained without, and each costs a pass.
    """
    two = folder.stages == 2
    shrink = 2 if two else 1
    if folder.distilled:
        draft = Stage(len(DRAFT_SIGMAS), DRAFT_SIGMAS, OFF, OFF, shrink)
    else:
        draft = Stage(_FULL_STEPS, None, _FULL_VIDEO, _FULL_AUDIO, shrink)
    refining = Stage(len(REFINING_SIGMAS), REFINING_SIGMAS, OFF, OFF)
    return (draft, refining) if two else (draft,)


def guidance_arguments(stage: Stage, folder: ModelFolder) -> dict[str, float | list[int]]:
    """The stage's guidance under the names that diffusers gives it.

    An audio scale of 0 falls back to the video's in diffusers: both are 0 together here.
    """
    return {
        "guidance_scale": stage.video.prompt,
        "stg_scale": stage.video.blocks,
        "modality_scale": stage.video.modality,
        "guidance_rescale": stage.video.rescale,
        "audio_guidance_scale": stage.audio.prompt,
        "audio_stg_scale": stage.audio.blocks,
        "audio_modality_scale": stage.audio.modality,
        "audio_guidance_rescale": stage.audio.rescale,
        "spatio_temporal_guidance_blocks": [28 if folder.gated else 29],
    }
