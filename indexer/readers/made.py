"""Words of a file that a machine made: the prompt, by which it is found."""

from collections.abc import Iterator

from indexer.segments import Origin, Segment
from rushes.synthetic import Synthetic
from rushes.text import one_line

_LONGEST = 2000  # characters: what an encoder reads of it is less


def prompt_words(
    made: Synthetic | None, start_s: float | None = None, end_s: float | None = None
) -> Iterator[Segment]:
    """The prompt as a passage of the whole file, if it says one.

    It says that it is a prompt: what it tells of was asked for, which does not make it true.
    """
    if made is not None and (prompt := one_line(made.prompt)[:_LONGEST]):
        text = f"Synthetic, made from the prompt: {prompt}"
        yield Segment(text, Origin.WRITTEN, start_s, end_s)
