"""LTX-2 follows depth: all code is a user's, only the weights and the LoRA are tiny and random."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from generator.backends.animatic import AnimaticBackend
from generator.backends.ltx import LtxBackend, ladder
from generator.backends.ltx.folder import read_folder
from generator.backends.ltx.ladder import Rung, Step
from generator.backends.protocol import Backend, Depth, PlacedKeyframe, Request
from generator.depth import along, check_depth, depth_pictures, open_depth
from generator.planning import plan_film, prepare
from generator.storyboard import FIRST, Fit, Keyframe, Shot, Storyboard
from rushes.encoding import Codec, Format, film_writer
from rushes.errors import RushesError, WrongUsage
from rushes.jobs import Job
from rushes.place import Place
from tests.fakes.tiny_ltx import add_camera_lora, add_depth_lora, write_tiny_ltx
from tests.generator.films import assert_same

diffusers = pytest.importorskip("diffusers")

GREY = np.full((128, 128, 3), 200, np.uint8)
REQUEST = Request(
    prompt="a glass tower",
    negative="",
    keyframes=(PlacedKeyframe(GREY, 0), PlacedKeyframe(GREY, 16)),
    frames=17,
    fps=Fraction(24),
    width=128,
    height=128,
    seed=7,
)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the LoRA for several controls, whose depth is half as large as the pictures."""
    folder = write_tiny_ltx(tmp_path_factory.mktemp("models") / "tiny-distilled")
    add_depth_lora(folder, shrink=2)
    return folder


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return depth_film(tmp_path / "depth.mov")


def depth_film(path: Path, frames: int = 17, high: int = 240, width: int = 128) -> Path:
    """Grey films that brighten from black to `high`, a step each frame."""
    with film_writer(path, Format(width, 128, Fraction(24), Codec.PRORES)) as writer:
        for grey in np.linspace(0, high, frames):
            writer.add(np.full((128, width, 3), round(float(grey)), np.uint8))
    return path


def follows(film: Path, request: Request = REQUEST) -> Request:
    depth = along(open_depth(film, Job()), request.frames, 0, (128, 128), None)
    return replace(request, depth=depth)


def drawn(backend: Backend, request: Request) -> NDArray[np.int64]:
    return np.stack([*backend.draw(request, Job()).pictures]).astype(int)


def test_depth_lies_beside_the_keyframes_on_the_latents_of_its_frames(
    model: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[Any] = []
    passes: list[Any] = []
    encode = diffusers.LTX2InContextPipeline._encode_reference_conditions
    forward = diffusers.LTX2VideoTransformer3DModel.forward

    def encoding(self: Any, *args: Any, **kwargs: Any) -> Any:
        (reference,) = kwargs["reference_conditions"]
        result = encode(self, *args, **kwargs)
        encoded.append((reference.frames, reference.strength, result))
        return result

    def passing(self: Any, *args: Any, **kwargs: Any) -> Any:
        lora = self.transformer_blocks[0].attn1.to_q
        passes.append((kwargs, not lora.disable_adapters and lora.active_adapters))
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(diffusers.LTX2InContextPipeline, "_encode_reference_conditions", encoding)
    monkeypatch.setattr(diffusers.LTX2VideoTransformer3DModel, "forward", passing)
    drawn(LtxBackend(read_folder(model), "cpu"), follows(film))

    # Once, for the draft: half of 128, and half of that for the LoRA.
    ((frames, strength, (tokens, coords, mask, _)),) = encoded
    assert frames.shape == (17, 32, 32, 3) and frames.dtype == np.float32
    assert np.allclose(frames.mean((1, 2, 3)), np.linspace(0, 240 / 255, 17), atol=0.01)
    assert strength == 1 and mask is None
    # Three latents of one token each: frame 0, frames 1 to 8, frames 9 to 16, over the whole
    # picture of 64 × 64. In time, seconds.
    assert tokens.shape[1] == 3
    assert np.allclose(coords[0, 0] * 24, [[0, 1], [1, 9], [9, 17]])
    assert np.allclose(coords[0, 1], [[0, 64]] * 3) and np.allclose(coords[0, 2], [[0, 64]] * 3)

    assert len(passes) == 8 + 3
    for given, adapters in passes[:8]:
        # 12 tokens are drawn (3 latents of 2 × 2); the last keyframe has 4; then comes the depth.
        assert given["hidden_states"].shape[1] == 12 + 4 + 3
        assert bool((given["hidden_states"][:, 16:] == tokens).all())
        assert bool((given["timestep"][:, 16:] == 0).all())
        assert np.allclose(given["video_coords"][:, :, 16:], coords)
        assert adapters == ["depth"]
    for given, adapters in passes[8:]:
        # 48 tokens, and 16 of the keyframe: the second stage refines, without depth or its LoRA.
        assert given["hidden_states"].shape[1] == 48 + 16
        assert not adapters


def test_another_depth_draws_another_film(model: Path, film: Path, tmp_path: Path) -> None:
    backend = LtxBackend(read_folder(model), "cpu")
    wanted = drawn(backend, follows(film))
    assert_same(drawn(backend, follows(film)), wanted)
    other = depth_film(tmp_path / "other.mov", high=20)
    # Random weights hardly heed anything; the same depth gives the same film to the last bit.
    assert not np.array_equal(drawn(backend, follows(other)), wanted)
    assert not np.array_equal(drawn(backend, REQUEST), wanted)


def test_a_part_begins_with_the_latents_of_what_it_goes_on_from(
    model: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[Any] = []
    forward = diffusers.LTX2VideoTransformer3DModel.forward

    def passing(self: Any, *args: Any, **kwargs: Any) -> Any:
        times.append(kwargs["timestep"][0].tolist())
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(diffusers.LTX2VideoTransformer3DModel, "forward", passing)
    backend = LtxBackend(read_folder(model), "cpu")
    lead = tuple(np.full((128, 128, 3), 10 * frame, np.uint8) for frame in range(17))
    led = replace(REQUEST, keyframes=(), lead=lead, frames=25)
    pictures = drawn(backend, led)
    assert len(pictures) == 25
    # Of four latents the first three are given, in both stages; the last is drawn.
    for given, tokens in ((times[0], 4), (times[-1], 16)):
        assert all(time == 0 for time in given[: 3 * tokens])
        assert all(time > 0 for time in given[3 * tokens :]) and len(given) == 4 * tokens
    backwards = replace(led, lead=lead[::-1])
    assert not np.array_equal(drawn(backend, backwards), pictures)
    assert not np.array_equal(drawn(backend, follows(film, led)), pictures)


@pytest.mark.parametrize("rung", [Rung.MODELS, Rung.LAYERS, Rung.DISK])
def test_every_rung_follows_the_same(
    rung: Rung, model: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = drawn(LtxBackend(read_folder(model), "cpu"), follows(film))
    monkeypatch.setitem(ladder._PLAIN, "cpu", (Step(rung),))
    assert_same(drawn(LtxBackend(read_folder(model), "cpu"), follows(film)), wanted)


@pytest.mark.parametrize("step", ladder._PLAIN["cuda"][1:], ids=str)
def test_every_step_on_a_card_follows_what_the_first_does(
    step: Step, model: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    monkeypatch.setitem(ladder._PLAIN, "cuda", (Step(Rung.DEVICE),))
    wanted = drawn(LtxBackend(read_folder(model), "cuda"), follows(film))
    monkeypatch.setitem(ladder._PLAIN, "cuda", (step,))
    pictures = drawn(LtxBackend(read_folder(model), "cuda"), follows(film))
    assert np.abs(pictures - wanted).mean() < (5 if step.fp8 else 1)


def test_what_the_folder_holds_says_what_can_be_followed(tmp_path: Path, film: Path) -> None:
    path = write_tiny_ltx(tmp_path / "tiny-distilled")
    add_camera_lora(path, "dolly-in")
    without = LtxBackend(read_folder(path), "cpu")
    said = "ltx cannot follow depth here: that takes ltx, with an IC-LoRA for depth in its model"
    with pytest.raises(WrongUsage, match=said):
        check_depth(without)
    with pytest.raises(RushesError, match=said):
        without.draw(follows(film), Job())
    with pytest.raises(WrongUsage, match="animatic cannot follow depth here"):
        check_depth(AnimaticBackend())
    add_depth_lora(path)
    able = LtxBackend(read_folder(path), "cpu")
    assert check_depth(able) == 64
    said_of = able.estimate(follows(film)).notes
    assert "depth is followed through ltx-2-19b-ic-lora-depth-control.safetensors" in said_of
    add_depth_lora(path, shrink=2)
    (path / "loras" / "ltx-2-19b-ic-lora-depth-control.safetensors").unlink()
    assert check_depth(LtxBackend(read_folder(path), "cpu")) == 128


def test_depth_is_stretched_to_the_shot_and_shared_out_to_its_parts(
    model: Path, film: Path, tmp_path: Path
) -> None:
    opened = open_depth(film, Job())
    assert (opened.frames, opened.first.size) == (17, (128, 128))
    assert along(opened, 5, 0, (128, 128), None).pictures == (0, 4, 8, 12, 16)
    # The frame that the shot before gives has no depth of its own.
    assert along(opened, 6, 1, (128, 128), None).pictures == (0, 0, 4, 8, 12, 16)
    shots = (Shot("a tower", 24.0, (Keyframe(Place(film, 0.0), FIRST),), depth=film),)
    prepared = prepare(Storyboard(shots), Job())
    plan = plan_film(prepared, LtxBackend(read_folder(model), "cpu"))
    assert plan.drawn_size == (128, 128)
    (shot,) = plan.shots
    depths = [part.request.depth for part in shot.parts]
    assert len(depths) == 2
    assert [len(each.pictures) for each in depths if each] == [
        part.request.frames for part in shot.parts
    ]
    assert depths[0] is not None and depths[1] is not None
    assert depths[0].pictures[0] == 0 and depths[1].pictures[-1] == 16
    assert depths[0].pictures[-1] == depths[1].pictures[0] == 8
    with pytest.raises(WrongUsage, match="animatic cannot follow depth"):
        plan_film(prepared, AnimaticBackend())


def test_depth_of_another_shape_is_laid_as_keyframes_are(tmp_path: Path) -> None:
    wide = open_depth(depth_film(tmp_path / "wide.mov", 3, width=256), Job())
    with pytest.raises(RushesError, match="wide.mov is 256×128, the film 128×128: choose --fit"):
        along(wide, 9, 0, (128, 128), None)
    padded = along(wide, 9, 0, (128, 128), Fit.PAD)
    pictures = [*depth_pictures(padded, (128, 192))]
    assert len(pictures) == 9 and pictures[0].shape == (192, 128, 3)
    assert pictures[-1][96].min() > 200 and pictures[-1][40].max() == 0


def test_a_film_that_ends_early_holds_its_last_depth(film: Path) -> None:
    depth = Depth(film, "", (15, 16, 40), (128, 128))
    before, last, after = depth_pictures(depth, (128, 128))
    assert before.mean() < last.mean() == after.mean()
