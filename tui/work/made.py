"""What a command that makes films or clips has said of itself, read from its JSON."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from rushes.text import counted, lasting, one_line, sized
from tui.work.order import Order


class KeyframePlan(BaseModel):
    """A keyframe of a plan. `moment_s` is the frame's time if it is a film's."""

    file: str
    moment_s: float | None
    where: str


class ShotPlan(BaseModel):
    frames: int
    parts: int
    sound: str
    keyframes: tuple[KeyframePlan, ...]


class Plan(BaseModel):
    """What `rushes generate --plan` says."""

    backend: str
    model: str
    device: str
    generates: bool
    width: int
    height: int
    fps: str
    frames: int
    seconds_to_draw: float | None
    memory_bytes: int | None
    shots: tuple[ShotPlan, ...]
    notes: tuple[str, ...]
    passed_over: tuple[str, ...]
    delivered_width: int
    delivered_height: int
    upscaler: str | None = None
    seconds_to_enlarge: float | None = None
    upscalers_passed_over: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """What would draw."""
        kind = "" if self.generates else ", which generates nothing"
        return one_line(f"{self.backend}{kind}: {self.model} on {self.device}")

    @property
    def cost(self) -> str:
        """How long it takes, and how much memory."""
        takes = "time not known"
        if self.seconds_to_draw is not None:
            takes = f"about {lasting(self.seconds_to_draw + (self.seconds_to_enlarge or 0.0))}"
        if self.memory_bytes is None:
            return f"{takes}, memory not known"
        return f"{takes}, {sized(self.memory_bytes)} of memory"

    @property
    def picture(self) -> str:
        """Its size, rate and length."""
        size = f"{self.width}×{self.height}"
        if (self.delivered_width, self.delivered_height) != (self.width, self.height):
            size += f" → {self.delivered_width}×{self.delivered_height}"
            size += f" with {one_line(self.upscaler)}" if self.upscaler else ""
        fps = _number(self.fps)
        length_s = self.frames / fps if fps else 0.0
        return f"{size}, {fps:.5g} fps, {self.frames} frames, {length_s:.2f} s"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What else is to be known before it starts."""
        sound = ", ".join(dict.fromkeys(shot.sound for shot in self.shots))
        not_used = (*self.passed_over, *self.upscalers_passed_over)
        return (
            f"sound {one_line(sound)}",
            *map(one_line, self.notes),
            *(f"not used: {one_line(why)}" for why in not_used),
        )


class _PlanDocument(BaseModel):
    plan: Plan


def read_plan(told: str) -> Plan | None:
    """The plan that was printed; None if it is none."""
    try:
        return _PlanDocument.model_validate_json(told).plan
    except ValidationError:
        return None


class Film(BaseModel):
    """A film that `rushes generate` or `rushes upscale` has made."""

    path: Path
    width: int
    height: int
    fps: str
    frames: int
    duration_s: float
    made_with_ai: bool = False
    backend: str | None = None
    models: tuple[str, ...] = ()
    upscaler: str | None = None
    passed_over: tuple[str, ...] = ()
    in_library: bool = False
    not_in_library: str | None = None

    @property
    def line(self) -> str:
        """In one line."""
        what = f"{self.width}×{self.height}, {self.duration_s:.2f} s"
        if self.backend is not None:
            by = ", ".join((*self.models, self.backend)) if self.made_with_ai else "an animatic"
            what += f", {by}"
        if self.upscaler is not None:
            what += f", enlarged with {self.upscaler}"
        place = "in the library" if self.in_library else "not in the library"
        if self.not_in_library:
            place += f": {self.not_in_library}"
        return one_line(f"{self.path.name}: {what}; {place}")


def read_film(told: str) -> Film | None:
    """The film that was made; None if it is none."""
    try:
        return Film.model_validate_json(told)
    except ValidationError:
        return None


class _CutClip(BaseModel):
    file: str
    how: str


class _LeftOut(BaseModel):
    source: str
    reason: str


class _Clips(BaseModel):
    folder: str
    clips: tuple[_CutClip, ...]
    left_out: tuple[_LeftOut, ...]


def told_line(order: Order, told: str) -> str | None:
    """What came of an order that makes films or clips, in one line; None of others."""
    if order.command[0] in ("generate", "upscale"):
        film = read_film(told)
        return None if film is None else film.line
    if order.command[0] != "export":
        return None
    try:
        done = _Clips.model_validate_json(told)
    except ValidationError:
        return None
    return _clips_line(done)


def _clips_line(done: _Clips) -> str:
    count = len(done.clips)
    line = f"{counted(count, 'clip')} in {Path(done.folder).name}"
    lossy = sum(clip.how != "copied" for clip in done.clips)
    whole = sum(clip.how == "coded again" for clip in done.clips)
    if not lossy:
        line += ", all without loss"
    else:
        line += f", {count - lossy} without loss, {lossy - whole} with their edges coded again"
        line += f", {whole} coded again" if whole else ""
    if done.left_out:
        line += f"; left out: {_listed([each.reason for each in done.left_out])}"
    return one_line(line)


def _listed(reasons: Sequence[str]) -> str:
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return f"{reasons[0]}{more}"


def _number(text: str) -> float:
    over, _, under = text.partition("/")
    try:
        return float(over) / float(under or 1)
    except (ValueError, ZeroDivisionError):
        return 0.0
