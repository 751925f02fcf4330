"""A user's own workflow: its slots, what is put into them, and what is said of bad ones."""

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from generator.backends.comfyui import ComfyUI
from rushes.errors import RushesError
from rushes.jobs import Job
from tests.fakes.comfyui_nodes import COMMON, LTX_23, RTX
from tests.fakes.comfyui_server import FakeComfyUI
from tests.generator.comfyui_shots import FRAMES, SIZE, backend, request

Exported = dict[str, Any]


@pytest.fixture
def server(comfyui_film: bytes) -> Iterator[FakeComfyUI]:
    with FakeComfyUI(comfyui_film, COMMON | LTX_23) as fake:
        yield fake


@pytest.fixture
def exported(server: FakeComfyUI) -> Exported:
    """A workflow that runs on the server, with a title at every slot."""
    backend(server).draw(request(), Job())
    graph = server.prompts.pop()
    titles = {
        "RandomNoise": ["rushes:seed"],
        "CLIPTextEncode": ["Rushes:Prompt", "rushes:negative"],
        "EmptyLTXVLatentVideo": ["rushes:width, height, frames"],
        "LTXVEmptyLatentAudio": ["rushes:frames, fps"],
        "LoadImage": ["rushes:keyframe", "rushes:keyframe 2"],
        "SaveVideo": ["my film"],
    }
    for node in graph.values():
        if titles.get(node["class_type"]):
            node["_meta"] = {"title": titles[node["class_type"]].pop(0)}
    return graph


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.json"


def drawing(server: FakeComfyUI, path: Path, graph: object) -> ComfyUI:
    path.write_text(json.dumps(graph))
    return backend(server, workflow=path)


def refused(server: FakeComfyUI, path: Path, graph: object, **shot: Any) -> str:
    with pytest.raises(RushesError) as caught:
        drawing(server, path, graph).draw(request(**shot), Job())
    assert "\n" not in str(caught.value) and str(caught.value).isprintable()
    return str(caught.value)


def without(graph: Exported, title: str) -> Exported:
    return {
        key: node | {"_meta": {"title": ""}}
        if node.get("_meta", {}).get("title") == title
        else node
        for key, node in graph.items()
    }


def test_every_slot_gets_what_the_shot_asks_for(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    shot = request(prompt="rain", negative="snow", seed=2**64 + 5, fps=Fraction(50), frames=9)
    drawn = drawing(server, path, exported).draw(shot, Job())
    assert len(list(drawn.pictures)) == FRAMES and drawn.model == "workflow mine.json"
    sent = server.prompts[-1]
    by_title = {node.get("_meta", {}).get("title"): node["inputs"] for node in sent.values()}
    assert by_title["Rushes:Prompt"]["text"] == "rain"
    assert by_title["rushes:negative"]["text"] == "snow"
    assert by_title["rushes:seed"]["noise_seed"] == 5
    latent = by_title["rushes:width, height, frames"]
    assert (latent["width"], latent["height"], latent["length"]) == (*SIZE, 9)
    audio = by_title["rushes:frames, fps"]
    assert (audio["frames_number"], audio["frame_rate"]) == (9, 50.0)
    images = [by_title[f"rushes:keyframe{count}"]["image"] for count in ("", " 2")]
    assert all(name in server.uploads for name in images) and images[0] != images[1]


def test_what_has_no_slot_is_left_as_it_is(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    drawing(server, path, exported).draw(request(prompt="rain"), Job())
    for key, node in server.prompts[-1].items():
        if "rushes" not in node.get("_meta", {}).get("title", "").lower():
            assert node["inputs"] == exported[key]["inputs"]


@pytest.mark.parametrize(
    "title, slots",
    [
        ("Rushes:Prompt", "rushes:prompt"),
        ("rushes:negative", "rushes:negative"),
        ("rushes:seed", "rushes:seed"),
        ("rushes:width, height, frames", "rushes:width, rushes:height"),
        ("rushes:keyframe 2", "rushes:keyframe 2"),
    ],
)
def test_a_slot_that_is_missing_is_named(
    server: FakeComfyUI, path: Path, exported: Exported, title: str, slots: str
) -> None:
    reason = refused(server, path, without(exported, title))
    assert reason.startswith(f"mine.json has no node titled {slots}: ")
    assert server.prompts == []


def test_a_keyframe_slot_is_not_left_with_somebody_elses_picture(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    assert drawing(server, path, exported).capabilities.most_keyframes == 2
    assert "2 slots for keyframes, and the shot 1" in refused(server, path, exported, keyframes=1)


def test_what_is_kept_is_fetched_before_what_is_only_shown(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    shown = {"filename": "shown.mp4", "subfolder": "", "type": "temp"}
    server.infos["PreviewVideo"] = {"input": {}, "output": [], "output_node": True}
    server.saves["PreviewVideo"] = {"gifs": [shown]}
    graph = {"0": {"class_type": "PreviewVideo", "inputs": {}}} | exported
    drawn = drawing(server, path, graph).draw(request(), Job())  # only type=output is given out
    assert len(list(drawn.pictures)) == FRAMES


def test_a_job_that_leaves_pictures_only_is_told_what_to_end_with(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    still = {"filename": "still_00001_.png", "subfolder": "", "type": "output"}
    server.saves["SaveVideo"] = {"images": [still]}
    reason = refused(server, path, exported)
    assert "left no film but still_00001_.png: end the workflow with SaveVideo" in reason


def test_a_negative_prompt_that_nobody_gave_needs_no_slot(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    drawing(server, path, without(exported, "rushes:negative")).draw(request(negative=""), Job())


def test_a_title_that_is_no_slot_is_named(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    exported["1"]["_meta"] = {"title": "rushes:promt"}
    assert "rushes:promt is no slot; slots are prompt, negative" in refused(server, path, exported)


def test_a_slot_at_a_node_that_cannot_take_it_is_named(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    exported["1"]["_meta"] = {"title": "rushes:seed"}
    reason = refused(server, path, exported)
    assert "CheckpointLoaderSimple (node 1) is titled rushes:seed" in reason
    assert "no input called noise_seed or seed or value" in reason


def test_nodes_that_the_server_lacks_are_named(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    exported["99"] = {"class_type": "VHS_VideoCombine", "inputs": {}}
    reason = refused(server, path, exported)
    assert "lacks the nodes VHS_VideoCombine: install what mine.json uses" in reason


def test_a_link_to_the_wrong_kind_of_output_is_told_as_the_server_tells_it(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    key = next(key for key, node in exported.items() if node["class_type"] == "CreateVideo")
    exported[key]["inputs"]["images"] = ["1", 0]
    reason = refused(server, path, exported)
    assert f"CreateVideo (node {key}): Return type mismatch between linked nodes" in reason
    assert "received_type(MODEL)" in reason


def test_a_model_that_the_server_lacks_is_told_as_the_server_tells_it(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    exported["1"]["inputs"]["ckpt_name"] = "mine.safetensors"
    reason = refused(server, path, exported)
    assert "CheckpointLoaderSimple (node 1): Value not in list: ckpt_name" in reason


def test_a_workflow_that_saves_no_film_is_refused(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    key = next(key for key, node in exported.items() if node["class_type"] == "SaveVideo")
    del exported[key]
    assert "Prompt has no outputs" in refused(server, path, exported)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("{", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ('{"nodes": [], "links": [], "version": 0.4}', "export it with Workflow > Export (API)"),
        ('{"1": {"inputs": {}}}', "it is no workflow in the API's format"),
        ("[]", "it is no workflow in the API's format"),
        ("{}", "it has 0 nodes"),
    ],
)
def test_a_file_that_is_no_workflow_is_said_to_be_none(path: Path, text: str, reason: str) -> None:
    path.write_text(text)
    with pytest.raises(RushesError) as caught:
        ComfyUI("http://127.0.0.1:8188", workflow=path)
    assert str(caught.value).startswith("cannot read workflow mine.json: ")
    assert reason in str(caught.value)


def test_a_workflow_that_is_not_there_is_said_to_be_gone(path: Path) -> None:
    with pytest.raises(RushesError, match="cannot read workflow mine.json: No such file"):
        ComfyUI("http://127.0.0.1:8188", workflow=path)


def test_rtx_video_is_not_put_into_it(server: FakeComfyUI, path: Path, exported: Exported) -> None:
    server.infos |= RTX
    estimate = drawing(server, path, exported).estimate(request(enlarge_to=(256, 192)))
    assert estimate.enlarged_by is None
    assert "mine.json is left as it is" in estimate.why_not_enlarged


def test_a_workflow_that_was_changed_is_another_revision(
    server: FakeComfyUI, path: Path, exported: Exported
) -> None:
    first = drawing(server, path, exported).estimate(request()).revision
    drawn = drawing(server, path, exported).draw(request(), Job())
    other = drawing(server, path, without(exported, "my film")).estimate(request()).revision
    assert first == drawn.revision != other
