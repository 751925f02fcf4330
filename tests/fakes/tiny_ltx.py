"""An LTX-2 of 0.7 MB on disk, in the layout of diffusers: random weights, true proportions.

Its autoencoder packs 32×32×8 pixels into a latent as the real one does, and its scheduler bends
sigmas as the full model's does. Sizes of the parts after diffusers' own tests/pipelines/ltx2.
"""

from pathlib import Path
from typing import Any

_WORDS = "the tram rounds the corner as rain starts and a slow dolly in follows it"
_HIDDEN = 32  # the connectors need heads × head_dim = the text encoder's width
SOUND_RATE = 16_000


def write_tiny_ltx(folder: Path, distilled: bool = True, upsampler: bool = True) -> Path:
    """Write the model into `folder`, with a file for each part, and return the folder."""
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, LTX2ConditionPipeline

    torch.manual_seed(0)
    text_encoder = _text_encoder()
    LTX2ConditionPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=not distilled,
            base_shift=0.95,
            max_shift=2.05,
            base_image_seq_len=1024,
            shift_terminal=None if distilled else 0.1,
        ),
        vae=_video_autoencoder(),
        audio_vae=_audio_autoencoder(),
        text_encoder=text_encoder,
        tokenizer=_tokenizer(),
        connectors=_connectors(),
        transformer=_transformer(),
        vocoder=_vocoder(),
    ).save_pretrained(folder)
    if upsampler:
        from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

        LTX2LatentUpsamplerModel(
            in_channels=4, mid_channels=32, num_blocks_per_stage=1, use_rational_resampler=False
        ).save_pretrained(folder / "latent_upsampler")
    return folder


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.pre_tokenizer = pre_tokenizers.ByteLevel()
    special = ["<pad>", "<eos>", "<bos>", "<unk>"]
    trained.train_from_iterator(
        [_WORDS], trainers.BpeTrainer(vocab_size=300, special_tokens=special)
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=trained,
        pad_token="<pad>",
        eos_token="<eos>",
        bos_token="<bos>",
        unk_token="<unk>",
        padding_side="left",
    )


def _text_encoder() -> Any:
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    config = Gemma3Config(
        text_config={
            "vocab_size": 320,
            "hidden_size": _HIDDEN,
            "intermediate_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
        },
        vision_config={
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "image_size": 28,
            "patch_size": 14,
        },
        mm_tokens_per_image=4,
    )
    return Gemma3ForConditionalGeneration(config)


def _connectors() -> Any:
    from diffusers.pipelines.ltx2 import LTX2TextConnectors

    return LTX2TextConnectors(
        caption_channels=_HIDDEN,
        text_proj_in_factor=3,  # two layers and the embedding
        video_connector_num_attention_heads=4,
        video_connector_attention_head_dim=8,
        video_connector_num_layers=1,
        video_connector_num_learnable_registers=None,
        audio_connector_num_attention_heads=4,
        audio_connector_attention_head_dim=8,
        audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=None,
        connector_rope_base_seq_len=32,
        rope_double_precision=False,
        rope_type="split",
    )


def _transformer() -> Any:
    from diffusers import LTX2VideoTransformer3DModel

    return LTX2VideoTransformer3DModel(
        in_channels=4,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=4,
        audio_cross_attention_dim=8,
        num_layers=2,
        caption_channels=_HIDDEN,
        rope_double_precision=False,
        rope_type="split",
    )


def _video_autoencoder() -> Any:
    from diffusers import AutoencoderKLLTX2Video

    return AutoencoderKLLTX2Video(
        latent_channels=4,
        block_out_channels=(4, 8, 16, 16),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1),
        decoder_causal=False,
        spatial_compression_ratio=32,
        temporal_compression_ratio=8,
    )


def _audio_autoencoder() -> Any:
    from diffusers import AutoencoderKLLTX2Audio

    return AutoencoderKLLTX2Audio(
        base_channels=4,
        output_channels=2,
        ch_mult=(1,),
        num_res_blocks=1,
        attn_resolutions=None,
        in_channels=2,
        resolution=32,
        latent_channels=2,
        norm_type="pixel",
        causality_axis="height",
        mid_block_add_attention=False,
        sample_rate=SOUND_RATE,
        mel_hop_length=160,
        is_causal=True,
        mel_bins=8,
    )


def _vocoder() -> Any:
    from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder

    return LTX2Vocoder(
        in_channels=16,
        hidden_channels=32,
        out_channels=2,
        upsample_kernel_sizes=[16, 10],
        upsample_factors=[16, 10],  # together the hop of the spectrogram
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
        leaky_relu_negative_slope=0.1,
        output_sampling_rate=SOUND_RATE,
    )


def add_gguf(folder: Path) -> Path:
    """Put the transformer beside itself as GGUF, in eight bits, under its authors' names."""
    import gguf
    from safetensors.numpy import load_file

    file = folder / "tiny-Q8_0.gguf"
    kind = gguf.GGMLQuantizationType.Q8_0
    writer = gguf.GGUFWriter(str(file), "ltxv")
    weights = load_file(folder / "transformer" / "diffusion_pytorch_model.safetensors")
    for name, tensor in weights.items():
        for ours, theirs in _GGUF_NAMES.items():
            name = name.replace(ours, theirs)
        if tensor.ndim == 2 and tensor.shape[1] % 32 == 0:
            writer.add_tensor(name, gguf.quants.quantize(tensor, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


_GGUF_NAMES = {
    "proj_in": "patchify_proj",
    "time_embed.": "adaln_single.",
    "av_cross_attn_video_scale_shift": "av_ca_video_scale_shift_adaln_single",
    "av_cross_attn_video_a2v_gate": "av_ca_a2v_gate_adaln_single",
    "av_cross_attn_audio_scale_shift": "av_ca_audio_scale_shift_adaln_single",
    "av_cross_attn_audio_v2a_gate": "av_ca_v2a_gate_adaln_single",
    "video_a2v_cross_attn_scale_shift_table": "scale_shift_table_a2v_ca_video",
    "audio_a2v_cross_attn_scale_shift_table": "scale_shift_table_a2v_ca_audio",
    "norm_q": "q_norm",
    "norm_k": "k_norm",
}


def add_camera_lora(folder: Path, move: str) -> Path:
    """Put a random LoRA for a camera move (`dolly-in`) where a user would."""
    return _add_lora(folder, f"ltx-2-19b-lora-camera-control-{move}.safetensors")


def add_depth_lora(folder: Path, shrink: int | None = None) -> Path:
    """Put a random IC-LoRA for depth where a user would, as its authors name it.

    `shrink`: it says that its depth is so many times smaller, as the one for several controls does.
    """
    from safetensors.torch import load_file, save_file

    if shrink is None:
        return _add_lora(folder, "ltx-2-19b-ic-lora-depth-control.safetensors")
    file = _add_lora(folder, "ltx-2.3-22b-ic-lora-union-control-ref0.5.safetensors")
    save_file(load_file(file), file, {"reference_downscale_factor": str(shrink)})
    return file


def _add_lora(folder: Path, name: str) -> Path:
    import torch
    from diffusers import LTX2ConditionPipeline, LTX2VideoTransformer3DModel
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    torch.manual_seed(0)
    transformer = LTX2VideoTransformer3DModel.from_pretrained(folder / "transformer")
    transformer.add_adapter(
        LoraConfig(r=2, lora_alpha=2, init_lora_weights=False, target_modules=["to_q", "to_v"])
    )
    LTX2ConditionPipeline.save_lora_weights(
        str(folder / "loras"),
        transformer_lora_layers=get_peft_model_state_dict(transformer),
        weight_name=name,
    )
    return folder / "loras" / name
