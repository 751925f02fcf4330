"""The catalogue that comes with Rushes is whole, and its starter files are what it says."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rushes.errors import RushesError
from rushes.models import ModelJob, ModelStore, load_catalogue
from rushes.models.catalogue import (
    PROFILES,
    HubSource,
    Model,
    PackageSource,
    PipSource,
    PlannedSource,
    read_catalogue,
)

MODELS = load_catalogue().models
STARTER = load_catalogue().profile("starter")


def test_every_job_has_a_model_in_every_profile_but_three_in_starter() -> None:
    catalogue = load_catalogue()
    without = [(j, p) for j in ModelJob for p in PROFILES if catalogue.find(j, p) is None]
    lacking = (ModelJob.RERANK, ModelJob.SOUND, ModelJob.DESCRIBE)
    assert without == [(job, "starter") for job in lacking]


def test_ids_are_folder_names_and_used_once() -> None:
    ids = [model.id for model in MODELS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.-]*", model_id) for model_id in ids)


@pytest.mark.parametrize("model", STARTER, ids=lambda model: str(model.id))
def test_a_starter_model_is_pinned_to_the_byte(model: Model) -> None:
    assert isinstance(model.source, PipSource | PackageSource)
    assert model.licence.name
    assert model.files
    if isinstance(model.source, PipSource):
        assert re.fullmatch(r"[0-9a-f]{64}", model.source.sha256)
        assert model.size_bytes > 1e6
    for file in model.files:
        assert file.size_bytes
        assert file.sha256 and re.fullmatch(r"[0-9a-f]{64}", file.sha256)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.id))
def test_a_hub_model_names_a_full_commit_and_checks_its_weights(model: Model) -> None:
    if not isinstance(model.source, HubSource):
        return
    assert model.source.revision is not None
    assert re.fullmatch(r"[0-9a-f]{40}", model.source.revision)
    assert not model.gated
    assert any(file.sha256 for file in model.files)
    for file in model.files:
        assert file.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", file.sha256)


def test_only_ltx_needs_an_account() -> None:
    assert [model.id for model in MODELS if model.gated] == ["ltx-2.3-distilled", "ltx-2.5"]


def test_a_profile_installs_what_this_version_uses() -> None:
    for profile in PROFILES:
        models = load_catalogue().profile(profile)
        assert not any(isinstance(model.source, PlannedSource) for model in models)
        assert {m.job for m in models} >= {"text", "pictures", "speech", "ocr", "language"}


@pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="needs rapidocr")
def test_the_text_recognition_files_of_the_installed_library_are_the_pinned_ones(
    tmp_path: Path,
) -> None:
    model = load_catalogue().get("pp-ocrv6-small")
    folder = ModelStore(tmp_path).path(model)
    assert (folder / "PP-OCRv6_det_small.onnx").stat().st_size == 9929594


def test_an_unknown_id_is_answered_with_the_known_ones() -> None:
    with pytest.raises(RushesError, match="no model is called 'clip'.*all-minilm-l6-v2"):
        load_catalogue().get("clip")


def test_a_broken_entry_is_named(tmp_path: Path) -> None:
    entry = '[[model]]\nid = "x"\njob = "dancing"\nprofiles = ["starter"]\nname = "X"\n'
    entry += 'licence = "MIT"\nsize_bytes = 1\n[model.source]\nkind = "planned"\nnote = ""\n'
    (tmp_path / "bad.toml").write_text(entry)
    with pytest.raises(RushesError, match="x: .*dancing"):
        read_catalogue(tmp_path / "bad.toml")


def test_looking_a_model_up_imports_nothing_heavy() -> None:
    code = (
        "import sys; from rushes.models import load_catalogue; load_catalogue();"
        "print(*sorted({m.split('.')[0] for m in sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"pydantic", "huggingface_hub", "filelock", "numpy", "httpx", "httpx2", "ssl"}
    assert not heavy & set(ran.stdout.split())
