"""The marks by which a file says that a machine made it."""

import pytest

from rushes.synthetic import COMPOSITE, GENERATED, Synthetic, kept_marks, synthetic

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype"
ANIMATIC = "An animatic, not generated: keyframes moved and blended. Rushes 0.1.0"
GRAPH = '{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}'
SETTINGS = "a kite, 35 mm\nNegative prompt: rain\nSteps: 20, Sampler: Euler a, Seed: 7"


@pytest.mark.parametrize(
    ("marks", "prompt"),
    [
        ({"digital_source_type": GENERATED, "description": "a kite"}, "a kite"),
        ({"digital_source_type": COMPOSITE, "comment": ANIMATIC, "description": "it"}, "it"),
        ({"digital_source_type": COMPOSITE, "comment": ANIMATIC}, ""),
        ({"xmp": f'<x DigitalSourceType="{IPTC}/trainedAlgorithmicMedia"/>'}, ""),
        ({"xmp": f"<D>{IPTC}/compositeWithTrainedAlgorithmicMedia</D>"}, ""),
        ({"xmp": f"<D>{IPTC}/algorithmicMedia</D>", "description": "mine"}, ""),
        ({"parameters": SETTINGS}, "a kite, 35 mm"),
        ({"parameters": "a kite\nSteps: 20, Sampler: Euler a"}, "a kite"),
        ({"prompt": GRAPH}, ""),
    ],
)
def test_what_says_that_it_was_made_is_synthetic(marks: dict[str, str], prompt: str) -> None:
    assert synthetic(marks) == Synthetic(prompt)
    assert kept_marks(marks) == marks


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"description": "a kite", "comment": "Rushes 0.1.0"},
        {"digital_source_type": COMPOSITE, "comment": "two photographs"},
        {"digital_source_type": f"{IPTC}/digitalCapture", "comment": ANIMATIC},
        {"xmp": f"<D>{IPTC}/algorithmicallyEnhanced</D><D>{IPTC}/compositeCapture</D>"},
        {"xmp": "<D>trainedAlgorithmicMedia</D> is a word in a caption"},
        {"parameters": "Steps: none taken"},
        {"parameters": "shutter 1/50"},
        {"prompt": "what is a class_type?", "workflow": "scan, then print"},
    ],
)
def test_what_does_not_is_not(marks: dict[str, str]) -> None:
    assert synthetic(marks) is None
    assert kept_marks(marks) == {}
