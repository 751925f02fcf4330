"""The tables of a library: `assets` are its files, `segments` words, `frames` pictures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Dimensions:
    """How long the vectors of a library are."""

    text: int
    pictures: int


def schemas(dimensions: Dimensions) -> "dict[str, pa.Schema]":
    """The columns of each table. Times are in seconds, pages count from 1."""
    import pyarrow as pa

    place = [
        pa.field("asset_id", pa.string(), nullable=False),
        pa.field("kind", pa.string()),
        pa.field("start_s", pa.float64()),
        pa.field("end_s", pa.float64()),
        pa.field("page", pa.int32()),
    ]
    tag = pa.struct([("label", pa.string()), ("score", pa.float32())])
    return {
        "assets": pa.schema(
            [
                pa.field("id", pa.string(), nullable=False),
                pa.field("path", pa.binary(), nullable=False),
                pa.field("name_words", pa.string()),
                pa.field("kind", pa.string()),
                pa.field("size_bytes", pa.int64()),
                pa.field("mtime_ns", pa.int64()),
                pa.field("duration_s", pa.float64()),
                pa.field("width", pa.int32()),
                pa.field("height", pa.int32()),
                pa.field("fps", pa.string()),
                pa.field("created", pa.string()),
                pa.field("error", pa.string()),
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
                pa.field("thumbnail", pa.string()),
                pa.field("tags", pa.list_(tag)),
                pa.field("vector", pa.list_(pa.float32(), dimensions.pictures)),
            ]
        ),
    }
