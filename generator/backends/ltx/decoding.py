"""From latents to pictures and sound, a stretch at a time."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from generator.backends.ltx.loading import Opened
from generator.backends.protocol import Image, Samples

if TYPE_CHECKING:
    import torch

TILE, STRIDE = 8, 5
"""Latents that are decoded together, one more at the front; and how far the next lies."""

_LATENT = 8
_BLENDED = (TILE - STRIDE) * _LATENT

Frames = NDArray[np.float32]
"""Pictures in [0, 1], shape (frames, height, width, 3)."""


def tile_starts(latents: int) -> list[int]:
    """The first latent of each tile; the last tile reaches the end."""
    reach = max(latents - TILE - 1, 0)
    return list(range(0, reach + STRIDE, STRIDE))


def decode_tile(opened: Opened, video: "torch.Tensor", start: int) -> Frames:
    """The pictures of one tile. That of latent `start` begins at frame 8·start.

    Diffusers' own decoding by time holds all pictures at once, and joins tiles one frame apart
    from where they belong (it drops a tile's last frame for its first).
    """
    import torch

    pipe = opened.pipe
    piece = video[:, :, start : start + TILE + 1].to(opened.device, pipe.vae.dtype)
    # What the timestep of a decoder that has one is at the end of denoising.
    time = torch.zeros(1, device=opened.device) if pipe.vae.config.timestep_conditioning else None
    try:
        with torch.no_grad():
            decoded = pipe.vae.decode(piece, time, return_dict=False)[0]
            frames: Frames = decoded[0].permute(1, 2, 3, 0).float().cpu().numpy()
    finally:
        opened.rest()
    return np.clip(frames / 2 + 0.5, 0, 1)


def joined(before: Frames | None, tile: Frames, last: bool) -> tuple[list[Image], Frames]:
    """The pictures that are settled, and those that the next tile is blended with.

    `before` is what the tile before left; the tile's first frame is the last one settled there.
    """
    if before is not None:
        tile = tile[1:]
        rise = np.linspace(0, 1, len(before), endpoint=False, dtype=np.float32)[:, None, None, None]
        tile[: len(before)] = before * (1 - rise) + tile[: len(before)] * rise
    settled = len(tile) if last else len(tile) - _BLENDED
    pictures = [np.rint(frame * 255).astype(np.uint8) for frame in tile[:settled]]
    return pictures, tile[settled:]


def decode_sound(opened: Opened, sound: "torch.Tensor", seconds: float) -> Samples:
    """The sound, exactly as long as asked: the model's own ends within a few milliseconds of it."""
    import torch

    pipe = opened.pipe
    try:
        with torch.no_grad():
            latents = sound.to(opened.device, pipe.audio_vae.dtype)
            spectrogram = pipe.audio_vae.decode(latents, return_dict=False)[0]
            wave = pipe.vocoder(spectrogram)[0].float().cpu().numpy()
    finally:
        opened.rest()
    samples = round(seconds * sound_rate(opened))
    fitted = np.zeros((wave.shape[0], samples), np.float32)
    fitted[:, : wave.shape[1]] = wave[:, :samples]
    return np.clip(fitted, -1, 1)


def sound_rate(opened: Opened) -> int:
    """Samples a second."""
    return int(opened.pipe.vocoder.config.output_sampling_rate)
