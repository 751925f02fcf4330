"""The parts of the LTX-2 back end that need no drawing."""

import importlib.util
import json
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from generator.backends.ltx import LtxBackend, find_ltx, ladder
from generator.backends.ltx.decoding import decode_tile, joined, tile_starts
from generator.backends.ltx.folder import ModelFolder, read_folder
from generator.backends.ltx.ladder import Rung, Step, first_fit, steps_for, working_bytes
from generator.backends.ltx.loading import open_model
from generator.backends.ltx.placing import camera_lora, latent_index, prompt_with_camera
from generator.backends.protocol import PlacedKeyframe, Request
from generator.camera import parse_camera
from rushes.errors import ModelMissing, RushesError
from rushes.jobs import Job
from rushes.models import ModelStore
from rushes.settings import Settings
from tests.fakes.tiny_ltx import write_tiny_ltx

pytest.importorskip("diffusers")

GB = 10**9
REQUEST = Request("a tram", "", (), 121, Fraction(24), 1920, 1088, 0)
# LTX-2.3 as its authors publish it: 22B parameters in 16 bits, and Gemma 3 with 12B.
REAL = ModelFolder(
    path=Path("/models/ltx"),
    name="ltx-2.3-distilled",
    revision=None,
    encoder="Gemma3ForConditionalGeneration",
    sizes={"transformer": 42 * GB, "text_encoder": 26 * GB, "vae": 3 * GB, "latent_upsampler": GB},
    distilled=True,
    gated=True,
    width=4096,
    stored="BF16",
    quantised=False,
    quantiser=None,
    has_slots=False,
    gguf=None,
    loras={},
    refining_lora=None,
    depth_lora=None,
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_ltx(tmp_path_factory.mktemp("models") / "tiny-distilled")


@pytest.fixture
def broken(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "broken"))


@pytest.mark.parametrize(
    ("card_gb", "memory_gb", "wanted"),
    [
        (96, 128, Step(Rung.DEVICE)),
        (64, 128, Step(Rung.MODELS)),
        (40, 128, Step(Rung.MODELS, fp8=True)),
        (24, 128, Step(Rung.LAYERS)),
        (24, 64, Step(Rung.LAYERS, fp8=True)),  # 21 + 26 + 3 + 1 = 51 GB
        (24, 48, Step(Rung.DISK)),
        (4, 8, Step(Rung.DISK)),  # nothing fits: tried all the same
    ],
)
def test_highest_step_that_fits_is_taken(card_gb: int, memory_gb: int, wanted: Step) -> None:
    steps = steps_for("cuda", REAL)
    working = working_bytes(REAL, REQUEST)
    assert 3 * GB < working < 8 * GB
    at = first_fit(steps, REAL, working, card_gb * GB, memory_gb * GB)
    assert steps[at] == wanted


def test_weights_in_fp8_stay_so_and_quantised_ones_are_not_cast() -> None:
    assert all(step.fp8 for step in steps_for("cuda", replace(REAL, stored="F8_E4M3")))
    assert not any(step.fp8 for step in steps_for("cuda", replace(REAL, quantised=True)))
    assert [step.rung for step in steps_for("cpu", REAL)] == [Rung.DEVICE, Rung.DISK]


def test_a_keyframe_is_placed_to_the_frame() -> None:
    # Diffusers puts index i on frame (i - 1)·8 + 1.
    frames = (0, 1, 9, 60, 113, 120)
    indices = [latent_index(frame) for frame in frames]
    assert indices == [0, 1, 2, 8.375, 15, 15.875]
    assert [(index - 1) * 8 + 1 for index in indices[1:]] == [*frames[1:]]


@pytest.mark.parametrize(
    ("move", "words", "lora"),
    [
        ("slow dolly in", "A tram. The camera dollies in slowly.", "dolly-in"),
        ("jib up", "A tram. The camera cranes up.", "jib-up"),
        ("fast tracking left", "A tram. The camera tracks left quickly.", "dolly-left"),
        ("static", "A tram. The camera is static, on a tripod.", "static"),
        ("orbit right", "A tram. The camera orbits around the subject to the right.", None),
        ("handheld", "A tram. The shot is handheld.", None),
    ],
)
def test_camera_is_said_in_the_prompt(move: str, words: str, lora: str | None) -> None:
    camera = parse_camera(move)
    assert prompt_with_camera("A tram.", camera) == words
    assert camera_lora(camera) == lora


def test_tiles_join_where_a_decoding_at_once_has_the_same_frames(tiny: Path) -> None:
    import torch

    opened = open_model(read_folder(tiny), Step(Rung.DEVICE), "cpu", Job())
    latents = torch.randn(1, 4, 15, 2, 2, generator=torch.Generator().manual_seed(0))
    pictures, left = [], None
    starts = tile_starts(15)
    for start in starts:
        settled, left = joined(left, decode_tile(opened, latents, start), start == starts[-1])
        pictures += settled
    with torch.no_grad():
        whole = opened.pipe.vae.decode(latents).sample[0].permute(1, 2, 3, 0).numpy()
    at_once = np.clip(whole / 2 + 0.5, 0, 1) * 255
    made = np.stack(pictures).astype(float)
    assert starts == [0, 5, 10]
    assert made.shape == at_once.shape == (113, 64, 64, 3)
    near = np.abs(made - at_once).mean()
    assert near < 8  # where tiles meet, each lacks what the other sees
    assert np.abs(made[1:] - at_once[:-1]).mean() > 4 * near  # one frame apart would be seen


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"width": 1904}, "multiples of 64, not 1904×1088"),
        ({"frames": 120}, "8k \\+ 1 frames, not 120: take 121"),
        ({"frames": 601}, "up to 20 s at once, not 25.0 s"),
        (
            {"keyframes": (PlacedKeyframe(np.zeros((8, 8, 3), np.uint8), 121),)},
            "at frame 121, and the shot has frames 0 to 120",
        ),
    ],
)
def test_what_it_cannot_draw_is_said_before_loading(
    change: dict[str, object], text: str, tiny: Path
) -> None:
    backend = LtxBackend(read_folder(tiny), "cpu")
    with pytest.raises(RushesError, match=text):
        backend.estimate(replace(REQUEST, **change))  # type: ignore[arg-type]


def test_estimate_says_how_it_would_run(tiny: Path) -> None:
    told = LtxBackend(read_folder(tiny), "cpu").estimate(
        replace(REQUEST, camera=parse_camera("pan left"), width=128, height=64)
    )
    assert (told.model, told.device) == ("tiny-distilled", "cpu")
    assert told.memory_bytes is not None
    assert told.notes[0] == "distilled, two stages"
    assert told.notes[2] == "the camera's move is asked for by the prompt"


def test_numbers_that_no_installed_library_reads_are_said_before_loading(broken: Path) -> None:
    file = broken / "transformer" / "config.json"
    config = json.loads(file.read_text())
    config["quantization_config"] = {"quant_method": "modelopt", "quant_type": "NVFP4"}
    file.write_text(json.dumps(config))
    if importlib.util.find_spec("modelopt") is not None:
        pytest.skip("NVIDIA ModelOpt is installed here")
    with pytest.raises(ModelMissing, match="quantised with modelopt: run `pip install nvidia-mod"):
        LtxBackend(read_folder(broken), "cpu").estimate(REQUEST)


def test_a_newer_model_says_what_of_it_is_not_used(broken: Path) -> None:
    file = broken / "transformer" / "config.json"
    config = json.loads(file.read_text()) | {"use_keyframes_abs_pos_embedding": True}
    file.write_text(json.dumps(config))
    notes = LtxBackend(read_folder(broken), "cpu").estimate(REQUEST).notes
    assert "LTX-2.5 draws between keyframes as LTX-2.3 does, not in slots (DFR)" in notes


def test_no_model_says_what_to_accept_and_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="LTX-2 Community License .*set video_model") as told:
        find_ltx(Settings(video_model=None), ModelStore(tmp_path))
    assert "\n" not in str(told.value)
    with pytest.raises(ModelMissing, match="which is no folder"):
        find_ltx(Settings(video_model=tmp_path / "none"), ModelStore(tmp_path))


def test_folder_of_the_settings_is_used_as_it_is(tiny: Path, tmp_path: Path) -> None:
    backend = find_ltx(Settings(video_model=tiny, device="cpu"), ModelStore(tmp_path))
    assert backend.name == "ltx"
    assert backend.capabilities.multiple_of == 64
    assert backend.capabilities.frame_step == 8


def test_folder_without_upsampler_draws_in_one_stage(broken: Path) -> None:
    shutil.rmtree(broken / "latent_upsampler")
    assert read_folder(broken).stages == 1
    assert LtxBackend(read_folder(broken)).capabilities.multiple_of == 32


def test_commit_of_a_download_is_its_revision(broken: Path, tmp_path: Path) -> None:
    note = broken / ".cache" / "huggingface" / "download" / "model_index.json.metadata"
    note.parent.mkdir(parents=True)
    note.write_text("a" * 40 + "\n1234\n")
    assert read_folder(broken).revision == "a" * 40
    cached = tmp_path / "models--diffusers--LTX-2.3-Distilled-Diffusers" / "snapshots" / ("b" * 40)
    shutil.copytree(broken, cached)
    folder = read_folder(cached)
    assert (folder.name, folder.revision) == ("LTX-2.3-Distilled-Diffusers", "b" * 40)


def test_folder_that_is_not_whole_is_told_in_one_line(broken: Path, tmp_path: Path) -> None:
    weights = broken / "transformer" / "diffusion_pytorch_model.safetensors"
    whole = weights.read_bytes()

    def told() -> str:
        with pytest.raises(RushesError) as error:
            read_folder(broken)
        assert "\n" not in str(error.value)
        return str(error.value)

    weights.write_bytes(whole[:-100])
    assert "is cut off: download it again" in told()
    weights.write_bytes(b"<html>not found</html>")
    assert "is damaged" in told()
    weights.unlink()
    assert "has no weights" in told()
    weights.with_name("model.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"proj_in.weight": "model-00002-of-00002.safetensors"}})
    )
    assert "there is no" in told()
    shutil.rmtree(broken / "vocoder")
    assert "lacks vocoder/" in told()
    (broken / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')
    assert "holds no LTX-2" in told()
    (broken / "model_index.json").write_text("{")
    assert "cannot read" in told()
    (broken / "model_index.json").unlink()
    assert "there is no" in told()


def test_weights_of_another_shape_are_told_in_one_line(broken: Path) -> None:
    config = broken / "transformer" / "config.json"
    config.write_text(config.read_text().replace('"num_layers": 2', '"num_layers": 3'))
    config.write_text(config.read_text().replace('"in_channels": 4', '"in_channels": 8'))
    with pytest.raises(RushesError, match="cannot load broken from") as told:
        open_model(read_folder(broken), Step(Rung.DEVICE), "cpu", Job())
    assert "\n" not in str(told.value)


def test_damaged_tokenizer_is_told_in_one_line(broken: Path) -> None:
    (broken / "tokenizer" / "tokenizer.json").write_text('{"version": "1.0"}')
    with pytest.raises(RushesError, match="cannot load broken from") as told:
        open_model(read_folder(broken), Step(Rung.DEVICE), "cpu", Job())
    assert "\n" not in str(told.value)


def test_disk_too_small_to_stream_from_is_said(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = read_folder(tiny)
    huge = replace(folder, sizes={**folder.sizes, "transformer": 10**18})
    with pytest.raises(RushesError, match="that takes 1000000000 GB, .* make room"):
        open_model(huge, Step(Rung.DISK), "cpu", Job())


def test_what_ran_out_of_memory_is_known() -> None:
    import torch

    assert ladder.is_out_of_memory(torch.cuda.OutOfMemoryError("CUDA out of memory"))
    assert ladder.is_out_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"))
    assert ladder.is_out_of_memory(
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes")
    )
    assert not ladder.is_out_of_memory(RuntimeError("shapes do not match"))
