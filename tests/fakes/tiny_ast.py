"""A tiny Audio Spectrogram Transformer that knows the sounds it was made with."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import ASTConfig, ASTFeatureExtractor, ASTForAudioClassification

from tests.media.speech import Samples

# Some of AudioSet's classes in its own order.
CLASSES = (
    "Speech", "Male speech, man speaking", "Laughter", "Singing", "Applause", "Dog", "Bark",
    "Music", "Musical instrument", "Guitar", "Church bell", "Scary music", "Wind", "Rain",
    "Vehicle", "Silence", "Inside, small room", "Outside, rural or natural",
)  # fmt: skip
SURE = 4.0  # the logit of a class that is heard, turned round of one that is not


def save_tiny_ast(
    folder: Path,
    sounds: Sequence[tuple[Samples, Sequence[str]]],
    classes: Sequence[str] = CLASSES,
) -> None:
    """Save a model as the hub has it, which hears in each of `sounds`, 10 s long, its classes.

    The transformer is random. Its last layer is solved for: the least squares over the sounds,
    of which there are fewer than it has inputs, so that they come out exactly.
    """
    torch.manual_seed(5)
    config = ASTConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        initializer_range=0.3,
        id2label=dict(enumerate(classes)),
        label2id={name: i for i, name in enumerate(classes)},
    )
    network = ASTForAudioClassification(config).eval()  # type: ignore[no-untyped-call]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "At least one mel filter has all zero values")
        extractor = ASTFeatureExtractor()  # type: ignore[no-untyped-call]
    heard = extractor([samples for samples, _ in sounds], sampling_rate=16_000, return_tensors="pt")
    wanted = torch.tensor(
        [[SURE if name in names else -SURE for name in classes] for _, names in sounds]
    )
    with torch.no_grad():
        pooled = network.audio_spectrogram_transformer(heard["input_values"]).pooler_output
        inputs = network.classifier.layernorm(pooled)
        middle = inputs.mean(0)
        solved = torch.linalg.pinv(inputs - middle) @ (wanted - wanted.mean(0))
        network.classifier.dense.weight.copy_(solved.T)
        network.classifier.dense.bias.copy_(wanted.mean(0) - middle @ solved)
    network.save_pretrained(folder)
    extractor.save_pretrained(folder)
