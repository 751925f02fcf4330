"""How a file says that a machine made it: the marks that Rushes writes, and those it knows.

A mark is a named text: a tag of a film's container, a text of a PNG, the XMP of a picture.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = f"{_VOCABULARY}trainedAlgorithmicMedia"
"""IPTC's name for what a model made. https://cv.iptc.org/newscodes/digitalsourcetype/"""

COMPOSITE = f"{_VOCABULARY}composite"
"""IPTC's name for what was put together from other media. An animatic is that."""

SOURCE_TYPE, PROMPT, MAKER = "digital_source_type", "description", "comment"
"""The tags that Rushes writes into a film: IPTC's name, its prompts, and what made it."""

ACCOUNT = "made_with_ai"
"""The first name in the JSON file beside a film that says in full how Rushes made it."""

MARKS = (SOURCE_TYPE, PROMPT, MAKER, "xmp", "parameters", "prompt", "workflow")
"""The names that are looked at, in small letters."""

# What IPTC calls synthetic. Enhanced by an algorithm, or composed of pictures that a camera took,
# is none of these.
_SYNTHETIC = frozenset(
    (
        "trainedalgorithmicmedia",
        "compositewithtrainedalgorithmicmedia",
        "compositesynthetic",
        "algorithmicmedia",
    )
)
_SOURCE = re.compile(r"cv\.iptc\.org/newscodes/digitalsourcetype/(\w+)", re.IGNORECASE)
_RUSHES = re.compile(r"\bRushes \d")
_NODE = re.compile(r'"class_type"\s*:')  # of a ComfyUI graph
_SETTINGS = re.compile(r"^(?:Negative prompt: |Steps: \d)", re.MULTILINE)  # of Stable Diffusion


@dataclass(frozen=True)
class Synthetic:
    """A file that was made, and what it was made from: "" if it does not say."""

    prompt: str = ""


def synthetic(marks: Mapping[str, str]) -> Synthetic | None:
    """What the marks of a file say, by their names in small letters; None if it was not made.

    An animatic by Rushes counts as made, though it is a composite: it shows what no camera saw.
    """
    told = marks.get(SOURCE_TYPE, "")
    named = {name.lower() for name in _SOURCE.findall(f"{told} {marks.get('xmp', '')}")}
    animatic = COMPOSITE in told and _RUSHES.search(marks.get(MAKER, ""))
    if animatic or (told and named & _SYNTHETIC):
        return Synthetic(marks.get(PROMPT, "").strip())
    parameters = marks.get("parameters", "")
    if _SETTINGS.search(parameters):
        return Synthetic(_SETTINGS.split(parameters, maxsplit=1)[0].strip())
    if named & _SYNTHETIC or _NODE.search(marks.get("prompt", "")):
        return Synthetic()
    return None


def kept_marks(marks: Mapping[str, str]) -> dict[str, str]:
    """The marks that a copy of a film must carry on; none if it was not made."""
    if synthetic(marks) is None:
        return {}
    return {name: marks[name] for name in MARKS if name in marks}
