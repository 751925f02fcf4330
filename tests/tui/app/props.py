"""What the scenes are made of: the same words and numbers on every machine."""

import asyncio
import json
from fractions import Fraction
from pathlib import Path

from agent.broll import Gap, Pick, Reel
from agent.events import (
    Citation,
    Event,
    Noticed,
    Picked,
    Reply,
    Said,
    Showed,
    StepBegan,
    StepEnded,
    Wrote,
)
from agent.history import KeptTurn
from agent.lines import Line
from indexer.report import Status
from indexer.rows import Asset
from indexer.segments import Word
from rushes.facts import Facts, Move, ShotSize
from rushes.jobs import Progress
from rushes.moment import Kind, Moment, Reason
from tui.library_told import Holding, Root
from tui.work.order import Order, Standing, State

FOOTAGE = Path("/footage")
PAL = Fraction(25)

FILM = Moment(
    FOOTAGE / "day 2" / "A003_C012_harbour at dawn.mov", Kind.VIDEO, 61.0, 68.5,
    score=0.031, reasons=(Reason("pictures", 1, ("harbour", "ferry")), Reason("words", 3)),
    text="The ferry leaves the harbour at a quarter past seven, fog or no fog.",
    facts=Facts(size=ShotSize.WIDE, moves=(Move.PAN_RIGHT,), people=2), fps=PAL,
)  # fmt: skip
VOICE = Moment(
    FOOTAGE / "interviews" / "ana.wav", Kind.AUDIO, 12.0, 19.0, score=0.029,
    reasons=(Reason("words", 1, ("ferry",)),),
    text="We took the first ferry, and nobody else was on board.",
)  # fmt: skip
PAGE = Moment(
    FOOTAGE / "script v7 final.pdf", Kind.PDF, page=12, score=0.028,
    reasons=(Reason("words", 2, ("harbour",)),),
    text="EXT. HARBOUR - DAWN. Fog. A ferry, its lights on, waits at the quay.",
)  # fmt: skip
STILL = Moment(
    FOOTAGE / "stills" / "IMG_0042.jpg", Kind.IMAGE, score=0.02, reasons=(Reason("pictures", 4),)
)
NOTE = Moment(
    FOOTAGE / "notes.md", Kind.DOCUMENT, score=0.01, reasons=(Reason("words", 5),),
    text="Ask the harbour master for the key to the lighthouse.",
)  # fmt: skip
TAKE = Moment(
    FOOTAGE / "day 2" / "A003_C013.mov", Kind.VIDEO, 2.0, 5.0, score=0.009, takes=(FILM,),
    reasons=(Reason("pictures", 6),), fps=PAL,
)  # fmt: skip
MOMENTS = (FILM, VOICE, PAGE, STILL, NOTE, TAKE)

SOURCE = Citation(1, VOICE.path, "We took the first ferry, and nobody else was on board.", None,
                  12.0, 19.0)  # fmt: skip
ANSWER: tuple[Event, ...] = (
    StepBegan(1, "search", "first ferry"),
    StepEnded(1, "search", "6 moments"),
    Said("Ana and her brother took the first ferry.", (1,)),
    Showed(MOMENTS, "first ferry"),
    Reply("Ana and her brother took the first ferry.", (SOURCE,), moments=(VOICE,)),
)
REEL = Reel(
    "dawn", (Pick(Line("the harbour wakes", 3.0), 1, FILM, 61.0, 64.0),),
    (Gap(Line("rain on a window", 2.0), 2, 2.0, FILM, "rain on a window"),),
)  # fmt: skip
UNDER_WAY: tuple[Event, ...] = (
    StepBegan(1, "search", "harbour"),
    StepEnded(1, "search", "6 moments"),
    StepBegan(2, "plan a reel", "dawn, 5 seconds"),
    Picked(REEL),
    Wrote(12),
)
FAILED: tuple[Event, ...] = (
    StepBegan(1, "search", "kind:film"),
    StepEnded(1, "search", "kind:film is not a kind: video, image, audio …", failed=True),
    Noticed("the language model could not be loaded: its sources are quoted instead"),
    Showed(MOMENTS[3:], "kind:film", nearest=True),
    StepBegan(2, "read", "script v7 final.pdf"),
    Reply("", stopped=True),
)

STATUS = Status(
    Path("/films/library"), (FOOTAGE,), {Kind.VIDEO: 41, Kind.IMAGE: 12, Kind.PDF: 1}, 5040.0,
    900, 4000, 52_000_000, ("all-minilm-l6-v2",),
    (Asset("a", FOOTAGE / "empty.pdf", Kind.PDF, 0, 0, error="it is empty"),),
)  # fmt: skip
HOLDING = Holding(
    "~/films/library",
    (Root(FOOTAGE, True), Root(Path("/media/card 7"), False)),
    (
        "files   12 image, 1 pdf, 41 video; 84 min of footage",
        "index   900 stretches of words, 4,000 pictures, 52.0 MB",
        "models  all-minilm-l6-v2, whisper-tiny.en",
        "watch   off (w switches)",
    ),
    (
        ("/footage/day 2/A003_C099.mov", "no video or audio stream (is it cut off?)"),
        ("/footage/empty.pdf", "it is empty"),
    ),
)
NO_HOLDING = Holding("~/films/library", (), ("there is no library yet: press a",), ())

_PLAN = json.dumps({
    "plan": {
        "backend": "animatic", "model": "keyframes, moved and dissolved", "device": "this machine",
        "generates": False, "width": 1280, "height": 720, "fps": "25", "frames": 188,
        "seconds_to_draw": 9.0, "memory_bytes": 210_000_000, "delivered_width": 1280,
        "delivered_height": 720, "notes": ["begins and ends as the clip does"],
        "passed_over": ["ltx: no NVIDIA card", "comfyui: no server is named"],
        "shots": [{"frames": 188, "parts": 1, "sound": "kept", "keyframes": []}],
    }
})  # fmt: skip
_FILM = json.dumps({
    "path": "/films/harbour-made.mp4", "width": 1280, "height": 720, "fps": "25", "frames": 188,
    "duration_s": 7.52, "backend": "animatic", "in_library": True,
})  # fmt: skip


def order(title: str, *command: str) -> Order:
    return Order(title, command, id=title, folder="/films")


class Planner:
    """A command that says at once what a film takes."""

    def __init__(self, *_: object) -> None:
        pass

    async def run(self) -> tuple[int, str]:
        return 0, _PLAN


class SlowPlanner(Planner):
    """One that has not said it yet."""

    async def run(self) -> tuple[int, str]:
        await asyncio.Event().wait()
        return 1, ""


class NoPlanner(Planner):
    """One that says why it cannot be made."""

    async def run(self) -> tuple[int, str]:
        return 1, "no ComfyUI server is named: set comfyui_url in the settings"


_FILMING = order("generate harbour-made.mp4", "generate", f"--from={FILM.path}@61.0-68.5")
MAKING = Standing(
    _FILMING, State.RUNNING, Progress("drawing", 47.0, 188.0, "47 of 188 frames"), left_s=40.0
)
MADE = Standing(_FILMING, State.DONE, told=_FILM)
NOT_MADE = Standing(_FILMING, State.FAILED, told="the disk is full: /films has 0 bytes left")
INDEXING = Standing(
    order("index footage", "index", "/footage"), State.RUNNING,
    Progress("indexing", 12.0, 41.0, "12 of 41 files, 24 of 84 min"), left_s=190.0,
)  # fmt: skip
STANDINGS = (
    Standing(order("index card 7", "index", "/media/card 7"), State.FAILED, None,
             "cannot read /media/card 7: no such folder (is the drive plugged in?)"),
    Standing(order("index stills", "index", "/stills"), State.DONE, None, json.dumps(
        {"indexed": 11, "unchanged": 2, "took_s": 8.0,
         "failed": [{"path": "/stills/a.jpg", "error": "it is cut off"}]})),
    Standing(order("upscale reel.mp4", "upscale", "reel.mp4"), State.STOPPED),
    Standing(order("install standard models", "models", "install", "standard"), State.PAUSED,
             Progress("fetching", 1.2, 4.8, "1.2 of 4.8 GB")),
    INDEXING,
    Standing(_FILMING),
)  # fmt: skip

WORDS = tuple(
    Word(word, 12.0 + number * 0.6, 12.5 + number * 0.6)
    for number, word in enumerate((VOICE.text or "").split())
)
KEPT = tuple(
    KeptTurn(1_760_000_000.0 + 4000 * number, "talk", question, answer, sources, MOMENTS, id=number)
    for number, (question, answer, sources) in enumerate((
        ("who took the first ferry?", "Ana and her brother did. [1]", (SOURCE,)),
        ("wide shots of the harbour, no people", "", ()),
        ("b-roll about a rainy morning, 30 seconds", "", ()),
    ))
)  # fmt: skip
