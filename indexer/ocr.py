"""The words in a picture: RapidOCR behind a cheap test for whether there are any."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from indexer.segments import Image
from indexer.textness import may_hold_text
from rushes.text import one_line

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from rapidocr import RapidOCR
    from rapidocr.ch_ppocr_det import TextDetector

# Pixels among which words are looked for; letters have to be about 8 high there. In a film
# those of 2 % of the height are, in a screenshot the menus', on a page the footnotes'.
_FRAME_AREA = 736 * 416
_STILL_AREA = 1088 * 612
_PAGE_AREA = 1408 * 1008
_MOST_ENLARGED = 2.0
_LEAST_SCORE = 0.7  # of a line: the mean confidence of its letters
_MOST_THREADS = 4
_BULLETS = " ●•·▪■◆○►"
_PROSE = 8.0  # a line of prose is at least so many times as wide as high


class Ocr:
    """PP-OCRv6 small (detection and recognition) in ONNX, run by RapidOCR.

    `folder` holds the models of the catalogue's entry `pp-ocrv6-small`. Safe to use from
    several threads; one runs at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def read_still(self, image: Image) -> str:
        """The words, lines in reading order, "" if there are none.

        Looks first whether there may be any (`may_hold_text`), which costs a hundredth of
        reading. Lines of which the model is unsure are left out, and so are those without a
        letter or digit.
        """
        return self._read(image, _STILL_AREA) if may_hold_text(image) else ""

    def read_frame(self, image: Image) -> str:
        """As `read_still`, for a film's frame that is known to hold words: quicker and coarser."""
        return self._read(image, _FRAME_AREA)

    def read_page(self, image: Image) -> str:
        """As `read_still`, for a page full of small print."""
        return self._read(image, _PAGE_AREA)

    def _read(self, image: Image, area: int) -> str:
        height, width = image.shape[:2]
        scale = min(_MOST_ENLARGED, (area / (height * width)) ** 0.5)
        if area > _FRAME_AREA:  # a small picture is not enlarged for the sake of small print
            scale = max(
                min(1.0, scale), min(_MOST_ENLARGED, (_FRAME_AREA / (height * width)) ** 0.5)
            )
        with self._lock:
            engine, detector = self._loaded
            side, detector.limit_type = (max, "max") if scale < 1 else (min, "min")
            detector.limit_side_len = round(side(height, width) * scale)
            found = engine(np.ascontiguousarray(image[..., ::-1]))  # BGR
        # Where it finds nothing, RapidOCR gives an empty result of another type.
        boxes, lines, scores = (getattr(found, name, None) for name in ("boxes", "txts", "scores"))
        if boxes is None or lines is None or scores is None:
            return ""
        pieces = [
            _Piece(text.strip(_BULLETS), *box.min(axis=0).tolist(), *box.max(axis=0).tolist())
            for box, text, score in zip(boxes, map(one_line, lines), scores, strict=True)
            if score >= _LEAST_SCORE and any(letter.isalnum() for letter in text)
        ]
        return "\n".join(_lines(pieces))

    @cached_property
    def _loaded(self) -> "tuple[RapidOCR, TextDetector]":
        from omegaconf import flag_override
        from rapidocr import RapidOCR
        from rapidocr.ch_ppocr_det import TextDetector

        engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_preprocess_img": False,  # it raises on very long pictures
                "Global.use_vertical_padding": False,  # enlarges a strip up to 40 times
                "Global.use_cls": False,  # pictures are upright
                "Global.text_score": _LEAST_SCORE,
                "Global.model_root_dir": str(self._folder),
                # Padding the short lines of a batch to its longest costs more than a batch saves.
                "Rec.rec_batch_num": 1,
                "Rec.rec_img_shape": [3, 48, 48],
            }
        )
        # Sessions of our own: RapidOCR's let idle threads spin, which doubles the cost.
        with flag_override(engine.cfg, "allow_objects", True):
            engine.cfg.Det.session = _session(self._folder / "PP-OCRv6_det_small.onnx")
            engine.cfg.Rec.session = _session(self._folder / "PP-OCRv6_rec_small.onnx")
            detector = TextDetector(engine.cfg.Det)
        engine.text_det = detector  # type: ignore[assignment]
        return engine, detector


def _session(model: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = min(os.cpu_count() or 1, _MOST_THREADS)
    options.enable_cpu_mem_arena = False  # each size of picture would keep memory of its own
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        str(model), sess_options=options, providers=["CPUExecutionProvider"]
    )


@dataclass(frozen=True)
class _Piece:
    """Words that stand together, and the upright box around them in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def _lines(pieces: list[_Piece]) -> list[str]:
    """The pieces as lines in reading order, columns of prose one after the other.

    Cuts the page across where there is a wide gap, then along where there is a gutter between
    columns (recursive XY-cut; Nagy and Seth, ICPR 1984), and joins what stands side by side.
    """
    if not pieces:
        return []
    height = median(piece.bottom - piece.top for piece in pieces)
    blocks = _split(pieces, height, lambda p: (p.top, p.bottom))
    if len(blocks) == 1:
        blocks = _split(pieces, height / 2, lambda p: (p.left, p.right))
        if not all(_is_prose(block) for block in blocks):
            blocks = [pieces]
    if len(blocks) == 1:
        return _rows(pieces)
    return [line for block in blocks for line in _lines(block)]


def _split(
    pieces: list[_Piece], gap: float, span: Callable[[_Piece], tuple[float, float]]
) -> list[list[_Piece]]:
    """Where nothing stands for more than `gap` pixels, one block ends and the next begins."""
    blocks: list[list[_Piece]] = []
    reach = 0.0
    for piece in sorted(pieces, key=span):
        first, last = span(piece)
        if not blocks or first - reach > gap:
            blocks.append([])
            reach = last
        blocks[-1].append(piece)
        reach = max(reach, last)
    return blocks


def _is_prose(block: list[_Piece]) -> bool:
    shapes = [(piece.right - piece.left) / (piece.bottom - piece.top) for piece in block]
    return len(block) >= 3 and median(shapes) >= _PROSE


def _rows(pieces: list[_Piece]) -> list[str]:
    rows: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.top + p.bottom):
        if rows and _side_by_side(rows[-1][-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [" ".join(p.text for p in sorted(row, key=lambda p: p.left)) for row in rows]


def _side_by_side(a: _Piece, b: _Piece) -> bool:
    shared = min(a.bottom, b.bottom) - max(a.top, b.top)
    return shared > 0.6 * min(a.bottom - a.top, b.bottom - b.top)
