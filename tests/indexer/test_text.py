"""Text encoders: the short road agrees with sentence-transformers, and stays short."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from indexer.embed.encoders import TextEncoder
from indexer.embed.text import OnnxText, TorchText, export_onnx
from rushes.models import ModelStore, load_catalogue

TEXTS = (
    "people riding bicycles",
    "",
    "The marketing budget for this spring is forty thousand euros. " * 30,
    "Straße, naïve café, 東京の雨",
    "x",
)


def test_vectors_agree_with_sentence_transformers(
    text_encoder: TextEncoder, starter_store: ModelStore
) -> None:
    from sentence_transformers import SentenceTransformer

    folder = starter_store.path(load_catalogue().get("all-minilm-l6-v2"))
    right = SentenceTransformer(str(folder), device="cpu").encode(
        list(TEXTS), normalize_embeddings=True
    )
    ours = text_encoder.encode_passages(TEXTS)
    assert ours.shape == (len(TEXTS), text_encoder.dimensions) == right.shape
    assert np.abs(ours - right).max() < 1e-3


def test_a_text_has_the_same_vector_in_any_company(text_encoder: TextEncoder) -> None:
    together = text_encoder.encode_queries(TEXTS)
    alone = np.concatenate([text_encoder.encode_queries([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-5
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(text_encoder: TextEncoder) -> None:
    assert text_encoder.encode_queries([]).shape == (0, text_encoder.dimensions)


def test_a_question_is_encoded_without_torch(
    text_encoder: TextEncoder, starter_store: ModelStore
) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from indexer.embed.text import load_text\n"
        "from rushes.models import ModelStore, load_catalogue\n"
        "store = ModelStore(Path(sys.argv[1]))\n"
        "encoder = load_text(load_catalogue().get('all-minilm-l6-v2'), store, 'cpu')\n"
        "encoder.encode_queries(['rain'])\n"
        "print([name for name in ('torch', 'transformers') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(starter_store.root)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random XLM-RoBERTa in the format of multilingual-e5-small: sentence-transformers' own."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import (  # type: ignore[import-not-found]
        Normalize,
        Pooling,
        Transformer,
    )
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    folder = tmp_path_factory.mktemp("random")
    letters = "abcdefghijklmnopqrstuvwxyz:"
    pieces = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
    pieces |= {letter: number for number, letter in enumerate(letters, 4)}
    pieces |= {f"##{letter}": number for number, letter in enumerate(letters, 4 + len(letters))}
    tokenizer = Tokenizer(models.WordPiece(pieces, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=64,
    )
    config = XLMRobertaConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=80,
        type_vocab_size=1,
    )
    XLMRobertaModel(config).save_pretrained(folder / "parts")
    fast.save_pretrained(folder / "parts")
    transformer = Transformer(str(folder / "parts"), max_seq_length=64)
    model = SentenceTransformer(
        modules=[transformer, Pooling(transformer.get_embedding_dimension()), Normalize()],
        device="cpu",
    )
    model.save(str(folder / "model"))
    return folder / "model"


def test_a_model_of_the_larger_profiles_takes_the_same_road(small_model: Path) -> None:
    onnx = small_model.parent / "model.onnx"
    export_onnx(small_model, onnx)
    short = OnnxText("random", small_model, onnx, "query: ", "passage: ")
    long = TorchText("random", small_model, "cpu", "query: ", "passage: ")
    texts = ["people riding bicycles", "rain", "a " * 200]
    assert short.dimensions == long.dimensions == 32
    assert np.abs(short.encode_queries(texts) - long.encode_queries(texts)).max() < 1e-3
    assert np.abs(short.encode_passages(texts) - long.encode_passages(texts)).max() < 1e-3
    assert np.abs(short.encode_queries(texts) - short.encode_passages(texts)).max() > 1e-3
