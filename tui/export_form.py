"""What the export's form is filled with, checked before anything is written."""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from rushes.errors import RushesError
from rushes.output import check_output
from rushes.paths import expanded
from rushes.selects import Timeline
from rushes.text import one_line
from rushes.timeline import Format, format_of
from tui.picks import parse_fps


class Target(StrEnum):
    """What selects can be exported as: a file of a format, or a folder of clips."""

    OTIO = Format.OTIO
    FCPXML = Format.FCPXML
    EDL = Format.EDL
    CSV = Format.CSV
    SRT = Format.SRT
    VTT = Format.VTT
    CLIPS = "clips"


ABOUT = {
    Target.OTIO: "OTIO: Resolve, Premiere, Avid, Kdenlive",
    Target.FCPXML: "FCPXML: Final Cut Pro, Resolve",
    Target.EDL: "EDL: everything, old systems too",
    Target.CSV: "CSV: a table for a spreadsheet",
    Target.SRT: "SRT: subtitles of what is said",
    Target.VTT: "VTT: subtitles for the web",
    Target.CLIPS: "a folder of cut clips",
}


@dataclass(frozen=True)
class ExportWish:
    """What is typed. A relative `out` is in the folder that the app was opened in."""

    target: Target
    name: str
    fps: str
    out: str
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / expanded(self.out.strip())

    def timeline(self, selects: Timeline) -> Timeline:
        """The selects, named and at the rate that is wanted.

        Raises:
            WrongUsage: the rate is none that editors count in.
        """
        return replace(selects, name=one_line(self.name) or "selects", fps=parse_fps(self.fps))

    def check(self, selects: Timeline) -> None:
        """All that can be known before the files are opened.

        Raises:
            RushesError: says what to change.
        """
        if not selects.selects:
            raise RushesError("there is nothing to export: select something first")
        self.timeline(selects)
        if not self.out.strip() or "\0" in self.out:
            raise RushesError("say where to: a folder's name" if self._is_clips else "name a file")
        path = self.path
        if self._is_clips:
            if path.exists() and not path.is_dir():
                raise RushesError(f"{one_line(path.name)} is a file: name a folder")
            if not path.exists() and not path.parent.is_dir():
                raise RushesError(f"{one_line(str(path.parent))} is not there: make it first")
            return
        if format_of(path).value != self.target.value:
            raise RushesError(f"a file of this format ends in .{self.target}")
        # That it would be replaced is for the user to say.
        check_output(path, True, [select.path for select in selects.selects])

    @property
    def replaces(self) -> str:
        """What would be replaced, as a sentence to agree to; "" if nothing would."""
        path = self.path
        if self._is_clips:
            if path.is_dir() and any(path.iterdir()):
                return f"Cut into {one_line(path.name)}, and replace clips of the same names there"
            return ""
        return f"Replace {one_line(path.name)}" if path.exists() else ""

    @property
    def _is_clips(self) -> bool:
        return self.target is Target.CLIPS


def usual_out(name: str, target: Target) -> str:
    """Where an export goes if nothing else is said."""
    stem = one_line(name).replace("/", "-").strip(". ") or "selects"
    return f"{stem}-clips" if target is Target.CLIPS else f"{stem}.{target}"
