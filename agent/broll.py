"""B-roll: the best clips for the lines of a script, each once, and the lines that have none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from agent.clips import STILL_S, Choices, Clip, clips_for
from agent.lines import Line, Script
from agent.sequence import USUAL, Cut, Slot, Weights, arranged
from indexer.library import Library
from rushes.facts import Facts
from rushes.jobs import Job
from rushes.moment import Kind, Moment
from rushes.selects import Cue, Select, Timeline

_LONGEST_S = 6.0
"""Of one shot: a longer line gets several. Stills are changed after `STILL_S`."""

_NOTICED_S = 0.25  # that a line has too little: less, and its clip is near enough
_ROUNDED = Fraction(1, 20)  # of a frame

_DARK, _BRIGHT, _COLD, _WARM = 0.3, 0.65, -0.15, 0.15


@dataclass(frozen=True)
class Pick:
    """A clip for a line: from `start_s` to `end_s` of its file; of a still, from 0 on.

    `cues` are the words that are heard meanwhile, on the file's clock.
    """

    line: Line
    number: int
    moment: Moment
    start_s: float
    end_s: float
    cues: tuple[Cue, ...] = ()

    @property
    def seconds(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Gap:
    """A line that has no clip for so many seconds, and how one could be made.

    `prompt` says what a generator should show, starting from the `nearest` moment there is.
    """

    line: Line
    number: int
    seconds: float
    nearest: Moment | None
    prompt: str


@dataclass(frozen=True)
class Reel:
    """Clips in the order of their lines, and the lines without. `number`s count lines from 1."""

    name: str
    picks: tuple[Pick, ...]
    gaps: tuple[Gap, ...]

    def timeline(self) -> Timeline:
        """What is handed to an editor. A gap leaves no hole: the next clip follows at once."""
        selects = (
            Select(
                path=pick.moment.path,
                start_s=pick.start_s,
                end_s=pick.end_s,
                name=f"{pick.number:02d} {pick.moment.path.name}",
                note=pick.line.text,
                cues=pick.cues,
            )
            for pick in self.picks
        )
        return Timeline(self.name, tuple(selects))


def plan_reel(script: Script, library: Library, job: Job, weights: Weights = USUAL) -> Reel:
    """The best clips for each line.

    No clip and no near duplicate comes twice, in and out points lie in the usable part of a shot,
    sizes and moves vary, and neighbours match in motion, light and colour.

    Raises:
        LibraryError: there is no library, or not one that can be read.
        Cancelled: the user asked to stop.
    """
    choices = clips_for(script, library, job)
    slots: list[Slot] = []
    of_line: list[int] = []
    for index, (line, choice) in enumerate(zip(script.lines, choices, strict=True)):
        parts = math.ceil(line.seconds / _longest(choice))
        slots += [Slot(line.seconds / parts, choice.clips, line.sizes)] * parts
        of_line += [index] * parts
    job.report("choosing", 0, None)
    by_line: list[list[Cut]] = [[] for _ in script.lines]
    for cut in arranged(slots, weights, job.check_cancelled):
        by_line[of_line[cut.slot]].append(cut)
    picks: list[Pick] = []
    gaps: list[Gap] = []
    for number, (line, cuts, choice) in enumerate(
        zip(script.lines, by_line, choices, strict=True), 1
    ):
        words = _shared_out(line.text if script.spoken else "", [cut.seconds for cut in cuts])
        picks += [_pick(line, number, *each) for each in zip(cuts, words, strict=True)]
        missing_s = line.seconds - sum(cut.seconds for cut in cuts)
        if missing_s >= _NOTICED_S:
            gap_s = round(missing_s, 2)
            gaps.append(Gap(line, number, gap_s, choice.nearest, _prompt(line, choice.nearest)))
    return Reel(script.name, tuple(picks), tuple(gaps))


def _longest(choice: Choices) -> float:
    """How long one shot may be: less if there are only stills."""
    return STILL_S if choice.clips and all(c.is_still for c in choice.clips) else _LONGEST_S


def _pick(line: Line, number: int, cut: Cut, words: str) -> Pick:
    start_s, end_s = _in_and_out(cut.clip, cut.seconds)
    cues = (Cue(start_s, end_s, words),) if words else ()
    return Pick(line, number, cut.clip.moment, start_s, end_s, cues)


def _in_and_out(clip: Clip, seconds: float) -> tuple[float, float]:
    """So many seconds of a clip's usable stretch, around the middle of what was found."""
    moment = clip.moment
    if moment.kind is Kind.IMAGE:
        return 0.0, round(seconds, 3)
    begin_s, end_s = clip.start_s, clip.end_s
    if moment.start_s is not None and moment.end_s is not None:
        begin_s, end_s = max(begin_s, moment.start_s), min(end_s, moment.end_s)
    middle_s = (begin_s + end_s) / 2 if end_s > begin_s else (clip.start_s + clip.end_s) / 2
    in_s = max(clip.start_s, min(clip.end_s - seconds, middle_s - seconds / 2))
    fps = moment.fps
    if fps is None:
        return round(in_s, 3), round(min(in_s + seconds, clip.end_s), 3)
    # Whole frames, all of them in the usable stretch; time stamps are rounded.
    earliest = math.ceil(clip.start_s * fps - _ROUNDED)
    latest = math.floor(clip.end_s * fps + _ROUNDED)
    count = max(1, min(round(seconds * fps), latest - earliest))
    first = max(earliest, min(latest - count, round(in_s * fps)))
    return float(first / fps), float((first + count) / fps)


def _shared_out(text: str, seconds: Sequence[float]) -> list[str]:
    """The words of a line over its clips, each as many as its length has room for."""
    words, shared, total, past = text.split(), [], sum(seconds), 0.0
    at = 0
    for length in seconds:
        past += length
        until = round(len(words) * past / total)
        shared.append(" ".join(words[at:until]))
        at = until
    return shared


def _prompt(line: Line, nearest: Moment | None) -> str:
    """What a generator should show: the line, framed as asked for, lit as the nearest clip is."""
    text = line.text.rstrip(" .,;:!?…")
    size = f"{line.sizes[0].replace('-', ' ')} shot of " if line.sizes else ""
    light = _light(nearest.facts) if nearest else ""
    return f"{size}{text}{f', {light} light' if light else ''}"


def _light(facts: Facts) -> str:
    told = []
    if facts.warmth is not None and not _COLD < facts.warmth < _WARM:
        told.append("cold" if facts.warmth < 0 else "warm")
    if facts.brightness is not None and not _DARK < facts.brightness < _BRIGHT:
        told.append("dim" if facts.brightness < _DARK else "bright")
    return ", ".join(told)
