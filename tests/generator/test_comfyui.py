"""Shots drawn by a ComfyUI server: what is asked of it, and what comes back."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from generator.camera import Camera, CameraMove, Direction
from rushes.encoding import Picture
from rushes.jobs import Job, Progress
from tests.fakes.comfyui_nodes import COMMON, GEMMA_4, LTX_23, LTX_25, LTX_25_TRANSFORMER, RTX
from tests.fakes.comfyui_server import STEPS, FakeComfyUI
from tests.generator.comfyui_shots import (
    FRAMES,
    RATE,
    SIZE,
    backend,
    film,
    nodes,
    refused,
    request,
)
from tests.media.video import read_number

SAMPLER = "SamplerCustomAdvanced"


def test_a_shot_comes_back_whole_with_its_sound(server: FakeComfyUI) -> None:
    drawn = backend(server).draw(request(), Job())
    assert [read_number(image) for image in drawn.pictures] == list(range(FRAMES))
    assert drawn.sound is not None and drawn.sound_rate == RATE
    assert abs(drawn.sound.shape[1] - FRAMES / 25 * RATE) < RATE / 25
    assert 0.15 < np.sqrt(np.mean(drawn.sound**2)) < 0.25  # 0.3 / √2
    assert drawn.model == "ltx-2.3-22b-distilled-fp8.safetensors"


def test_the_film_is_not_left_on_the_disk(
    server: FakeComfyUI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    drawn = backend(server).draw(request(), Job())
    assert len(list(tmp_path.iterdir())) == 1
    assert len(list(drawn.pictures)) == FRAMES
    assert list(tmp_path.iterdir()) == []


def test_keyframes_arrive_as_they_are_and_lie_where_they_should(server: FakeComfyUI) -> None:
    shot = request(keyframes=3)
    backend(server).draw(shot, Job())
    guides = nodes(server, "LTXVAddGuide")
    assert [(guide["frame_idx"], guide["strength"]) for guide in guides] == [
        (0, 0.7),
        (8, 0.7),
        (16, 0.7),
    ]
    names = [each["image"] for each in nodes(server, "LoadImage")]
    assert len(set(names)) == 3
    for name, keyframe in zip(names, shot.keyframes, strict=True):
        with Pillow.open(io.BytesIO(server.uploads[name])) as sent:
            assert np.array_equal(np.asarray(sent), keyframe.image)


def test_a_keyframe_of_another_shape_is_cut_to_the_shot(server: FakeComfyUI) -> None:
    backend(server).draw(request(width=96, height=96), Job())
    sizes = {Pillow.open(io.BytesIO(png)).size for png in server.uploads.values()}
    assert sizes == {(96, 96)}


def test_the_graph_says_what_the_shot_says(server: FakeComfyUI) -> None:
    camera = Camera(CameraMove.DOLLY, Direction.IN)
    backend(server).draw(request(camera=camera, fps=Fraction(24000, 1001)), Job())
    texts = [node["text"] for node in nodes(server, "CLIPTextEncode")]
    assert texts == ["the tram rounds the corner The camera dollies in.", "blurry"]
    (latent,) = nodes(server, "EmptyLTXVLatentVideo")
    assert (latent["width"], latent["height"], latent["length"]) == (*SIZE, FRAMES)
    assert nodes(server, "RandomNoise") == [{"noise_seed": 7}]
    assert nodes(server, "CreateVideo")[0]["fps"] == pytest.approx(23.976, abs=0.001)
    assert nodes(server, "LTXVPreprocess")[0]["img_compression"] == 25


def test_guides_are_taken_off_before_the_pictures_are_decoded(server: FakeComfyUI) -> None:
    backend(server).draw(request(), Job())

    def source(link: list[Any], output: int) -> tuple[str, dict[str, Any]]:
        """The node that a link comes from."""
        assert link[1] == output
        node = server.prompts[-1][link[0]]
        return node["class_type"], node["inputs"]

    (decoder,) = nodes(server, "VAEDecodeTiled")
    kind, cropping = source(decoder["samples"], 2)
    assert kind == "LTXVCropGuides"
    kind, parts = source(cropping["latent"], 0)
    assert kind == "LTXVSeparateAVLatent"
    kind, sampling = source(parts["av_latent"], 1)  # what is denoised, not what is left noisy
    assert kind == SAMPLER
    kind, both = source(sampling["latent_image"], 0)
    assert kind == "LTXVConcatAVLatent"
    kind, guide = source(both["video_latent"], 2)
    assert kind == "LTXVAddGuide" and guide["frame_idx"] == FRAMES - 1
    assert source(cropping["positive"], 0)[1] is guide


def test_the_sound_lasts_as_long_as_the_pictures_at_any_rate(server: FakeComfyUI) -> None:
    backend(server).draw(request(frames=1201, fps=Fraction(60)), Job())
    (audio,) = nodes(server, "LTXVEmptyLatentAudio")
    assert audio["frames_number"] / audio["frame_rate"] == pytest.approx(1201 / 60)


def test_a_silent_shot_without_keyframes_asks_for_neither(server: FakeComfyUI) -> None:
    drawn = backend(server).draw(request(keyframes=0, wants_sound=False), Job())
    assert drawn.sound is None
    assert nodes(server, "LTXVAddGuide") == nodes(server, "LTXVAudioVAEDecode") == []
    assert "audio" not in nodes(server, "CreateVideo")[0]


def test_the_newer_model_is_taken_where_all_of_it_is_there(server: FakeComfyUI) -> None:
    server.infos = COMMON | LTX_23 | LTX_25
    assert backend(server).draw(request(), Job()).model == LTX_25_TRANSFORMER
    assert nodes(server, "CLIPLoader")[0]["clip_name"] == GEMMA_4
    assert nodes(server, "LTXVPreprocess")[0]["img_compression"] == 18
    assert len(nodes(server, "LTXVDualCFGGuider")) == 1


def test_an_input_that_a_later_version_asks_for_gets_its_default(server: FakeComfyUI) -> None:
    made = server.infos["CreateVideo"]
    required = made["input"]["required"] | {"range": ["COMBO", {"options": ["full", "tv"]}]}
    server.infos["CreateVideo"] = made | {"input": {"required": required, "optional": {}}}
    backend(server).draw(request(), Job())
    assert nodes(server, "CreateVideo")[0]["range"] == "full"


LARGER = (512, 384)


def test_rtx_video_enlarges_where_asked(server: FakeComfyUI, tmp_path: Path) -> None:
    drawing, shot = backend(server), request(enlarge_to=LARGER)
    assert "RTXVideoSuperResolution: install Nvidia_RTX_Nodes_ComfyUI" in refused(drawing, shot)
    estimate = drawing.estimate(shot)
    assert estimate.enlarged_by is None
    assert "lacks the node RTXVideoSuperResolution" in estimate.why_not_enlarged
    server.infos |= RTX
    assert drawing.estimate(shot).enlarged_by == f"RTX Video at {server.url}"
    for size in (LARGER, (508, 388)):  # the node rounds
        server.film = film(tmp_path / "film.mp4", size)
        drawn = drawing.draw(shot, Job())
        assert {each.shape for each in drawn.pictures} == {(384, 512, 3)}
        (node,) = nodes(server, "RTXVideoSuperResolution")
        assert (node["resize_type.width"], node["resize_type.height"]) == LARGER


def test_rtx_video_is_not_asked_for_more_than_it_can(server: FakeComfyUI) -> None:
    server.infos |= RTX
    estimate = backend(server).estimate(request(enlarge_to=(640, 480)))
    assert estimate.enlarged_by is None and "up to four times" in estimate.why_not_enlarged


def test_what_is_missing_is_named_before_a_keyframe_leaves(server: FakeComfyUI) -> None:
    server.infos = COMMON | {
        name: info for name, info in LTX_23.items() if "Checkpoint" not in name
    }
    assert "ltx-2.3-22b-distilled-fp8.safetensors in models/checkpoints" in refused(backend(server))
    server.infos = {name: info for name, info in (COMMON | LTX_23).items() if "Crop" not in name}
    assert "lacks the nodes LTXVCropGuides: update ComfyUI" in refused(backend(server))
    assert server.uploads == {} and server.prompts == []


def test_the_plan_names_model_and_device_and_sends_nothing(server: FakeComfyUI) -> None:
    server.add_other()
    estimate = backend(server).estimate(request())
    assert estimate.model == "ltx-2.3-22b-distilled-fp8.safetensors"
    assert "RTX 5090" in estimate.device and server.url in estimate.device
    assert any("1 other job is before it" in note for note in estimate.notes)
    assert all(path.startswith("GET") for path in server.paths)


def test_progress_counts_the_steps(server: FakeComfyUI) -> None:
    seen: list[Progress] = []
    backend(server, poll_s=60).draw(request(), Job(seen.append))
    drawing = [progress.done for progress in seen if progress.stage == "drawing" and progress.total]
    assert sorted(set(drawing)) == list(range(1, STEPS + 1))
    assert {"sending keyframes", "decoding", "fetching the film"} <= {each.stage for each in seen}


def test_previews_are_pictures(server: FakeComfyUI) -> None:
    seen: list[Picture] = []
    job = Job(on_preview=seen.append, preview_every_s=0)
    backend(server, poll_s=60).draw(request(), job)
    assert len(seen) == STEPS and {image.shape for image in seen} == {(32, 48, 3)}
    reds = [int(image[0, 0, 0]) for image in seen]
    assert reds == pytest.approx([30 * step for step in range(1, STEPS + 1)], abs=4)


def test_what_the_server_has_cached_needs_no_steps(server: FakeComfyUI) -> None:
    server.cached = True
    assert len(list(backend(server).draw(request(), Job()).pictures)) == FRAMES


def test_two_takes_never_share_a_film_on_the_server(server: FakeComfyUI) -> None:
    for _ in range(2):
        backend(server).draw(request(), Job())
    prefixes = {
        node["inputs"]["filename_prefix"]
        for prompt in server.prompts
        for node in prompt.values()
        if node["class_type"] == "SaveVideo"
    }
    assert len(prefixes) == 2
