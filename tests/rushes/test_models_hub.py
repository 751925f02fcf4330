"""Models from the hub, by the real client, from a small hub on loopback."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job, Progress
from rushes.models import Model, ModelJob, ModelStore
from rushes.models.catalogue import HubSource, Licence, ModelFile
from rushes.models.hub_source import matches
from rushes.models.install import install
from tests.fakes.hub import FakeHub, FakeRepo

WEIGHTS = bytes(range(256)) * 4000
FILES = {
    "model.safetensors": WEIGHTS,
    "config.json": b'{"a": 1}',
    "1_Pooling/config.json": b'{"b": 2}',
    "onnx/config.json": b"not wanted",
    "README.md": b"not wanted",
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with FakeHub() as hub:
        hub.repos["org/tiny"] = FakeRepo(dict(FILES), large={"model.safetensors"})
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_TOKEN", "a-secret")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
        monkeypatch.setattr("rushes.models.hub_source._RETRY_WAITS_S", (0.0, 0.0))
        yield hub


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def tiny_model(revision: str | None = "c" * 40, weights_sha256: str | None = None) -> Model:
    return Model(
        id="tiny",
        job=ModelJob.TEXT,
        profiles=("standard",),
        name="Tiny",
        licence=Licence("MIT"),
        size_bytes=len(WEIGHTS),
        source=HubSource("org/tiny", revision, ("*.json", "1_Pooling/*")),
        files=(ModelFile("model.safetensors", len(WEIGHTS), weights_sha256),),
    )


def failure(model: Model, store: ModelStore) -> str:
    """The one line that installing it fails with; nothing looks installed after it."""
    with pytest.raises(RushesError) as caught:
        install([model], store, Job())
    assert not store.is_installed(model)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_model_is_downloaded_at_its_commit_and_recorded(hub: FakeHub, store: ModelStore) -> None:
    seen: list[Progress] = []
    model = tiny_model(weights_sha256=hashlib.sha256(WEIGHTS).hexdigest())
    assert install([model], store, Job(seen.append)) == [model]

    folder = store.path(model)
    assert files_in(folder) == {
        "model.safetensors",
        "config.json",
        "1_Pooling/config.json",
        "rushes-model.json",
    }
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert store.revision(model) == "c" * 40
    assert {path.name for path in store.root.iterdir()} == {"tiny", ".install.lock"}
    checked = [progress for progress in seen if progress.stage == "check"]
    assert checked[-1].done == checked[-1].total == len(WEIGHTS) + 16

    asked = len(hub.asked)
    assert install([model], store, Job()) == []
    assert len(hub.asked) == asked


def test_without_a_pinned_commit_the_one_of_main_is_recorded_and_said(
    hub: FakeHub, store: ModelStore
) -> None:
    notes: set[str] = set()
    heard = threading.Event()

    def wait_until_heard() -> None:
        heard.wait(10)

    def hear(progress: Progress) -> None:
        notes.add(progress.note)
        heard.set()

    hub.before_file = wait_until_heard

    model = tiny_model(revision=None)
    install([model], store, Job(hear))
    assert store.revision(model) == "c" * 40
    assert "Tiny, commit cccccccccccc" in notes
    store.verify(model)


def test_the_user_s_login_is_not_shown_where_it_is_not_needed(
    hub: FakeHub, store: ModelStore
) -> None:
    install([tiny_model()], store, Job())
    assert {asked.token for asked in hub.asked} == {None}


def test_the_login_for_a_gated_model_goes_to_the_hub_and_not_to_its_storage(
    hub: FakeHub, store: ModelStore
) -> None:
    install([replace(tiny_model(), gated=True)], store, Job())
    tokens = {(asked.host, asked.token) for asked in hub.asked}
    assert tokens == {("127.0.0.1", "Bearer a-secret"), ("localhost", None)}


def test_a_broken_connection_is_taken_up_where_it_broke(hub: FakeHub, store: ModelStore) -> None:
    hub.cut_after = [300_000, 500_000]
    model = tiny_model()
    install([model], store, Job())
    assert (store.path(model) / "model.safetensors").read_bytes() == WEIGHTS
    ranges = [asked.range for asked in hub.asked if asked.path == "model.safetensors"]
    assert ranges[0] is None
    starts = [int((r or "").removeprefix("bytes=").removesuffix("-")) for r in ranges[1:]]
    assert len(starts) == 2
    assert 0 < starts[0] <= 300_000 < starts[1] <= 800_000


def test_the_next_run_goes_on_where_the_last_one_failed(hub: FakeHub, store: ModelStore) -> None:
    hub.cut_after = [300_000, 0, 0]
    assert "no connection to http://127.0.0.1" in failure(tiny_model(), store)
    before = len(hub.asked)
    install([tiny_model()], store, Job())
    again = [asked.range for asked in hub.asked[before:] if asked.path == "model.safetensors"]
    assert len(again) == 1
    assert again[0] is not None and again[0] != "bytes=0-"
    store.verify(tiny_model())


def test_what_was_read_of_another_commit_is_not_used(hub: FakeHub, store: ModelStore) -> None:
    hub.cut_after = [300_000, 0, 0]
    failure(tiny_model(revision=None), store)
    newer = FakeRepo({**FILES, "model.safetensors": WEIGHTS[::-1]}, "d" * 40)
    newer.large = {"model.safetensors"}
    hub.repos["org/tiny"] = newer
    model = tiny_model(revision=None)
    install([model], store, Job())
    assert (store.path(model) / "model.safetensors").read_bytes() == WEIGHTS[::-1]
    assert store.revision(model) == "d" * 40


@pytest.mark.parametrize("path", ["model.safetensors", "config.json"])
def test_content_that_the_hub_does_not_list_is_refused_and_read_anew(
    path: str, hub: FakeHub, store: ModelStore
) -> None:
    repo = hub.repos["org/tiny"]
    repo.sends[path] = FILES[path][:-1] + b"X"
    assert f"refused Tiny: {path}" in failure(tiny_model(), store)
    repo.sends.clear()
    install([tiny_model()], store, Job())
    store.verify(tiny_model())


def test_content_of_another_size_is_refused(hub: FakeHub, store: ModelStore) -> None:
    hub.repos["org/tiny"].sends["config.json"] = b"{}"
    assert "config.json in another size" in failure(tiny_model(), store)


def test_content_that_the_catalogue_does_not_name_is_refused_before_downloading(
    hub: FakeHub, store: ModelStore
) -> None:
    said = failure(tiny_model(weights_sha256="0" * 64), store)
    assert "the hub lists model.safetensors with another SHA-256" in said
    assert hub.asked == []


def test_a_small_file_that_the_catalogue_does_not_name_is_refused(
    hub: FakeHub, store: ModelStore
) -> None:
    model = tiny_model()
    config = ModelFile("config.json", None, "0" * 64)
    assert "refused Tiny: config.json" in failure(replace(model, files=(config,)), store)


def test_a_login_page_in_place_of_the_hub_is_one_line(hub: FakeHub, store: ModelStore) -> None:
    hub.login_page = True
    assert "does this network ask for a login?" in failure(tiny_model(), store)


def test_a_gated_model_names_the_licence_to_accept(hub: FakeHub, store: ModelStore) -> None:
    hub.repos["org/tiny"].gated = True
    said = failure(replace(tiny_model(), gated=True), store)
    assert "accept its licence at https://huggingface.co/org/tiny" in said
    assert "hf auth login" in said


def test_a_missing_repository_commit_or_file_is_named(hub: FakeHub, store: ModelStore) -> None:
    assert "no longer has commit eeee" in failure(tiny_model(revision="e" * 40), store)
    del hub.repos["org/tiny"].files["model.safetensors"]
    assert "org/tiny has no model.safetensors at commit ccc" in failure(tiny_model(), store)
    del hub.repos["org/tiny"]
    assert "the hub has no repository org/tiny" in failure(tiny_model(), store)


def test_without_a_network_the_error_says_so(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "no connection to http://127.0.0.1:9 (is this machine online?)" in failure(
        tiny_model(), store
    )


def test_a_disk_that_is_too_small_is_said_before_downloading(
    hub: FakeHub, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1000}))
    assert "it needs 0.0 GB more" in failure(tiny_model(), store)
    assert hub.asked == []


def test_a_file_name_that_leaves_the_folder_is_refused(hub: FakeHub, store: ModelStore) -> None:
    hub.repos["org/tiny"].files["../evil.json"] = b"!"
    model = tiny_model()
    model = replace(model, source=HubSource("org/tiny", None, ("../*.json",)))
    assert "would leave its folder" in failure(model, store)
    assert not (store.root / "evil.json").exists()


def test_cancelling_does_not_wait_for_a_connection_that_hangs(
    hub: FakeHub, store: ModelStore
) -> None:
    asked, release = threading.Event(), threading.Event()

    def hang() -> None:
        asked.set()
        release.wait(30)

    hub.before_file = hang

    def cancel_when_asked() -> None:
        asked.wait(30)
        job.cancel()

    job = Job()
    threading.Thread(target=cancel_when_asked, daemon=True).start()
    with pytest.raises(Cancelled):
        install([tiny_model()], store, job)
    release.set()
    assert not store.is_installed(tiny_model())


def test_a_star_does_not_cross_a_slash() -> None:
    assert matches("config.json", "*.json")
    assert not matches("onnx/config.json", "*.json")
    assert matches("onnx/config.json", "onnx/*")
