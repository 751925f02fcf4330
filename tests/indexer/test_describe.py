"""Shots described: what a model may say, which frames it sees, and llama.cpp for real."""

import importlib.util
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from indexer.describe import Describer, plain_description, question
from indexer.describe_llama import LlamaDescriber
from indexer.describing import ShotToDescribe, describe_shots, frame_count, frames_of
from indexer.segments import Image
from rushes.errors import Cancelled, ModelMissing, RushesError, UnreadableFile
from rushes.models import load_catalogue
from tests.fakes.tiny_vlm import write_tiny_vlm
from tests.media.video import make_clip, read_number

RED = np.full((90, 160, 3), (240, 20, 20), np.uint8)
BLUE = np.full((90, 160, 3), (20, 20, 240), np.uint8)


def nothing() -> None:
    """A check that never stops the work."""


# --- what a reply may be -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "description"),
    [
        ("A dog runs after a ball.", "A dog runs after a ball."),
        ("  A dog runs.\n\nIt catches   a ball.\n", "A dog runs. It catches a ball."),
        ("<think>The user wants\nwords.</think>\n\nA dog runs off.", "A dog runs off."),
        ("The user wants words.</think>A dog runs off.", "A dog runs off."),
        ("<think>A dog runs off. But wait", ""),
        ("**A dog** runs `fast` to _the_ [gate](http://x.y).", "A dog runs fast to the gate."),
        ("# Scene\n- A dog runs.\n- It *barks*.", "Scene A dog runs. It barks."),
        ("1. A dog runs off.\n2. It barks.", "A dog runs off. It barks."),
        ("Sure! Here is the description: A dog runs off.", "A dog runs off."),
        ("Description: A dog runs off.<|im_end|>", "A dog runs off."),
        ('"A dog runs off."', "A dog runs off."),
        ("A dog runs off.\x1b[31m It\u202e barks.\x07", "A dog runs off.31m It barks."),
        ("<p>A dog runs <b>off</b>.</p>", "A dog runs off."),
        ("A dog runs off. " * 9, "A dog runs off."),
        ("One runs. Two run. Three run. Four run.", "One runs. Two run. Three run."),
        ("A dog runs off. Behind it a ma", "A dog runs off."),
        ("a dog runs over the lawn", "a dog runs over the lawn"),
        ("Mr. Hund läuft über die Straße.", "Mr. Hund läuft über die Straße."),
        ("一个男人在雨中骑自行车。他戴着头盔。", "一个男人在雨中骑自行车。 他戴着头盔。"),
    ],
)
def test_a_reply_becomes_plain_sentences(reply: str, description: str) -> None:
    assert plain_description(reply) == description


@pytest.mark.parametrize(
    "reply",
    [
        "",
        " \n ",
        "I'm sorry, but I can't help with that.",
        "Sorry, I cannot describe people.",
        "I cannot see any pictures.",
        "I\u2019m unable to view images.",
        "As an AI, I do not see.",
        "No image was provided.",
        "N/A",
        '{"description": "a dog"}',
        "dog dog dog dog dog dog dog dog dog dog dog dog",
        "!!!! ???? ---- 123 456 789 0000",
        "\ufffd\ufffd\ufffd \u2588\u2588 \u2588 \u2588",
        "ok",
    ],
)
def test_what_says_nothing_becomes_nothing(reply: str) -> None:
    assert plain_description(reply) == ""


def test_a_reply_without_end_is_cut_at_eighty_words() -> None:
    words = " ".join(f"dog{'s' * (i % 7)} run{i}" for i in range(50_000))
    assert len(plain_description(words).split()) == 80
    assert len(plain_description("很" * 100_000)) <= 600


@pytest.mark.parametrize("nasty", ["<think>" * 30_000, "[" * 30_000, "<a" * 30_000, "a. " * 30_000])
def test_a_hostile_reply_takes_no_time(nasty: str) -> None:
    started = time.process_time()
    plain_description(nasty)
    assert time.process_time() - started < 2


def test_the_question_tells_frames_from_a_single_picture() -> None:
    assert "4 pictures" in question(4) and "order of time" in question(4)
    assert "order" not in question(1)


# --- frames -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.avi", "clip.mts"])
def test_the_frames_lie_evenly_over_the_shot_in_order(tmp_path: Path, name: str) -> None:
    clip = make_clip(tmp_path / name, scene_lengths=(50, 100, 50), gop=60)
    frames = frames_of(clip.path, 2.0, 6.0, 4)
    numbers = [read_number(frame) for frame in frames]
    # The middles of four seconds: frames 62, 87, 112 and 137, or a neighbour.
    assert [
        abs(found - right) <= 2 for found, right in zip(numbers, (62, 87, 112, 137), strict=True)
    ]
    assert numbers == sorted(numbers)
    assert all(frame.shape == (180, 320, 3) for frame in frames)


def test_times_count_from_the_first_frame_of_the_container(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "late.mkv", scene_lengths=(100,), start_s=Fraction(10))
    (middle,) = frames_of(clip.path, 0.0, 4.0, 1)
    assert abs(read_number(middle) - 50) <= 2


def test_a_turned_video_gives_upright_frames_of_at_most_768_pixels(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "tall.mp4", scene_lengths=(30,), size=(1280, 720), rotation=90)
    (frame,) = frames_of(clip.path, 0.0, 1.2, 1)
    assert max(frame.shape) == 768


def test_a_shot_with_less_frames_than_asked_for_gives_each_once(tmp_path: Path) -> None:
    times = [Fraction(0), Fraction(2), Fraction(4)]
    clip = make_clip(tmp_path / "slow.mkv", scene_lengths=(3,), times_s=times)
    assert [read_number(f) for f in frames_of(clip.path, 0.0, 6.0, 5)] == [0, 1, 2]
    assert [read_number(f) for f in frames_of(clip.path, 2.0, 3.0, 5)] == [1]


def test_a_longer_shot_gets_more_frames() -> None:
    assert [frame_count(0, length) for length in (0.4, 5, 8, 60)] == [3, 3, 4, 5]


def test_a_still_is_its_picture(tmp_path: Path) -> None:
    from PIL import Image as pillow

    pillow.fromarray(RED).save(tmp_path / "red.png")
    (frame,) = frames_of(tmp_path / "red.png", None, None)
    assert frame.shape == RED.shape and (frame == RED).all()


def test_what_has_no_picture_there_says_so(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", scene_lengths=(25,))
    with pytest.raises(UnreadableFile, match="gone"):
        frames_of(tmp_path / "no.mp4", 0.0, 1.0)
    (tmp_path / "broken.mp4").write_bytes(clip.path.read_bytes()[:300])
    with pytest.raises(UnreadableFile):
        frames_of(tmp_path / "broken.mp4", 0.0, 1.0)


def test_decoding_stops_when_the_user_says_so(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", scene_lengths=(50,))

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        frames_of(clip.path, 0.0, 2.0, check=stop)


# --- one shot after the other --------------------------------------------------------------------


@dataclass
class Scripted:
    """A describer that says, or raises, one thing after the other."""

    says: Iterator[str | Exception]
    name: str = "scripted"

    def describe(self, frames: Sequence[Image], check: Callable[[], None]) -> str:
        said = next(self.says)
        if isinstance(said, Exception):
            raise said
        return f"{said} ({len(frames)})"


def scripted(*says: str | Exception) -> Describer:
    return Scripted(iter(says))


@pytest.fixture
def shots(tmp_path: Path) -> list[ShotToDescribe[int]]:
    clip = make_clip(tmp_path / "clip.mp4", scene_lengths=(50, 50))
    gone = tmp_path / "gone.mp4"
    lies = [(clip.path, 0.0, 2.0), (gone, 0.0, 2.0), (clip.path, 2.0, 4.0)]
    return [ShotToDescribe(i, *place) for i, place in enumerate(lies)]


def test_a_shot_that_cannot_be_read_comes_with_the_reason(
    shots: list[ShotToDescribe[int]],
) -> None:
    done = list(describe_shots(shots, scripted("A ball flies.", "A dog runs."), nothing))
    assert [each.shot.key for each in done] == [0, 1, 2]
    assert [each.text for each in done] == ["A ball flies. (3)", "", "A dog runs. (3)"]
    assert [each.error for each in done] == [None, "the file is gone", None]


def test_a_failure_at_one_shot_does_not_keep_the_next_from_being_described(
    shots: list[ShotToDescribe[int]],
) -> None:
    done = list(describe_shots(shots, scripted(RushesError("too dark"), "A dog runs."), nothing))
    assert [each.error for each in done] == ["too dark", "the file is gone", None]


def test_a_describer_that_is_not_there_ends_it_at_once(shots: list[ShotToDescribe[int]]) -> None:
    going = describe_shots(shots, scripted("A ball flies.", ModelMissing("down")), nothing)
    assert next(going).text == "A ball flies. (3)"
    assert next(going).error is not None
    with pytest.raises(ModelMissing, match="down"):
        next(going)


def test_a_describer_that_fails_three_times_in_a_row_is_asked_no_more(
    shots: list[ShotToDescribe[int]],
) -> None:
    failing = scripted(*[RushesError("500")] * 9)
    with pytest.raises(RushesError, match="500"):
        list(describe_shots(shots[:1] * 9, failing, nothing))


def test_describing_stops_between_two_shots(shots: list[ShotToDescribe[int]]) -> None:
    left = iter([True] * 400)

    def stop_later() -> None:
        if not next(left, False):
            raise Cancelled

    with pytest.raises(Cancelled):
        list(describe_shots(shots[:1] * 999, scripted(*["A dog runs."] * 999), stop_later))


# --- llama.cpp -----------------------------------------------------------------------------------

needs_llama = pytest.mark.skipif(
    importlib.util.find_spec("llama_cpp") is None, reason="needs llama-cpp-python"
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> LlamaDescriber:
    folder = tmp_path_factory.mktemp("tiny")
    write_tiny_vlm(folder / "Tiny-VL.gguf", folder / "mmproj-Tiny-VL.gguf")
    return LlamaDescriber("tiny", folder, "cpu")


@needs_llama
def test_llama_says_what_the_pictures_show(tiny: LlamaDescriber) -> None:
    assert tiny.describe([RED, RED, RED], nothing) == "A man paints the red wall."
    assert tiny.describe([BLUE] * 5, nothing) == "A man paints the blue wall."
    assert tiny.describe([RED, BLUE, RED, RED], nothing) == "A man paints the red wall."
    assert tiny.describe([], nothing) == ""


@needs_llama
@pytest.mark.parametrize("shape", [(1080, 1920), (1920, 1080), (2, 3), (40, 1200)])
def test_five_frames_of_any_proportions_fit(tiny: LlamaDescriber, shape: tuple[int, int]) -> None:
    frame = np.full((*shape, 3), (240, 20, 20), np.uint8)
    assert tiny.describe([frame] * 5, nothing) == "A man paints the red wall."


@needs_llama
def test_several_threads_may_ask_llama(tiny: LlamaDescriber) -> None:
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda c=c: said.append(tiny.describe([c], nothing)))
        for c in (RED, BLUE) * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == sorted(["A man paints the red wall.", "A man paints the blue wall."] * 2)


@needs_llama
def test_llama_can_be_stopped_between_two_words(tiny: LlamaDescriber) -> None:
    left = iter([True] * 4)

    def stop_later() -> None:
        if not next(left, False):
            raise Cancelled

    with pytest.raises(Cancelled):
        tiny.describe([RED], stop_later)
    assert tiny.describe([RED], nothing) == "A man paints the red wall."


@needs_llama
def test_llama_says_nothing_on_the_screen(tmp_path: Path) -> None:
    """Neither when it loads and looks, nor when the program ends."""
    import subprocess

    write_tiny_vlm(tmp_path / "Tiny-VL.gguf", tmp_path / "mmproj-Tiny-VL.gguf")
    program = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from indexer.describe_llama import LlamaDescriber\n"
        "describer = LlamaDescriber('tiny', Path(sys.argv[1]), 'cpu')\n"
        "picture = np.full((90, 160, 3), (20, 20, 240), np.uint8)\n"
        "print(describer.describe([picture], lambda: None))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("A man paints the blue wall.\n", "")


@needs_llama
def test_files_that_are_no_model_are_refused_in_one_line(tmp_path: Path) -> None:
    write_tiny_vlm(tmp_path / "Tiny-VL.gguf", tmp_path / "mmproj-Tiny-VL.gguf")
    (tmp_path / "mmproj-Tiny-VL.gguf").write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(ModelMissing, match="llama.cpp cannot load tiny"):
        LlamaDescriber("tiny", tmp_path, "cpu").describe([RED], nothing)
    (tmp_path / "mmproj-Tiny-VL.gguf").unlink()
    with pytest.raises(ModelMissing, match="mmproj"):
        LlamaDescriber("tiny", tmp_path, "cpu").describe([RED], nothing)


def test_without_llama_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    with pytest.raises(ModelMissing, match="pip install"):
        LlamaDescriber("tiny", tmp_path, "cpu").describe([RED], nothing)


@pytest.mark.parametrize("profile", ["standard", "studio"])
def test_the_catalogue_names_a_model_and_its_mmproj(profile: str) -> None:
    model = load_catalogue().find("describe", profile)  # type: ignore[arg-type]
    assert model is not None
    names = sorted(file.path for file in model.files)
    assert len(names) == 2 and names[1].startswith("mmproj") and names[0].endswith(".gguf")
    assert model.licence.name == "Apache-2.0"
