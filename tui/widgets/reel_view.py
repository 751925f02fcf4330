"""A reel in the conversation: its lines, the clips of each, and what has none."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from rushes.moment import Kind
from rushes.text import one_line
from tui.labels import where

if TYPE_CHECKING:
    from agent.broll import Gap, Pick, Reel

_MOST = 40  # clips and gaps: the sheet shows all clips


class ReelView(Static):
    """One line of text a line of the script, and beneath it a line for each clip or gap."""

    DEFAULT_CSS = """
    ReelView { height: auto; padding-left: 2; margin-bottom: 1; }
    """

    def __init__(self, reel: "Reel") -> None:
        super().__init__(_told(reel))


def _told(reel: "Reel") -> Content:
    from agent.broll import Pick

    entries: list[Pick | Gap] = sorted((*reel.picks, *reel.gaps), key=lambda each: each.number)
    parts: list[Content] = []
    number = 0
    for each in entries[:_MOST]:
        if each.number != number:
            number = each.number
            words = one_line(each.line.text)
            words = words if len(words) <= 120 else f"{words[:119]}…"
            parts.append(Content.assemble((f"{number:2} ", "dim"), words))
        parts.append(_clip(each) if isinstance(each, Pick) else _gap(each))
    if len(entries) > _MOST:
        parts.append(Content(f"   … and {len(entries) - _MOST} more"))
    return Content("\n").join(parts)


def _clip(pick: "Pick") -> Content:
    place = f"{pick.seconds:.1f} s"
    if pick.moment.kind is not Kind.IMAGE:
        place = f"{where(None, pick.start_s, pick.end_s)}  {place}"
    name = one_line(pick.moment.path.name)
    return Content.assemble("   ", (name, "bold"), "  ", (place, "dim"))


def _gap(gap: "Gap") -> Content:
    near = f"; nearest: {one_line(gap.nearest.path.name)}" if gap.nearest is not None else ""
    return Content.assemble("   ", (f"! nothing for {gap.seconds:.1f} s{near}", "$text-warning"))
