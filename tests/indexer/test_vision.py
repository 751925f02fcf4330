"""Pictures searched by words: labels and objects on real pictures, open_clip on a small model."""

import json
import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image as Pillow

from indexer.embed import wordspace
from indexer.embed.colours import COLOURS, asked_colours, colour_shares
from indexer.embed.conse import ConSE
from indexer.embed.encoders import TextEncoder, VisionEncoder
from indexer.embed.labels import COCO_OBJECTS, read_labels
from indexer.embed.openclip import OpenClip
from indexer.embed.recogniser import LOOK_DIMENSIONS, Recogniser, look_directions
from indexer.embed.tflite import Network, squeezed
from indexer.embed.vision import load_vision
from indexer.embed.wordspace import WordSpace
from indexer.segments import Image
from rushes.errors import ModelMissing, RushesError
from rushes.models import ModelDamaged, ModelStore, load_catalogue
from tests.fakes.encoders import CountingText

MODEL = load_catalogue().get("labels-and-objects")

PHOTOS = {
    "macaws": "utility-gan_upscaler-1.webp",
    "taxi": "api_reve_image_create-1.webp",
    "cat": "image_omnigen2_t2i-1.webp",
    "puppy": "sdxlturbo_example-1.webp",
    "leopard": "image_chroma_text_to_image-1.webp",
    "hedgehog": "image_flux2_klein_text_to_image-1.webp",
}


@pytest.fixture(scope="module")
def conse(starter_store: ModelStore, text_encoder: TextEncoder) -> VisionEncoder:
    return load_vision(MODEL, starter_store, text_encoder, "cpu")


@pytest.fixture(scope="module")
def space(
    starter_store: ModelStore, text_encoder: TextEncoder, tmp_path_factory: pytest.TempPathFactory
) -> WordSpace:
    labels = read_labels(starter_store.path(MODEL) / "efficientnet_labels.txt")
    objects = tuple(COCO_OBJECTS.values())
    return WordSpace.of(labels, objects, text_encoder, tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def photos(demo_media: Path) -> dict[str, Image]:
    return {name: picture(demo_media / "pictures" / file) for name, file in PHOTOS.items()}


def picture(path: Path) -> Image:
    return np.asarray(Pillow.open(path).convert("RGB"))


def frame(path: Path, number: int) -> Image:
    with av.open(str(path)) as container:
        for at, each in enumerate(container.decode(video=0)):
            if at == number:
                return np.asarray(each.to_ndarray(format="rgb24"), np.uint8)
    raise AssertionError(f"{path} has no frame {number}")


def similarities(encoder: VisionEncoder, query: str, images: Sequence[Image]) -> list[float]:
    query_vector = encoder.encode_queries([query])[0]
    return [float(seen.vector @ query_vector) for seen in encoder.encode_images(images)]


def test_labels_are_in_the_order_of_the_classifier(starter_store: ModelStore) -> None:
    labels = read_labels(starter_store.path(MODEL) / "efficientnet_labels.txt")
    assert len(labels) == 1000
    # Places by ImageNet's own list (ILSVRC 2012, by WordNet id), counted from 0.
    assert [labels[i][0] for i in (0, 88, 281, 444, 671)] == [
        "tench",
        "macaw",
        "tabby",
        "bicycle-built-for-two",
        "mountain bike",
    ]
    assert labels[134][0] != labels[517][0]  # the bird and the machine


def test_objects_have_the_ids_of_coco() -> None:
    assert len(COCO_OBJECTS) == 80
    assert {i for i in range(1, 91) if i not in COCO_OBJECTS} == {
        12, 26, 29, 30, 45, 66, 68, 69, 71, 83
    }  # fmt: skip


def test_cyclists_are_tagged_and_found(conse: VisionEncoder, demo_media: Path) -> None:
    clips = {"bikes.mp4": 125, "carphone_pristine.mp4": 30, "bigbuckbunny.mp4": 30}
    frames = [frame(demo_media / "footage" / name, number) for name, number in clips.items()]
    bikes, talk, bunny = conse.encode_images(frames)
    assert {"person", "bicycle"} <= {tag.label for tag in bikes.tags}
    assert "bicycle" not in {tag.label for tag in talk.tags + bunny.tags}
    assert np.argmax(similarities(conse, "people riding bicycles", frames)) == 0
    assert np.argmax(similarities(conse, "a man wearing a tie", frames)) == 1


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("two parrots on a branch", "macaws"),
        ("man driving a yellow taxi", "taxi"),
        ("cat on a throne", "cat"),
        ("puppy running in the street", "puppy"),
        ("leopard in the jungle", "leopard"),
    ],
)
def test_a_plain_question_finds_its_photo(
    conse: VisionEncoder, photos: dict[str, Image], query: str, right: str
) -> None:
    found = similarities(conse, query, list(photos.values()))
    assert list(photos)[int(np.argmax(found))] == right


def test_questions_about_no_picture_find_nothing_that_is_likely_right(
    conse: VisionEncoder, photos: dict[str, Image]
) -> None:
    images = list(photos.values())
    asked = ("quarterly budget report", "what did she say about the deadline")
    wrong = [conse.certainty.of(max(similarities(conse, query, images))) for query in asked]
    (right,) = similarities(conse, "cat on a throne", [photos["cat"]])
    assert max(wrong) < 0.25
    assert conse.certainty.of(right) > 1.5 * max(wrong)


def test_the_colour_that_is_asked_for_decides_between_like_things(
    conse: VisionEncoder, photos: dict[str, Image]
) -> None:
    yellow = photos["taxi"]
    blue = np.ascontiguousarray(yellow[..., ::-1])  # red and blue light exchanged
    first = similarities(conse, "a yellow taxi", [yellow, blue])
    second = similarities(conse, "a blue taxi", [yellow, blue])
    assert second[1] - second[0] > first[1] - first[0] + 0.02


def test_a_changed_picture_is_nearer_to_what_it_was_than_any_other(
    conse: VisionEncoder, photos: dict[str, Image]
) -> None:
    kept = np.array([seen.vector for seen in conse.encode_images(list(photos.values()))])
    cut = [photo[40:-40, 60:, ::-1] for photo in photos.values()]  # colours exchanged too
    for number, seen in enumerate(conse.encode_images(cut)):
        cosines = kept @ seen.vector
        assert np.argmax(cosines) == number
        assert conse.likeness.of(cosines[number]) > 0.5
        assert conse.likeness.of(float(np.sort(cosines)[-2])) < 0.5


def test_how_pictures_look_changes_nothing_for_a_question(
    conse: VisionEncoder, photos: dict[str, Image]
) -> None:
    vectors = np.array([seen.vector for seen in conse.encode_images(list(photos.values()))])
    (question,) = conse.encode_queries(["a red bus"])
    assert not question[-LOOK_DIMENSIONS:].any()
    assert vectors[:, -LOOK_DIMENSIONS:].any(axis=1).all()
    # All have one scale, or some would be nearer to every question: a number that all have alike.
    assert sum(np.ptp(each) < 1e-6 and each[0] > 0.2 for each in vectors.T) == 1


def test_what_is_small_counts_more_in_its_quarter(
    starter_store: ModelStore, photos: dict[str, Image]
) -> None:
    recogniser = Recogniser(starter_store.path(MODEL))
    field = np.full((900, 900, 3), (90, 120, 90), np.uint8)
    field[50:400, 500:850] = np.asarray(Pillow.fromarray(photos["macaws"]).resize((350, 350)))
    seen = recogniser.recognise(field)
    macaw = 88
    assert seen.quarters[macaw] > 0.05
    assert seen.labels.sum() == pytest.approx(1, abs=1e-3)
    assert seen.quarters.sum() == pytest.approx(1, abs=1e-3)


def test_the_last_layer_gives_what_the_network_says_itself(
    starter_store: ModelStore, photos: dict[str, Image]
) -> None:
    folder = starter_store.path(MODEL)
    network, recogniser = Network(folder / "efficientnet_lite3.tflite"), Recogniser(folder)
    for photo in photos.values():
        (quantised,) = network.run(squeezed(photo, 280))
        labels = recogniser.recognise(photo).labels
        assert np.argmax(labels) == np.argmax(quantised[0])
        assert np.allclose(labels, quantised[0] / 256, atol=0.05)


def test_another_network_is_refused(starter_store: ModelStore, tmp_path: Path) -> None:
    shutil.copytree(starter_store.path(MODEL), tmp_path, dirs_exist_ok=True)
    shutil.copy(tmp_path / "movenet_lightning.tflite", tmp_path / "efficientnet_lite3.tflite")
    with pytest.raises(ModelDamaged, match="its last layer is missing"):
        Recogniser(tmp_path).weights  # noqa: B018


def test_directions_of_looks_are_the_widest_of_the_weights_and_kept(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    wide = np.linalg.qr(rng.normal(size=(300, LOOK_DIMENSIONS)))[0].T
    strengths = np.linspace(9, 3, LOOK_DIMENSIONS)
    weights = rng.normal(size=(200, LOOK_DIMENSIONS)) * strengths @ wide
    weights = (weights + rng.normal(size=(200, 300)) * 0.001 + 7).astype(np.float32)
    found = look_directions(weights, tmp_path)
    assert np.allclose(found @ found.T, np.eye(LOOK_DIMENSIONS), atol=1e-4)
    assert np.allclose(np.linalg.norm(found @ wide.T, axis=1), 1, atol=1e-3)
    assert all(row[np.abs(row).argmax()] > 0 for row in found)
    (cached,) = tmp_path.iterdir()
    np.save(cached, -found)
    assert np.allclose(look_directions(weights, tmp_path), -found)
    cached.write_bytes(b"damaged")
    assert np.allclose(look_directions(weights, tmp_path), found)


def test_questions_name_colours_by_whole_words() -> None:
    def named(question: str) -> set[str]:
        asked = asked_colours(question)
        return {name for name, there in zip(COLOURS, asked, strict=True) if there}

    assert named("A gray cat and a Golden crown at night") == {"grey", "yellow", "night"}
    assert named("bored by a blackboard") == set()


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((220, 20, 30), "red"),
        ((250, 140, 20), "orange"),
        ((245, 225, 40), "yellow"),
        ((40, 160, 60), "green"),
        ((30, 80, 220), "blue"),
        ((130, 50, 200), "purple"),
        ((245, 150, 190), "pink"),
        ((110, 65, 25), "brown"),
        ((10, 10, 10), "black"),
        ((128, 128, 128), "grey"),
        ((250, 250, 250), "white"),
    ],
)
def test_a_picture_of_one_colour_is_of_that_colour(rgb: tuple[int, int, int], name: str) -> None:
    shares = colour_shares(np.full((20, 30, 3), rgb, np.uint8))
    assert shares[COLOURS.index(name)] == 1
    assert shares[COLOURS.index("night")] == (name == "black")


def test_half_a_picture_is_half_of_its_colour() -> None:
    image = np.zeros((40, 40, 3), np.uint8)
    image[:20] = (220, 20, 30)
    shares = dict(zip(COLOURS, colour_shares(image), strict=True))
    assert shares["red"] == shares["black"] == shares["night"] == pytest.approx(0.5, abs=0.02)


def test_the_labels_lie_around_zero_and_no_direction_outweighs_the_others(
    starter_store: ModelStore, text_encoder: TextEncoder, space: WordSpace
) -> None:
    labels = read_labels(starter_store.path(MODEL) / "efficientnet_labels.txt")
    plain = text_encoder.encode_queries([names[0] for names in labels])
    assert np.allclose(space.labels.mean(axis=0), 0, atol=1e-4)
    assert np.linalg.norm(space.labels, axis=1).mean() == pytest.approx(1, abs=1e-3)
    assert np.allclose(np.linalg.norm(space.objects, axis=1), 1, atol=1e-4)

    def widest(vectors: np.ndarray) -> float:
        spread = np.linalg.eigvalsh(np.cov(vectors.T))
        return float(spread[-1] / spread.sum())

    assert widest(space.labels) < widest(plain) / 2


def test_a_question_is_nearest_to_the_label_that_it_names(
    starter_store: ModelStore, text_encoder: TextEncoder, space: WordSpace
) -> None:
    labels = read_labels(starter_store.path(MODEL) / "efficientnet_labels.txt")
    names = [each[0] for each in labels] + list(COCO_OBJECTS.values())
    for asked in ("macaw", "volcano", "accordion", "teddy bear"):
        (meaning,) = space.queries(text_encoder.encode_queries([asked]))
        assert asked.startswith(names[int(np.argmax(space.nearness(meaning)))].split()[0])


def test_every_label_is_told_by_its_own_line_of_the_dictionary(starter_store: ModelStore) -> None:
    labels = read_labels(starter_store.path(MODEL) / "efficientnet_labels.txt")
    path = Path(wordspace.__file__).with_name("glosses.toml")
    glosses = tomllib.loads(path.read_text("utf-8"))["glosses"]
    assert len(glosses) == len(labels)
    told = {names[0]: gloss for names, gloss in zip(labels, glosses, strict=True)}
    # What names with several meanings stand for in ImageNet.
    assert "wading bird" in glosses[134]
    assert "lifts and moves heavy objects" in glosses[517]
    assert "dog" in told["boxer"]
    assert "hawk" in told["kite"]
    assert "letter" in told["envelope"]


def test_tags_are_plain_names_with_the_surest_first(
    conse: VisionEncoder, photos: dict[str, Image]
) -> None:
    macaws, taxi = conse.encode_images([photos["macaws"], photos["taxi"]])
    assert {"macaw", "bird"} <= {tag.label for tag in macaws.tags}
    assert {"cab", "person"} <= {tag.label for tag in taxi.tags}
    for seen in (macaws, taxi):
        scores = [tag.score for tag in seen.tags]
        assert scores == sorted(scores, reverse=True)
        assert all(0.5 <= score <= 1 for score in scores)
        assert not any("," in tag.label for tag in seen.tags)


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 2000, 3), (2160, 3840, 3)])
def test_any_shape_of_picture_gives_a_unit_vector(
    conse: VisionEncoder, shape: tuple[int, int, int]
) -> None:
    (seen,) = conse.encode_images([np.full(shape, 40, np.uint8)])
    assert seen.vector.shape == (conse.dimensions,)
    assert seen.vector.dtype == np.float32
    assert np.linalg.norm(seen.vector) == pytest.approx(1, abs=1e-5)


def test_a_mirrored_view_of_an_array_is_read_as_it_looks(
    conse: VisionEncoder, photos: dict[str, Image]
) -> None:
    view = photos["macaws"][:, ::-1]
    assert not view.flags["C_CONTIGUOUS"]
    seen, copied = conse.encode_images([view, view.copy()])
    assert np.allclose(seen.vector, copied.vector)


def test_two_threads_see_what_one_sees(conse: VisionEncoder, photos: dict[str, Image]) -> None:
    images = list(photos.values())
    alone = [seen.vector for seen in conse.encode_images(images)]
    together: list[list[float]] = []

    def look() -> None:
        seen = conse.encode_images(images)
        together.append([float(a.vector @ b) for a, b in zip(seen, alone, strict=True)])

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(together) == 2
    assert np.allclose(together, 1, atol=1e-3)


def test_words_are_embedded_once_for_each_text_model(
    starter_store: ModelStore, tmp_path: Path
) -> None:
    folder = starter_store.path(MODEL)
    first, again, other = CountingText(), CountingText(), CountingText("other")
    assert ConSE(folder, first, tmp_path / "derived").name != ConSE(folder, other, tmp_path).name
    assert first.encoded == 2080  # labels, what they mean, and objects
    query = ConSE(folder, again, tmp_path / "derived").encode_queries(["a red bus"])
    assert again.encoded == 1
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-5)
    ConSE(folder, other, tmp_path / "derived")
    assert other.encoded == 4160


def test_damaged_cache_is_made_anew(starter_store: ModelStore, tmp_path: Path) -> None:
    folder = starter_store.path(MODEL)
    right = ConSE(folder, CountingText(), tmp_path).encode_queries(["a red bus"])
    (cached,) = tmp_path.iterdir()
    cached.write_bytes(cached.read_bytes()[:1000])
    assert np.allclose(ConSE(folder, CountingText(), tmp_path).encode_queries(["a red bus"]), right)
    assert cached.stat().st_size > 1000


def test_a_query_loads_nothing_that_looks_at_pictures(
    starter_store: ModelStore, tmp_path: Path
) -> None:
    folder = tmp_path / "only-labels"
    folder.mkdir()
    shutil.copy(starter_store.path(MODEL) / "efficientnet_labels.txt", folder)
    script = """
import sys
from pathlib import Path
from indexer.embed import wordspace
from indexer.embed.colours import COLOURS, asked_colours, colour_shares
from indexer.embed.conse import ConSE
from tests.fakes.encoders import CountingText
ConSE(Path(sys.argv[1]), CountingText(), Path(sys.argv[2])).encode_queries(["a red bus"])
print(sorted({n.split(".")[0] for n in sys.modules} & {"cv2", "ai_edge_litert", "torch"}))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_without_litert_a_query_works_and_a_picture_says_what_to_install(
    starter_store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    encoder = ConSE(starter_store.path(MODEL), CountingText(), tmp_path)
    assert encoder.encode_queries(["a red bus"]).shape == (1, encoder.dimensions)
    with pytest.raises(ModelMissing, match=r'pip install "rushes\[labels\]"'):
        encoder.encode_images([np.zeros((8, 8, 3), np.uint8)])


def test_the_classifier_is_loaded_without_a_word_on_standard_error(
    starter_store: ModelStore,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
) -> None:
    ConSE(starter_store.path(MODEL), CountingText(), tmp_path).encode_images(
        [np.zeros((8, 8, 3), np.uint8)]
    )
    os.write(2, b"still heard")
    assert capfd.readouterr().err == "still heard"
    assert not recwarn.list


@pytest.fixture(scope="module")
def siglip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model in the shape of timm/ViT-B-32-SigLIP2-256, small, as the store installs it."""
    import torch
    from open_clip import CustomTextCLIP
    from safetensors.torch import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers

    folder = tmp_path_factory.mktemp("siglip")
    shape = {
        "embed_dim": 64,
        "init_logit_bias": -10,
        "vision_cfg": {
            "image_size": 32,
            "timm_model_name": "test_vit",
            "timm_model_pretrained": False,
            "timm_pool": "map",
            "timm_proj": "none",
        },
        "text_cfg": {
            "context_length": 16,
            "vocab_size": 32,
            "hf_tokenizer_name": "timm/ViT-B-32-SigLIP2-256",
            "tokenizer_kwargs": {"clean": "canonicalize"},
            "width": 64,
            "heads": 2,
            "layers": 2,
            "no_causal_mask": True,
            "proj_bias": True,
            "pool_type": "last",
            "norm_kwargs": {"eps": 1e-6},
            "act_kwargs": {"approximate": "tanh"},
        },
    }
    config = {
        "model_cfg": {**shape, "custom_text": True},
        "preprocess_cfg": {
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
            "interpolation": "bicubic",
            "resize_mode": "squash",
        },
    }
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    words = {"<pad>": 0, "<eos>": 1, "<unk>": 2, "a": 3, "red": 4, "blue": 5, "bus": 6}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    special = {"pad_token": "<pad>", "eos_token": "<eos>", "unk_token": "<unk>"}
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", **special})
    )
    torch.manual_seed(7)
    weights = CustomTextCLIP(**shape).state_dict()
    save_file(
        {name: tensor.contiguous() for name, tensor in weights.items()},
        str(folder / "open_clip_model.safetensors"),
    )
    return folder


def test_open_clip_gives_the_vectors_that_the_weights_say(siglip: Path) -> None:
    import open_clip
    import torch

    rng = np.random.default_rng(3)
    images = [rng.integers(0, 256, (48, 64, 3), np.uint8) for _ in range(3)]
    encoder = OpenClip("siglip2-b32-256", siglip, "cpu")
    seen = encoder.encode_images(images)
    queries = encoder.encode_queries(["A red bus!", "a blue bus"])

    model, prepare = open_clip.create_model_from_pretrained(f"local-dir:{siglip}")
    with torch.no_grad():
        pixels = torch.stack([prepare(Pillow.fromarray(image)) for image in images])
        expected_images = model.eval().encode_image(pixels, normalize=True).numpy()
        # "A red bus!" made canonical: small letters, no marks, padded at the right.
        tokens = torch.tensor([[3, 4, 6] + [0] * 13, [3, 5, 6] + [0] * 13])
        expected_queries = model.encode_text(tokens, normalize=True).numpy()
    assert np.allclose([each.vector for each in seen], expected_images, atol=1e-5)
    assert np.allclose(queries, expected_queries, atol=1e-5)
    assert encoder.dimensions == 64
    assert all(each.tags == () for each in seen)


def test_open_clip_keeps_the_order_over_several_batches(siglip: Path) -> None:
    rng = np.random.default_rng(3)
    images = [rng.integers(0, 256, (32, 32, 3), np.uint8) for _ in range(35)]
    encoder = OpenClip("siglip2-b32-256", siglip, "cpu")
    many = encoder.encode_images(images)
    (last,) = encoder.encode_images(images[-1:])
    assert len(many) == 35
    assert np.allclose(many[-1].vector, last.vector, atol=1e-5)
    texts = ["red bus", "blue bus"] * 17
    assert np.allclose(
        encoder.encode_queries(texts)[-1], encoder.encode_queries(["blue bus"])[0], atol=1e-5
    )


def test_open_clip_refuses_a_device_that_is_not_there(siglip: Path) -> None:
    import torch

    absent = "mps" if torch.cuda.is_available() else "cuda"
    with pytest.raises(RushesError, match=f"no {absent} device here"):
        OpenClip("siglip2-b32-256", siglip, absent).encode_queries(["a red bus"])


def test_open_clip_takes_its_certainty_from_the_scale_and_bias_it_learned(siglip: Path) -> None:
    # A new model has scale 1/0.07 and bias -10; five in a thousand is a logit of -5.293.
    certainty = OpenClip("siglip2-b32-256", siglip, "cpu").certainty
    assert certainty.even == pytest.approx((10 - 5.293) * 0.07, abs=1e-3)
    assert certainty.slope == pytest.approx(1.5 * 0.07, abs=1e-3)


def test_without_open_clip_the_error_says_what_to_install(
    siglip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "open_clip", None)
    with pytest.raises(ModelMissing, match="pip install open-clip-torch"):
        OpenClip("siglip2-b32-256", siglip, "cpu").encode_queries(["a red bus"])


@pytest.mark.parametrize("profile", ["starter", "standard", "studio"])
def test_every_pictures_model_of_the_catalogue_has_an_encoder(
    profile: str,
    siglip: Path,
    text_encoder: TextEncoder,
    starter_store: ModelStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = next(
        m for m in load_catalogue().models if m.job == "pictures" and profile in m.profiles
    )
    installed = starter_store.path(MODEL) if profile == "starter" else siglip
    monkeypatch.setattr(starter_store, "path", lambda model: installed)
    encoder = load_vision(model, starter_store, text_encoder, "cpu")
    vectors = encoder.encode_queries(["a red bus"])
    assert vectors.shape == (1, encoder.dimensions)
