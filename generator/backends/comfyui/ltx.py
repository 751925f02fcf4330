"""The graphs that draw with LTX-2.3 and LTX-2.5, after ComfyUI's public templates for both.

The templates, `video_ltx2_3_flf2v` and `video_ltx2_5_flf2v` of comfyui-workflow-templates, take a
first and a last frame; guides may lie anywhere. Both models are distilled: eight steps, no
guidance, and so no effect of the negative prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from generator.backends.comfyui.graph import Graph
from generator.backends.comfyui.recipes import LTX_25, Chosen
from generator.backends.protocol import Request

UPSCALER = "RTXVideoSuperResolution"
SEEDS = 2**64
"""How many there are: others are counted modulo this."""

_MOST_AUDIO_FRAMES = 1000
_SIGMAS = "1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875, 0.0"

Link = list[JsonValue]


@dataclass(frozen=True)
class _Loaded:
    """Links to what the loaders give, and what a model wants done differently.

    `compression` is H.264's, for keyframes; `tiles` are size, overlap, frames and their overlap.
    """

    model: Link
    clip: Link
    vae: Link
    audio_vae: Link
    compression: int
    tiles: tuple[int, int, int, int]


@dataclass(frozen=True)
class _Guided:
    """Links to the conditions, and to the latents that hold the keyframes."""

    positive: Link
    negative: Link
    latent: Link


def ltx_graph(
    chosen: Chosen,
    request: Request,
    prompt: str,
    prefix: str,
    uploads: Sequence[str],
) -> Graph:
    """The graph for a shot.

    `uploads` are what the server calls the request's keyframes, in their order; `prefix`
    begins the name of the film on the server. RTX Video enlarges it where the request says so.
    """
    graph = Graph()
    loaded = _loaders_25(graph, chosen) if chosen.recipe is LTX_25 else _loaders_23(graph, chosen)
    guided = _guided(graph, loaded, request, prompt, uploads)
    # The node takes no more frames; only how long they last counts.
    counted = min(request.frames, _MOST_AUDIO_FRAMES)
    audio = graph.add(
        "LTXVEmptyLatentAudio",
        frames_number=counted,
        frame_rate=float(request.fps * counted / request.frames),
        batch_size=1,
        audio_vae=loaded.audio_vae,
    )[0]
    both = graph.add("LTXVConcatAVLatent", video_latent=guided.latent, audio_latent=audio)[0]
    drawn = _sampled(graph, chosen, loaded, guided, both, request.seed)
    parts = graph.add("LTXVSeparateAVLatent", av_latent=drawn)
    pictures = _decoded(graph, loaded, guided, parts[0])
    if request.enlarge_to is not None:
        size: dict[str, JsonValue] = dict(
            zip(("resize_type.width", "resize_type.height"), request.enlarge_to, strict=True)
        )
        pictures = graph.add(
            UPSCALER, images=pictures, resize_type="target dimensions", quality="ULTRA", **size
        )[0]
    heard: dict[str, JsonValue] = {}
    if request.wants_sound:
        heard["audio"] = graph.add(
            "LTXVAudioVAEDecode", samples=parts[1], audio_vae=loaded.audio_vae
        )[0]
    made = graph.add("CreateVideo", images=pictures, fps=float(request.fps), **heard)[0]
    # Newer servers read format.codec, older ones codec; each leaves the other's alone.
    either: dict[str, JsonValue] = {"format": "auto", "format.codec": "auto", "codec": "auto"}
    graph.add("SaveVideo", video=made, filename_prefix=prefix, **either)
    return graph


def _guided(
    graph: Graph, loaded: _Loaded, request: Request, prompt: str, uploads: Sequence[str]
) -> _Guided:
    """The words, and the keyframes at their places. They go on before the sound joins."""
    texts = [
        graph.add("CLIPTextEncode", text=text, clip=loaded.clip)[0]
        for text in (prompt, request.negative)
    ]
    words = graph.add(
        "LTXVConditioning",
        positive=texts[0],
        negative=texts[1],
        frame_rate=float(request.fps),
    )
    empty = graph.add(
        "EmptyLTXVLatentVideo",
        width=request.width,
        height=request.height,
        length=request.frames,
        batch_size=1,
    )
    guided = _Guided(words[0], words[1], empty[0])
    for upload, keyframe in zip(uploads, request.keyframes, strict=True):
        picture = graph.add("LoadImage", image=upload)[0]
        prepared = graph.add("LTXVPreprocess", image=picture, img_compression=loaded.compression)
        guide = graph.add(
            "LTXVAddGuide",
            positive=guided.positive,
            negative=guided.negative,
            vae=loaded.vae,
            latent=guided.latent,
            image=prepared[0],
            frame_idx=keyframe.frame,  # counts pixel frames, unlike diffusers
            strength=keyframe.strength,
        )
        guided = _Guided(guide[0], guide[1], guide[2])
    return guided


def _decoded(graph: Graph, loaded: _Loaded, guided: _Guided, latent: Link) -> Link:
    """The pictures. The guides lie behind the film's own frames and must go first."""
    film = graph.add(
        "LTXVCropGuides", positive=guided.positive, negative=guided.negative, latent=latent
    )[2]
    tile, overlap, frames, frame_overlap = loaded.tiles
    return graph.add(
        "VAEDecodeTiled",
        samples=film,
        vae=loaded.vae,
        tile_size=tile,
        overlap=overlap,
        temporal_size=frames,
        temporal_overlap=frame_overlap,
    )[0]


def _loaders_23(graph: Graph, chosen: Chosen) -> _Loaded:
    name = chosen.files["model"]
    checkpoint = graph.add("CheckpointLoaderSimple", ckpt_name=name)
    clip = graph.add(
        "LTXAVTextEncoderLoader",
        text_encoder=chosen.files["text"],
        ckpt_name=name,
        device="default",
    )
    audio_vae = graph.add("LTXVAudioVAELoader", ckpt_name=name)
    return _Loaded(checkpoint[0], clip[0], checkpoint[2], audio_vae[0], 25, (768, 64, 4096, 64))


def _loaders_25(graph: Graph, chosen: Chosen) -> _Loaded:
    files = chosen.files
    model = graph.add("UNETLoader", unet_name=files["model"], weight_dtype="default")
    clip = graph.add("CLIPLoader", clip_name=files["text"], type="ltxv", device="default")
    vae = graph.add("VAELoader", vae_name=files["vae"])
    audio_vae = graph.add("VAELoader", vae_name=files["audio_vae"])
    return _Loaded(model[0], clip[0], vae[0], audio_vae[0], 18, (512, 64, 64, 16))


def _sampled(
    graph: Graph, chosen: Chosen, loaded: _Loaded, guided: _Guided, latent: Link, seed: int
) -> Link:
    """Eight steps without guidance. Links to the denoised latents, not to the last noisy ones."""
    words: dict[str, JsonValue] = {"positive": guided.positive, "negative": guided.negative}
    if chosen.recipe is LTX_25:
        guider = graph.add(
            "LTXVDualCFGGuider", model=loaded.model, video_cfg=1.0, audio_cfg=1.0, **words
        )
    else:
        guider = graph.add("CFGGuider", model=loaded.model, cfg=1.0, **words)
    return graph.add(
        "SamplerCustomAdvanced",
        noise=graph.add("RandomNoise", noise_seed=seed % SEEDS)[0],
        guider=guider[0],
        sampler=graph.add("SamplerEulerAncestral", eta=0.0, s_noise=1.0)[0],
        sigmas=graph.add("ManualSigmas", sigmas=_SIGMAS)[0],
        latent_image=latent,
    )[1]
