"""An LTX-2 in memory, placed as a step of the ladder says. Nothing is ever downloaded."""

import shutil
import tempfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.backends.ltx.folder import TRANSFORMER, UPSAMPLER, ModelFolder
from generator.backends.ltx.ladder import Rung, Step, is_out_of_memory, may_pin
from rushes.devices import free_memory_bytes
from rushes.errors import Cancelled, ModelMissing, RushesError
from rushes.jobs import Job
from rushes.paths import paths
from rushes.text import one_line

if TYPE_CHECKING:
    import torch
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        LTX2ConditionPipeline,
        LTX2InContextPipeline,
    )
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

REFINING, DEPTH = "refining", "depth"
_QUANTISERS = {
    "modelopt": ("modelopt", "nvidia-modelopt"),  # NVIDIA's FP8 and NVFP4
    "torchao": ("torchao", "torchao"),
    "bitsandbytes": ("bitsandbytes", "bitsandbytes"),
    "sdnq": ("sdnq", "sdnq"),
    "quanto": ("optimum", "optimum-quanto"),
}
"""What diffusers reads each method's weights with: the module, and the package that brings it."""

_FROM_DISK = (TRANSFORMER, "text_encoder")
# The first comes later. LTX-2.5 brings the others: they rewrite prompts and guess lengths.
_LEFT_OUT = ("text_encoder", "prompt_enhancer", "processor", "duration_head")


@dataclass
class Opened:
    """A model that is ready to draw. `exact` takes sigmas as they are, `bent` as the full model."""

    folder: ModelFolder
    step: Step
    device: str
    pipe: "LTX2ConditionPipeline"
    upsampler: "LTX2LatentUpsamplerModel | None"
    bent: "FlowMatchEulerDiscreteScheduler"
    exact: "FlowMatchEulerDiscreteScheduler"
    adapters: tuple[str, ...]
    scratch: "tempfile.TemporaryDirectory[str] | None" = field(default=None, repr=False)
    streamed: set[str] = field(default_factory=set)

    def use_adapter(self, name: str | None) -> None:
        """Draw with that LoRA, or with none."""
        if name in self.adapters:
            self.pipe.enable_lora()
            self.pipe.set_adapters([name], [1.0])
        elif self.adapters:
            self.pipe.disable_lora()

    def in_context(self) -> "LTX2InContextPipeline":
        """The same model, as the pipeline that follows a film beside its keyframes."""
        from diffusers import LTX2InContextPipeline

        pipe = self.pipe
        return LTX2InContextPipeline(
            scheduler=pipe.scheduler,
            vae=pipe.vae,
            audio_vae=pipe.audio_vae,
            text_encoder=pipe.text_encoder,
            tokenizer=pipe.tokenizer,
            connectors=pipe.connectors,
            transformer=pipe.transformer,
            vocoder=pipe.vocoder,
        )

    def rest(self) -> None:
        """Take what is on the device for one model's turn off it again."""
        if self.step.rung is Rung.MODELS:
            self.pipe.maybe_free_model_hooks()

    def close(self) -> None:
        """Give up what was streamed from disk. Memory comes back when the object goes."""
        if self.scratch is not None:
            self.scratch.cleanup()


def check_installed(folder: ModelFolder) -> None:
    """
    Raises:
        ModelMissing: diffusers or accelerate is not installed, or cannot be imported, or the
            library is missing that the model's numbers are to be read with.
    """
    try:
        import accelerate  # noqa: F401
        from diffusers import LTX2ConditionPipeline  # noqa: F401
    except (ImportError, RuntimeError) as error:
        raise ModelMissing(
            f"LTX-2 needs diffusers: run `pip install 'rushes[generate]'` ({one_line(str(error))})"
        ) from None
    module, package = _QUANTISERS.get(folder.quantiser or "", ("", ""))
    if module and find_spec(module) is None:
        raise ModelMissing(
            f"{folder.name} is quantised with {folder.quantiser}: run `pip install {package}`, or "
            "take its 16-bit weights"
        )


def open_model(folder: ModelFolder, step: Step, device: str, job: Job) -> Opened:
    """Load the model and place it. Device is "cuda", "mps" or "cpu".

    Raises:
        RushesError: a part cannot be loaded, or the disk is too small to stream from.
        RuntimeError, MemoryError: the device or the memory is full, see `is_out_of_memory`.
        Cancelled: the user asked to stop.
    """
    check_installed(folder)
    _quiet()
    job.check_cancelled()
    job.report("load", 0, None, f"{folder.name}: {step}")
    try:
        opened = _load(folder, step, device)
        _place(opened)
        job.check_cancelled()
        # Last, when the transformer is in its place: both at once are too much for many machines.
        opened.pipe.text_encoder = _text_encoder(folder, _dtype(folder, device))
        _place(opened)
    except (RushesError, Cancelled):
        raise
    except Exception as error:  # noqa: BLE001  # tokenizers raises nothing narrower
        if is_out_of_memory(error):
            raise
        why = one_line(str(error))[:300]
        raise RushesError(
            f"cannot load {folder.name} from {one_line(str(folder.path))}: {why}"
        ) from None
    return opened


def _load(folder: ModelFolder, step: Step, device: str) -> Opened:
    """All but the text encoder."""
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, LTX2ConditionPipeline
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

    dtype = _dtype(folder, device)
    parts: dict[str, Any] = dict.fromkeys(_LEFT_OUT)
    if folder.gguf is not None:
        parts[TRANSFORMER] = _transformer_of_gguf(folder, folder.gguf, dtype)
    pipe = LTX2ConditionPipeline.from_pretrained(
        str(folder.path), dtype=dtype, local_files_only=True, **parts
    )
    pipe.set_progress_bar_config(disable=True)
    pipe.vae.enable_tiling()
    pipe.audio_scheduler = None  # then sound follows the sigmas of the other
    upsampler = None
    if folder.stages == 2:
        upsampler = LTX2LatentUpsamplerModel.from_pretrained(
            str(folder.path), subfolder=UPSAMPLER, dtype=dtype, local_files_only=True
        )
    exact = FlowMatchEulerDiscreteScheduler.from_config(
        pipe.scheduler.config, use_dynamic_shifting=False, shift=1.0, shift_terminal=None
    )
    loras = dict(folder.loras)
    if folder.refining_lora is not None and not folder.distilled:
        loras[REFINING] = folder.refining_lora
    if folder.depth_lora is not None:
        loras[DEPTH] = folder.depth_lora.path
    for name, file in loras.items():
        pipe.load_lora_weights(str(file.parent), weight_name=file.name, adapter_name=name)
    if step.fp8:  # after the LoRAs, which would else be cast, too, and cannot be computed with
        pipe.transformer.enable_layerwise_casting(torch.float8_e4m3fn, compute_dtype=dtype)
    return Opened(
        folder, step, device, pipe, upsampler, pipe.scheduler, exact, adapters=tuple(loras)
    )


def _dtype(folder: ModelFolder, device: str) -> "torch.dtype":
    """What is computed in."""
    import torch

    return torch.float32 if folder.stored == "F32" and device == "cpu" else torch.bfloat16


def _text_encoder(folder: ModelFolder, dtype: "torch.dtype") -> Any:
    import transformers

    kind = getattr(transformers, folder.encoder)
    return kind.from_pretrained(
        str(folder.path / "text_encoder"), dtype=dtype, local_files_only=True
    )


def _transformer_of_gguf(folder: ModelFolder, file: Path, dtype: "torch.dtype") -> Any:
    from diffusers import GGUFQuantizationConfig, LTX2VideoTransformer3DModel

    return LTX2VideoTransformer3DModel.from_single_file(
        str(file),
        quantization_config=GGUFQuantizationConfig(compute_dtype=dtype),
        config=str(folder.path / TRANSFORMER),
        dtype=dtype,
        local_files_only=True,
    )


def _place(opened: Opened) -> None:
    """Put what is loaded, and not in its place yet, where it belongs."""
    import torch

    device = torch.device(opened.device)
    if opened.step.rung is Rung.DEVICE:
        opened.pipe.to(device)
    elif opened.step.rung is Rung.MODELS:
        opened.pipe.enable_model_cpu_offload(device=device)
    else:
        for name, part in opened.pipe.components.items():
            if isinstance(part, torch.nn.Module) and name not in opened.streamed:
                _stream(opened, name, part, device)
                opened.streamed.add(name)


def _stream(opened: Opened, name: str, part: "torch.nn.Module", device: "torch.device") -> None:
    """Group offload of a part, layer by layer; the two large ones from disk if so asked.

    A folder for each: files are named after layers, so the parts would take each other's. The
    others stay in memory: the pipeline reads buffers of theirs between calls, which are empty
    while they lie on disk.
    """
    import torch
    from diffusers.hooks import apply_group_offloading

    disk = None
    if opened.step.rung is Rung.DISK and name in _FROM_DISK:
        if opened.scratch is None:
            opened.scratch = _scratch(sum(opened.folder.sizes[each] for each in _FROM_DISK))
        disk = str(Path(opened.scratch.name) / name)
    streams = device.type == "cuda"
    pinned = may_pin(opened.folder.sizes.get(name, 0), free_memory_bytes("cpu"))
    apply_group_offloading(
        part,
        onload_device=device,
        offload_device=torch.device("cpu"),
        offload_type="leaf_level",
        use_stream=streams,
        low_cpu_mem_usage=streams and not pinned,
        offload_to_disk_path=disk,
    )


def _scratch(needed: int) -> "tempfile.TemporaryDirectory[str]":
    cache = paths().cache
    cache.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(cache).free
    if free < needed:
        raise RushesError(
            f"LTX-2 has to stream its weights from disk here: that takes {needed / 1e9:.0f} GB, "
            f"{free / 1e9:.0f} GB are free at {one_line(str(cache))}: make room"
        )
    return tempfile.TemporaryDirectory(prefix="ltx-", dir=cache, ignore_cleanup_errors=True)


def _quiet() -> None:
    """Their progress bars and advice would be drawn across the user's screen."""
    import diffusers.utils.logging
    import transformers.utils.logging

    for logging in (diffusers.utils.logging, transformers.utils.logging):
        logging.set_verbosity_error()
        logging.disable_progress_bar()
