"""What a ComfyUI server of late 2026 says of its nodes.

The inputs are those of ComfyUI's own nodes, as `/object_info` lists them: nodes of the older kind
with a list in the place of a type, newer ones with COMBO and dynamic combos.
"""

from collections.abc import Sequence
from typing import Any

Info = dict[str, Any]

LTX_23_CHECKPOINT = "ltx-2.3-22b-distilled-fp8.safetensors"
GEMMA_3 = "gemma_3_12B_it_fp4_mixed.safetensors"
LTX_25_TRANSFORMER = "LTX25\\ltx-2.5-22b-distilled-transformer-comfy-int8-convrot.safetensors"
LTX_25_VIDEO = "ltx-2.5-video-vae-bf16.safetensors"
LTX_25_AUDIO = "ltx-2.5-audio-vae-bf16.safetensors"
GEMMA_4 = "gemma4-12b-with-proj-ltx-2.5-comfy-int8-convrot.safetensors"
OTHERS = ["sd_xl_base_1.0.safetensors", "ltx-2.3-22b-dev.safetensors"]

_SIZE = {"min": 64, "max": 16384, "step": 32}
_BOTH = {"positive": ["CONDITIONING", {}], "negative": ["CONDITIONING", {}]}
_CODEC = ["COMFY_DYNAMICCOMBO_V3", {"options": [{"key": "auto", "inputs": {"required": {}}}]}]


def _node(outputs: str, required: Info, optional: Info | None = None, output: bool = False) -> Info:
    return {
        "input": {"required": required, "optional": optional or {}},
        "output": outputs.split(),
        "output_node": output,
    }


def _combo(options: Sequence[object], **more: object) -> list[object]:
    return ["COMBO", {"options": list(options), **more}]


COMMON: dict[str, Info] = {
    "LoadImage": _node("IMAGE MASK", {"image": [["example.png"], {"image_upload": True}]}),
    "LTXVPreprocess": _node(
        "IMAGE",
        {"image": ["IMAGE", {}], "img_compression": ["INT", {"default": 35, "min": 0, "max": 100}]},
    ),
    "CLIPTextEncode": _node(
        "CONDITIONING", {"text": ["STRING", {"multiline": True}], "clip": ["CLIP", {}]}
    ),
    "LTXVConditioning": _node(
        "CONDITIONING CONDITIONING",
        {**_BOTH, "frame_rate": ["FLOAT", {"default": 25.0, "min": 0.0, "max": 1000.0}]},
    ),
    "EmptyLTXVLatentVideo": _node(
        "LATENT",
        {
            "width": ["INT", {"default": 768, **_SIZE}],
            "height": ["INT", {"default": 512, **_SIZE}],
            "length": ["INT", {"default": 97, "min": 1, "max": 16384, "step": 8}],
            "batch_size": ["INT", {"default": 1, "min": 1, "max": 4096}],
        },
    ),
    "LTXVAddGuide": _node(
        "CONDITIONING CONDITIONING LATENT",
        {
            **_BOTH,
            "vae": ["VAE", {}],
            "latent": ["LATENT", {}],
            "image": ["IMAGE", {}],
            "frame_idx": ["INT", {"default": 0, "min": -9999, "max": 9999}],
            "strength": ["FLOAT", {"default": 1.0, "min": 0.0, "max": 10.0}],
        },
        {"attention_mask": ["MASK", {}]},
    ),
    "LTXVEmptyLatentAudio": _node(
        "LATENT",
        {
            "frames_number": ["INT", {"default": 97, "min": 1, "max": 1000}],
            "frame_rate": ["FLOAT,INT", {"default": 25.0, "min": 1.0, "max": 1000.0}],
            "batch_size": ["INT", {"default": 1, "min": 1, "max": 4096}],
            "audio_vae": ["VAE", {}],
        },
    ),
    "LTXVConcatAVLatent": _node(
        "LATENT", {"video_latent": ["LATENT", {}], "audio_latent": ["LATENT", {}]}
    ),
    "RandomNoise": _node(
        "NOISE", {"noise_seed": ["INT", {"default": 0, "min": 0, "max": 2**64 - 1}]}
    ),
    "SamplerEulerAncestral": _node(
        "SAMPLER",
        {
            "eta": ["FLOAT", {"default": 1.0, "min": 0.0, "max": 100.0}],
            "s_noise": ["FLOAT", {"default": 1.0, "min": 0.0, "max": 100.0}],
        },
    ),
    "ManualSigmas": _node("SIGMAS", {"sigmas": ["STRING", {"default": "1, 0.5"}]}),
    "SamplerCustomAdvanced": _node(
        "LATENT LATENT",
        {
            "noise": ["NOISE", {}],
            "guider": ["GUIDER", {}],
            "sampler": ["SAMPLER", {}],
            "sigmas": ["SIGMAS", {}],
            "latent_image": ["LATENT", {}],
        },
    ),
    "LTXVSeparateAVLatent": _node("LATENT LATENT", {"av_latent": ["LATENT", {}]}),
    "LTXVCropGuides": _node(
        "CONDITIONING CONDITIONING LATENT", {**_BOTH, "latent": ["LATENT", {}]}
    ),
    "VAEDecodeTiled": _node(
        "IMAGE",
        {
            "samples": ["LATENT", {}],
            "vae": ["VAE", {}],
            "tile_size": ["INT", {"default": 512, "min": 64, "max": 4096, "step": 32}],
            "overlap": ["INT", {"default": 64, "min": 0, "max": 4096, "step": 32}],
            "temporal_size": ["INT", {"default": 64, "min": 8, "max": 4096, "step": 4}],
            "temporal_overlap": ["INT", {"default": 8, "min": 4, "max": 4096, "step": 4}],
        },
    ),
    "LTXVAudioVAEDecode": _node("AUDIO", {"samples": ["LATENT", {}], "audio_vae": ["VAE", {}]}),
    "CreateVideo": _node(
        "VIDEO",
        {
            "images": ["IMAGE", {}],
            "fps": ["FLOAT", {"default": 30.0, "min": 1.0, "max": 120.0, "step": 1.0}],
        },
        {"audio": ["AUDIO", {}], "bit_depth": _combo(["auto", 8, 10], default="auto")},
    ),
    "SaveVideo": _node(
        "VIDEO",
        {
            "video": ["VIDEO", {}],
            "filename_prefix": ["STRING", {"default": "video/ComfyUI"}],
            "format": [
                "COMFY_DYNAMICCOMBO_V3",
                {"options": [{"key": "auto", "inputs": {"required": {"codec": _CODEC}}}]},
            ],
        },
        {"codec": _CODEC},
        output=True,
    ),
}

LTX_23: dict[str, Info] = {
    "CheckpointLoaderSimple": _node(
        "MODEL CLIP VAE", {"ckpt_name": [[*OTHERS, LTX_23_CHECKPOINT], {}]}
    ),
    "LTXAVTextEncoderLoader": _node(
        "CLIP",
        {
            "text_encoder": _combo(["t5xxl_fp16.safetensors", GEMMA_3]),
            "ckpt_name": _combo([*OTHERS, LTX_23_CHECKPOINT]),
            "device": _combo(["default", "cpu"]),
        },
    ),
    "LTXVAudioVAELoader": _node("VAE", {"ckpt_name": _combo([*OTHERS, LTX_23_CHECKPOINT])}),
    "CFGGuider": _node(
        "GUIDER",
        {"model": ["MODEL", {}], **_BOTH, "cfg": ["FLOAT", {"default": 8.0, "min": 0, "max": 100}]},
    ),
}

LTX_25: dict[str, Info] = {
    "UNETLoader": _node(
        "MODEL",
        {
            "unet_name": [["flux1-dev.safetensors", LTX_25_TRANSFORMER], {}],
            "weight_dtype": [["default", "fp8_e4m3fn"], {"advanced": True}],
        },
    ),
    "VAELoader": _node("VAE", {"vae_name": [["ae.safetensors", LTX_25_AUDIO, LTX_25_VIDEO], {}]}),
    "CLIPLoader": _node(
        "CLIP",
        {"clip_name": [["clip_l.safetensors", GEMMA_4], {}], "type": [["sd3", "ltxv"], {}]},
        {"device": [["default", "cpu"], {"advanced": True}]},
    ),
    "LTXVDualCFGGuider": _node(
        "GUIDER",
        {
            "model": ["MODEL", {}],
            **_BOTH,
            "video_cfg": ["FLOAT", {"default": 3.0, "min": 0.0, "max": 100.0}],
            "audio_cfg": ["FLOAT", {"default": 7.0, "min": 0.0, "max": 100.0}],
        },
    ),
}

RTX: dict[str, Info] = {
    "RTXVideoSuperResolution": _node(
        "IMAGE",
        {
            "images": ["IMAGE", {}],
            "resize_type": [
                "COMFY_DYNAMICCOMBO_V3",
                {
                    "options": [
                        {
                            "key": "scale by multiplier",
                            "inputs": {"required": {"scale": ["FLOAT", {"min": 1.0, "max": 4.0}]}},
                        },
                        {
                            "key": "target dimensions",
                            "inputs": {
                                "required": {
                                    "width": ["INT", {"min": 64, "max": 8192}],
                                    "height": ["INT", {"min": 64, "max": 8192}],
                                }
                            },
                        },
                    ]
                },
            ],
            "quality": _combo(["LOW", "MEDIUM", "HIGH", "ULTRA"], default="ULTRA"),
        },
    )
}
