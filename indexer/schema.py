"""The tables of a library: `assets` are its files, `segments` words, `frames` pictures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = 4

TABLE_NAMES = ("assets", "segments", "frames")


@dataclass(frozen=True)
class Dimensions:
    """How long the vectors of a library are."""

    text: int
    pictures: int


def schemas(dimensions: Dimensions) -> "dict[str, pa.Schema]":
    """The columns of each table. Times are in seconds, pages count from 1.

    What is known of a file stands in the rows of its words and pictures too, and what is known
    of a shot in those of the words said in it: a filter then needs no second table.
    """
    import pyarrow as pa

    words = pa.list_(pa.string())
    file = [
        pa.field("kind", pa.string()),
        pa.field("folder", pa.string()),
        pa.field("file_name", pa.string()),
        pa.field("created_s", pa.int64()),
        pa.field("fps", pa.float32()),
        pa.field("width", pa.int32()),
        pa.field("height", pa.int32()),
        pa.field("length_s", pa.float64()),
        pa.field("synthetic", pa.bool_()),
    ]
    place = [
        pa.field("asset_id", pa.string(), nullable=False),
        *file,
        pa.field("start_s", pa.float64()),
        pa.field("end_s", pa.float64()),
        pa.field("page", pa.int32()),
        pa.field("size", pa.string()),
        pa.field("moves", words),
        pa.field("speed", pa.float32()),
        pa.field("people", pa.int16()),
        pa.field("sound", words),
        pa.field("colours", words),
        pa.field("sharpness", pa.float32()),
        pa.field("exposure", pa.float32()),
        pa.field("shake", pa.float32()),
        pa.field("brightness", pa.float32()),
        pa.field("warmth", pa.float32()),
        pa.field("motion", pa.float32()),
        pa.field("usable_start_s", pa.float64()),
        pa.field("usable_end_s", pa.float64()),
    ]
    return {
        "assets": pa.schema(
            [
                pa.field("id", pa.string(), nullable=False),
                pa.field("path", pa.binary(), nullable=False),
                pa.field("name_words", pa.string()),
                *file,
                pa.field("rate", pa.string()),  # the exact frame rate, as 24000/1001
                pa.field("size_bytes", pa.int64()),
                pa.field("mtime_ns", pa.int64()),
                pa.field("created", pa.string()),
                pa.field("error", pa.string()),
                pa.field("content", pa.string()),
                pa.field("also_at", pa.list_(pa.binary())),
                pa.field("also_mtimes_ns", pa.list_(pa.int64())),
            ]
        ),
        "segments": pa.schema(
            [
                *place,
                pa.field("origin", pa.string()),
                pa.field("heading", pa.string()),
                pa.field("text", pa.string()),
                pa.field("word_times", pa.list_(pa.float32())),
                pa.field("vector", pa.list_(pa.float32(), dimensions.text)),
            ]
        ),
        "frames": pa.schema(
            [
                *place,
                pa.field("at_s", pa.float64()),
                pa.field("shot", pa.int32()),
                pa.field("thumbnail", pa.string()),
                pa.field("labels", words),
                pa.field("label_scores", pa.list_(pa.float32())),
                pa.field("likeness", pa.binary()),
                pa.field("described_by", pa.string()),
                pa.field("vector", pa.list_(pa.float32(), dimensions.pictures)),
            ]
        ),
    }
