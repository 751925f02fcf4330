"""Which language model is chosen, what fits into the memory, and files that are no model."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from agent.llm.choose import load_language
from agent.llm.fitting import Fit, fit
from agent.llm.protocol import Abilities, Message, Role
from agent.llm.requantised import for_processor
from rushes.errors import ModelMissing, RushesError
from rushes.gguf import Gguf, read_gguf
from rushes.jobs import Job
from rushes.models import ModelStore, load_catalogue
from rushes.settings import load_settings
from tests.fakes.openai_server import MODEL, FakeOpenAI

needs_llama = pytest.mark.skipif(
    importlib.util.find_spec("llama_cpp") is None, reason="needs llama-cpp-python"
)


@pytest.fixture
def weights(starter_store: ModelStore) -> Path:
    (file,) = starter_store.path(load_catalogue().get("smollm2-135m-instruct")).glob("*.gguf")
    return file


def test_the_head_of_the_file_is_read(weights: Path) -> None:
    head = read_gguf(weights)
    assert (head.context_tokens, head.layers, head.file_type) == (8192, 30, 3)
    assert head.token_bytes == 30 * 3 * (64 + 64) * 2
    assert head.size_bytes == weights.stat().st_size


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGUF",
        b"GGUF" + bytes(200),
        b"<html>not found</html>",
        b"GGUF\x03\0\0\0" + b"\xff" * 99,
        b"GGUF\x03\0\0\0" + bytes(8) + b"\x01" + bytes(7) + b"\xff\xff\0\0\0\0\0\0abc",
    ],
)
def test_what_is_no_gguf_file_is_said_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.gguf").write_bytes(content)
    with pytest.raises(ModelMissing, match=r"bad\.gguf is no GGUF model") as caught:
        read_gguf(tmp_path / "bad.gguf")
    assert "\n" not in str(caught.value)


def test_a_head_cut_off_anywhere_is_said(tmp_path: Path, weights: Path) -> None:
    with weights.open("rb") as file:
        head = file.read(4000)
    for end in range(4, 4000, 97):
        (tmp_path / "cut.gguf").write_bytes(head[:end])
        with pytest.raises(ModelMissing, match="cut off"):
            read_gguf(tmp_path / "cut.gguf")


def test_context_and_layers_come_from_the_memory() -> None:
    model = Gguf(4_000_000_000, 32768, 40, 100_000, 15)
    assert fit("m", model, 8192, None, gpu=False) == Fit(8192, 0)
    assert fit("m", model, 8192, 64_000_000_000, gpu=False) == Fit(8192, 0)
    assert fit("m", model, 65536, 64_000_000_000, gpu=False) == Fit(32768, 0)
    # 0.9 x 5.3 GB - 419 MB - 4 GB leave 350.6 MB: 3505 tokens of 100 kB.
    assert fit("m", model, 8192, 5_300_000_000, gpu=False) == Fit(3505, 0)
    assert fit("m", model, 8192, 64_000_000_000, gpu=True) == Fit(8192, -1)
    # 0.9 x 3 GB - 419 MB are 0.473 of 4.82 GB: 18 layers of 40.
    assert fit("m", model, 8192, 3_000_000_000, gpu=True) == Fit(8192, 18)
    with pytest.raises(RushesError, match=r"needs about 5\.2 GB .* 2\.0 GB are free"):
        fit("m", model, 8192, 2_000_000_000, gpu=False)


def test_without_a_model_it_says_why(own_home: Path) -> None:
    language = load_language(load_settings())
    assert language.model is None
    assert "rushes models install starter" in language.reason


@needs_llama
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere.gguf", "cannot read nowhere.gguf: No such file"),
        ("qwen3:4b", "must be the path of a .gguf file"),
        ("bad.gguf", "no GGUF model"),
    ],
)
def test_a_file_that_is_no_model_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.gguf").write_bytes(b"\0" * 100)
    language = load_language(load_settings(language_model=name))
    assert language.model is None and said in language.reason and "\n" not in language.reason


@needs_llama
def test_the_installed_model_is_chosen_and_a_profile_that_is_not_is_said(installed: Path) -> None:
    language = load_language(load_settings())
    assert language.model is not None and language.reason == ""
    assert language.model.name == "smollm2-135m-instruct"
    assert language.model.abilities == Abilities(4096)
    studio = load_language(load_settings(profile="studio"))
    assert studio.model is None and "rushes models install studio" in studio.reason


@needs_llama
def test_a_file_of_the_users_own_is_chosen(weights: Path) -> None:
    language = load_language(load_settings(language_model=str(weights)))
    assert language.model is not None
    assert language.model.name == "SmolLM2-135M-Instruct.Q4_1"
    assert language.model.abilities == Abilities(4096)


def test_the_users_server_goes_first(installed: Path) -> None:
    with FakeOpenAI() as server:
        settings = load_settings(language_url=server.url, language_model=MODEL)
        model = load_language(settings).model
        assert model is not None and model.name == MODEL
        assert (
            "".join(model.write([Message(Role.USER, "Hi.")], Job(), max_tokens=9)) == "Hello world."
        )
    assert "language_model" in load_language(load_settings(language_url=server.url)).reason


def test_who_wants_no_model_gets_none_without_a_word(installed: Path) -> None:
    language = load_language(load_settings(language="none"))
    assert (language.model, language.reason) == (None, "")


def test_without_llama_it_says_what_to_install(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    language = load_language(load_settings())
    assert language.model is None and "pip install" in language.reason


@needs_llama
def test_a_small_model_gets_a_copy_that_processors_read_faster(
    weights: Path, tmp_path: Path
) -> None:
    head = read_gguf(weights)
    copy = for_processor(weights, head, tmp_path)
    assert read_gguf(copy).file_type == 7  # LLAMA_FTYPE_MOSTLY_Q8_0
    made = copy.stat()
    assert for_processor(weights, head, tmp_path) == copy
    assert copy.stat().st_mtime_ns == made.st_mtime_ns
    assert list(tmp_path.iterdir()) == [copy]


def test_other_models_are_used_as_they_are(weights: Path, tmp_path: Path) -> None:
    head = read_gguf(weights)
    large, quick = replace(head, size_bytes=4_000_000_000), replace(head, file_type=15)
    assert for_processor(weights, large, tmp_path) == weights
    assert for_processor(weights, quick, tmp_path) == weights


@needs_llama
def test_where_no_copy_can_be_kept_the_file_itself_is_used(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "derived").write_text("a file in the way")
    assert for_processor(weights, read_gguf(weights), tmp_path / "derived") == weights
