"""Reranking, on small random models in the layout that the catalogue installs."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

from indexer.embed.rerank import CrossEncoderReranker, load_reranker
from rushes.errors import ModelMissing, RushesError
from rushes.jobs import Job
from rushes.models import Model, ModelStore, load_catalogue
from rushes.models.catalogue import HubSource, ModelFile
from rushes.models.install import install
from tests.fakes.hub import FakeHub, FakeRepo

LETTERS = "abcdefghijklmnopqrstuvwxyz"
QUESTION = "who rides a bicycle"
TEXTS = (
    "a man rides his bicycle through the rain",
    "x",
    "",
    "the budget for the spring is forty thousand euros " * 3,
    "people riding bicycles",
)


def small_bert(folder: Path) -> None:
    """As cross-encoder/ms-marco-MiniLM-L6-v2 lies on the hub."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces += [*LETTERS, *(f"##{letter}" for letter in LETTERS)]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n")
    tokenizer = Tokenizer(
        models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    special = {"cls_token": "[CLS]", "mask_token": "[MASK]", "pad_token": "[PAD]"}
    special |= {"sep_token": "[SEP]", "unk_token": "[UNK]"}
    settings = {"tokenizer_class": "BertTokenizer", "model_max_length": 128, "do_lower_case": True}
    write(folder / "special_tokens_map.json", special)
    write(folder / "tokenizer_config.json", {**settings, **special})
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=128,
        initializer_range=0.5,
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    config_file = folder / "config.json"
    # The published file asks for the bare logit.
    activation = {"activation_fn": "torch.nn.modules.linear.Identity", "version": "4.0.1"}
    written = json.loads(config_file.read_text())
    write(config_file, {**written, "sentence_transformers": activation})


def small_xlm_roberta(folder: Path) -> None:
    """As BAAI/bge-reranker-v2-m3 lies on the hub."""
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", *LETTERS, "<mask>"]
    vocabulary = [(piece, 0.0 if i < 4 else -float(i)) for i, piece in enumerate(pieces)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, 3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    special = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>"}
    special |= {"mask_token": "<mask>", "pad_token": "<pad>", "unk_token": "<unk>"}
    settings = {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 128}
    write(folder / "special_tokens_map.json", special)
    write(folder / "tokenizer_config.json", {**settings, **special})
    (folder / "sentencepiece.bpe.model").write_bytes(b"not read where there is a tokenizer.json")
    config = XLMRobertaConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=130,
        type_vocab_size=1,
        initializer_range=0.5,
    )
    config.num_labels = 1
    XLMRobertaForSequenceClassification(config).save_pretrained(folder)


def write(path: Path, settings: Mapping[str, object]) -> None:
    path.write_text(json.dumps(settings))


MAKERS: dict[str, Callable[[Path], None]] = {
    "ms-marco-minilm-l6": small_bert,
    "bge-reranker-v2-m3": small_xlm_roberta,
}


@pytest.fixture(scope="module", params=MAKERS)
def installed_reranker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Model, ModelStore]]:
    """A random model, installed from a hub: only the files are there that the catalogue lists."""
    torch.manual_seed(11)
    made = tmp_path_factory.mktemp("made")
    MAKERS[request.param](made)
    listed = load_catalogue().get(request.param)
    assert isinstance(listed.source, HubSource)
    model = replace(
        listed,
        source=replace(listed.source, revision="c" * 40),
        files=tuple(ModelFile(file.path) for file in listed.files),
    )
    store = ModelStore(tmp_path_factory.mktemp("models"))
    with FakeHub() as hub, pytest.MonkeyPatch.context() as patch:
        contents = {path.name: path.read_bytes() for path in made.iterdir()}
        hub.repos[listed.source.repo] = FakeRepo(contents, large={"model.safetensors"})
        patch.setenv("HF_ENDPOINT", hub.url)
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        install([model], store, Job())
    yield model, store


def logits(folder: Path, question: str, texts: tuple[str, ...]) -> np.ndarray:
    """What the weights say, by transformers alone, one pair at a time."""
    from transformers import AutoModelForSequenceClassification

    network = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(128)
    found = []
    for text in texts:
        encoded = tokenizer.encode(question, text)
        inputs = {"input_ids": [encoded.ids], "attention_mask": [encoded.attention_mask]}
        if network.config.type_vocab_size > 1:
            inputs["token_type_ids"] = [encoded.type_ids]
        with torch.no_grad():
            out = network(**{name: torch.tensor(value) for name, value in inputs.items()})
        found.append(out.logits[0, 0].item())
    return np.array(found, np.float32)


def test_scores_are_the_probabilities_that_the_weights_say(
    installed_reranker: tuple[Model, ModelStore],
) -> None:
    model, store = installed_reranker
    reranker = load_reranker(model, store, "cpu")
    scores = reranker.scores(QUESTION, TEXTS)
    right = logits(store.path(model), QUESTION, TEXTS)
    assert reranker.name == model.id
    assert scores.dtype == np.float32 and scores.shape == (len(TEXTS),)
    assert np.ptp(right) > 0.01  # the texts are told apart
    assert np.allclose(scores, 1 / (1 + np.exp(-right)), atol=1e-4)


def test_a_text_has_the_same_score_in_any_company_and_order(
    installed_reranker: tuple[Model, ModelStore],
) -> None:
    model, store = installed_reranker
    reranker = load_reranker(model, store, "cpu")
    many = TEXTS * 9  # several batches
    together = reranker.scores(QUESTION, many)
    alone = [reranker.scores(QUESTION, [text])[0] for text in TEXTS]
    assert np.allclose(together, alone * 9, atol=1e-4)
    assert np.allclose(reranker.scores(QUESTION, many[::-1]), together[::-1], atol=1e-4)


def test_a_long_text_is_cut_at_what_the_model_reads(
    installed_reranker: tuple[Model, ModelStore],
) -> None:
    model, store = installed_reranker
    reranker = load_reranker(model, store, "cpu")
    assert isinstance(reranker, CrossEncoderReranker)
    assert reranker.max_tokens == 128
    start = "bicycle " * 50
    cut, longer = reranker.scores(QUESTION, [start + "a" * 10_000, start + "z" * 5_000_000])
    assert cut == pytest.approx(longer, abs=1e-4)
    both = reranker.scores("why " * 100_000, ["because " * 100_000])
    assert 0 <= both[0] <= 1


def test_no_texts_give_no_scores(installed_reranker: tuple[Model, ModelStore]) -> None:
    model, store = installed_reranker
    assert load_reranker(model, store, "cpu").scores(QUESTION, []).shape == (0,)


def test_several_threads_get_the_scores_that_one_gets(
    installed_reranker: tuple[Model, ModelStore],
) -> None:
    model, store = installed_reranker
    right = load_reranker(model, store, "cpu").scores(QUESTION, TEXTS)
    shared = load_reranker(model, store, "cpu")
    found: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: found.append(shared.scores(QUESTION, TEXTS)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert all(np.allclose(each, right, atol=1e-5) for each in found)


def test_nothing_is_asked_of_the_hub_and_nothing_said_on_the_screen(
    installed_reranker: tuple[Model, ModelStore],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    import socket

    def refuse(*args: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    model, store = installed_reranker
    load_reranker(model, store, "cpu").scores(QUESTION, TEXTS)
    assert capfd.readouterr() == ("", "")


def test_a_reranker_that_is_not_installed_says_how_to_get_it(tmp_path: Path) -> None:
    model = load_catalogue().get("ms-marco-minilm-l6")
    with pytest.raises(ModelMissing, match="rushes models install standard"):
        load_reranker(model, ModelStore(tmp_path), "cpu")


def test_a_device_that_is_not_here_is_refused(
    installed_reranker: tuple[Model, ModelStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    model, store = installed_reranker
    with pytest.raises(RushesError, match="no cuda device here"):
        load_reranker(model, store, "cuda").scores(QUESTION, TEXTS)
