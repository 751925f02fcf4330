"""LTX-2 end to end on the processor: all code is a user's, only the weights are tiny and random."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from generator.backends.ltx import LtxBackend, ladder, recipe
from generator.backends.ltx.folder import read_folder
from generator.backends.ltx.ladder import Rung, Step
from generator.backends.protocol import Backend, Image, PlacedKeyframe, Request
from generator.camera import Camera, CameraMove, Direction
from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job, Progress
from tests.fakes.tiny_ltx import SOUND_RATE, add_camera_lora, add_gguf, write_tiny_ltx
from tests.generator.films import assert_same

diffusers = pytest.importorskip("diffusers")

GREY = np.full((64, 128, 3), 200, np.uint8)
SMALL = Request(
    prompt="the tram rounds the corner",
    negative="",
    keyframes=(PlacedKeyframe(GREY, 0),),
    frames=9,
    fps=Fraction(24),
    width=64,
    height=64,
    seed=7,
)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads would wait for each other longer than they compute."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_ltx(tmp_path_factory.mktemp("models") / "tiny-distilled")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its scheduler bends sigmas."""
    return write_tiny_ltx(tmp_path_factory.mktemp("models") / "tiny-dev", distilled=False)


@pytest.fixture(scope="module")
def drawn(tiny: Path) -> NDArray[np.uint8]:
    return pictures_of(LtxBackend(read_folder(tiny), "cpu"), SMALL)


def pictures_of(backend: Backend, request: Request, job: Job | None = None) -> NDArray[np.uint8]:
    return np.stack([*backend.draw(request, job or Job()).pictures])


def seen_by(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, look: Callable[..., object]
) -> list[Any]:
    """What `look(self, arguments, result)` saw at each call of the real method."""
    seen: list[Any] = []
    real = getattr(owner, name)

    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = real(self, *args, **kwargs)
        seen.append(look(self, kwargs, result))
        return result

    monkeypatch.setattr(owner, name, called)
    return seen


def test_both_stages_hold_each_keyframe_at_its_own_frame(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = diffusers.LTX2ConditionPipeline
    held = seen_by(monkeypatch, pipe, "preprocess_conditions", lambda _, __, result: result)
    starts = seen_by(
        monkeypatch,
        pipe,
        "_prepare_keyframe_coords",
        lambda _, given, coords: coords[0, 0, :, 0].unique().tolist(),
    )
    places = (PlacedKeyframe(GREY, 0), PlacedKeyframe(GREY, 5, 0.5), PlacedKeyframe(GREY, 16))
    request = replace(SMALL, keyframes=places, frames=17, width=128, wants_sound=True)
    progress: list[Progress] = []
    backend = LtxBackend(read_folder(tiny), "cpu")
    result = backend.draw(request, Job(progress.append))
    pictures = [*result.pictures]

    for (stills, strengths, indices, lengths), size in zip(
        held, ((32, 64), (64, 128)), strict=True
    ):
        assert [tuple(still.shape) for still in stills] == [(1, 3, 1, *size)] * 3
        # Not compressed once more: an even picture stays one, at 200 of 255.
        assert all(abs(still - (200 / 127.5 - 1)).max() < 1e-6 for still in stills)
        assert strengths == [1, 0.5, 1]
        assert indices == [0, 1.5, 2.875]
        assert lengths == [1, 1, 1]
    # In seconds, as the transformer is told: frames 5 and 16, the last, in each stage.
    assert np.allclose(starts, [[5 / 24], [16 / 24]] * 2)

    assert len(pictures) == 17
    assert {picture.shape for picture in pictures} == {(64, 128, 3)}
    assert pictures[0].dtype == np.uint8
    assert result.sound is not None
    assert result.sound.shape == (2, round(17 / 24 * SOUND_RATE))
    assert 0 < np.abs(result.sound).max() <= 1
    assert result.sound_rate == SOUND_RATE
    assert result.model == "tiny-distilled"
    steps = [each for each in progress if each.stage == "shot"]
    assert [each.done for each in steps] == [*range(9), *range(8, 12)]
    assert {each.total for each in steps} == {11}


def test_distilled_model_takes_its_sigmas_as_they_are_and_runs_once_a_step(
    full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sigmas = seen_by(
        monkeypatch,
        diffusers.FlowMatchEulerDiscreteScheduler,
        "step",
        lambda scheduler, _, __: float(scheduler.sigmas[scheduler.step_index - 1]),
    )
    passes = seen_by(monkeypatch, diffusers.LTX2VideoTransformer3DModel, "forward", lambda *_: None)
    # A distilled model by its name, with a scheduler that would bend the sigmas.
    pictures_of(LtxBackend(read_folder(full, "ltx-distilled"), "cpu"), SMALL)
    wanted = [*recipe.DRAFT_SIGMAS, *recipe.REFINING_SIGMAS]
    assert np.allclose(sigmas, np.repeat(wanted, 2))  # the picture's and the sound's
    assert len(passes) == 11


def test_full_model_is_guided_in_one_stage(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "_FULL_STEPS", 2)
    passes = seen_by(
        monkeypatch,
        diffusers.LTX2VideoTransformer3DModel,
        "forward",
        lambda _, given, __: (
            len(given["hidden_states"]),
            given["spatio_temporal_guidance_blocks"],
            given["isolate_modalities"],
        ),
    )
    folder = read_folder(full)
    assert (folder.distilled, folder.stages) == (False, 1)
    pictures_of(LtxBackend(folder, "cpu"), replace(SMALL, negative="rain"))
    # With and without the prompt at once, without the blocks (29 in an LTX-2.0), without sound.
    assert passes == [(2, None, False), (1, [29], False), (1, None, True)] * 2


def test_full_model_refines_with_the_distilled_lora(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "_FULL_STEPS", 2)
    path = write_tiny_ltx(tmp_path / "tiny-dev", distilled=False)
    lora = add_camera_lora(path, "static")
    lora.rename(path / "ltx-2-19b-distilled-lora-384.safetensors")
    passes = seen_by(
        monkeypatch,
        diffusers.LTX2VideoTransformer3DModel,
        "forward",
        lambda transformer, given, _: (
            given["height"],
            transformer.transformer_blocks[0].attn1.to_q.disable_adapters,
        ),
    )
    pictures_of(LtxBackend(read_folder(path), "cpu"), SMALL)
    assert passes == [(1, True)] * 6 + [(2, False)] * 3


@pytest.mark.parametrize("rung", [Rung.MODELS, Rung.LAYERS, Rung.DISK])
def test_every_rung_draws_the_same(
    rung: Rung, tiny: Path, drawn: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ladder._PLAIN, "cpu", (Step(rung),))
    assert_same(pictures_of(LtxBackend(read_folder(tiny), "cpu"), SMALL), drawn)


@pytest.mark.parametrize("step", ladder._PLAIN["cuda"][1:], ids=str)
def test_every_step_on_a_card_draws_what_the_first_does(
    step: Step, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    monkeypatch.setitem(ladder._PLAIN, "cuda", (Step(Rung.DEVICE),))
    wanted = pictures_of(LtxBackend(read_folder(tiny), "cuda"), SMALL).astype(int)
    monkeypatch.setitem(ladder._PLAIN, "cuda", (step,))
    pictures = pictures_of(LtxBackend(read_folder(tiny), "cuda"), SMALL)
    assert np.abs(pictures - wanted).mean() < (5 if step.fp8 else 1)


def test_fp8_draws_nearly_the_same(
    tiny: Path, drawn: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ladder._PLAIN, "cpu", (Step(Rung.LAYERS, fp8=True),))
    pictures = pictures_of(LtxBackend(read_folder(tiny), "cpu"), SMALL)
    assert 0 < np.abs(pictures.astype(int) - drawn).mean() < 5


def test_another_seed_draws_something_else(tiny: Path, drawn: NDArray[np.uint8]) -> None:
    other = pictures_of(LtxBackend(read_folder(tiny), "cpu"), replace(SMALL, seed=8))
    assert np.abs(other.astype(int) - drawn).mean() > 5


@pytest.mark.parametrize("full_at", [1, 3, 4])
def test_out_of_memory_goes_one_rung_lower(
    full_at: int, tiny: Path, drawn: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setitem(ladder._PLAIN, "cpu", tuple(map(Step, Rung)))
    real = diffusers.LTX2ConditionPipeline.__call__
    calls = 0

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls <= full_at:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(diffusers.LTX2ConditionPipeline, "__call__", call)
    backend = LtxBackend(read_folder(tiny), "cpu")
    loads: list[str] = []
    job = Job(lambda each: loads.append(each.note) if each.stage == "load" else None)
    if full_at == len(Rung):
        with pytest.raises(RushesError, match="out of memory on cpu even with .* from disk"):
            backend.draw(SMALL, job)
    else:
        assert_same(pictures_of(backend, SMALL, job), drawn)
    opened = [note.partition(": ")[2] for note in loads if note.startswith("tiny")]
    assert opened == [str(rung) for rung in Rung][: full_at + 1]


def test_out_of_memory_while_decoding_loses_no_step(
    tiny: Path, drawn: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    real = diffusers.AutoencoderKLLTX2Video.decode
    calls = 0

    def decode(self: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(diffusers.AutoencoderKLLTX2Video, "decode", decode)
    steps: list[float] = []
    job = Job(lambda each: steps.append(each.done) if each.stage == "shot" else None)
    assert_same(pictures_of(LtxBackend(read_folder(tiny), "cpu"), SMALL, job), drawn)
    assert steps == [*range(9), *range(8, 12)]


def test_failure_of_the_library_is_told_in_one_line(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise ValueError("shapes\ndo not match")

    monkeypatch.setattr(diffusers.LTX2ConditionPipeline, "__call__", call)
    with pytest.raises(RushesError, match="tiny-distilled failed on cpu: shapes do not match"):
        LtxBackend(read_folder(tiny), "cpu").draw(SMALL, Job())


def test_cancel_stops_within_one_step_and_leaves_the_model_usable(
    tiny: Path, drawn: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ladder._PLAIN, "cpu", (Step(Rung.MODELS),))
    passes = seen_by(monkeypatch, diffusers.LTX2VideoTransformer3DModel, "forward", lambda *_: None)

    def watch(progress: Progress) -> None:
        if progress.stage == "shot" and progress.done == 3:
            job.cancel()

    job = Job(watch)
    backend = LtxBackend(read_folder(tiny), "cpu")
    with pytest.raises(Cancelled):
        backend.draw(SMALL, job)
    assert len(passes) == 4
    assert_same(pictures_of(backend, SMALL), drawn)


def test_transformer_in_gguf_draws_nearly_the_same(
    tmp_path: Path, drawn: NDArray[np.uint8]
) -> None:
    add_gguf(write_tiny_ltx(tmp_path / "tiny-distilled"))
    folder = read_folder(tmp_path / "tiny-distilled")
    assert (folder.stored, folder.quantised) == ("GGUF", True)
    pictures = pictures_of(LtxBackend(folder, "cpu"), SMALL)
    assert 0 < np.abs(pictures.astype(int) - drawn).mean() < 5


def test_camera_lora_is_used_for_its_move_only(tmp_path: Path, drawn: NDArray[np.uint8]) -> None:
    add_camera_lora(write_tiny_ltx(tmp_path / "tiny-distilled"), "dolly-in")
    backend = LtxBackend(read_folder(tmp_path / "tiny-distilled"), "cpu")
    assert_same(pictures_of(backend, SMALL), drawn)
    # The words are the same in both: what differs is the LoRA.
    said = replace(SMALL, prompt=f"{SMALL.prompt} The camera dollies in.")
    moved = replace(SMALL, camera=Camera(CameraMove.DOLLY, Direction.IN))
    by_words = pictures_of(backend, said).astype(int)
    assert np.abs(pictures_of(backend, moved) - by_words).mean() > 1
