"""What goes into tools and comes out of them, as JSON that other programs can read too."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from agent.bounds import path_text
from agent.broll import Reel
from indexer.reading import Passage, Shown
from indexer.search import Results
from rushes.moment import Moment, Timecode
from rushes.text import clean, counted, one_line

_LONGEST_TEXT = 1500  # characters of one passage that are handed on

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Form(BaseModel):
    """Takes and gives what it names, and nothing else."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class Ask(Form):
    """Words and filters to search with."""

    query: str = Field(
        max_length=10_000,
        description="Plain words, and filters as kind:video shot:wide move:pan-left len:3..10 "
        "people:0 sound:speech light:dark in:FOLDER after:2025-06-01 -synthetic "
        'said:"exact words".',
    )
    limit: int = Field(8, ge=1, le=50, description="At most so many moments.")


class AskLike(Form):
    """A picture or a moment to search by."""

    path: str = Field(description="A file of the library.")
    at_s: Seconds | None = Field(None, description="When, in seconds, in a film.")
    words: str = Field("", max_length=1000, description="What else it should show.")
    limit: int = Field(8, ge=1, le=50, description="At most so many moments.")


class At(Form):
    """A file, and where in it."""

    path: str = Field(description="A file of the library.")
    at_s: Seconds | None = Field(None, description="When, in seconds, in a recording.")
    page: int | None = Field(None, ge=1, description="Which page or slide, from 1.")


class Stretch(Form):
    """A file, or a part of it."""

    path: str = Field(description="A file of the library.")
    page: int | None = Field(None, ge=1, description="Only this page or slide, from 1.")
    start_s: Seconds | None = Field(None, description="Only from here, in seconds.")
    end_s: Seconds | None = Field(None, description="Only to here, in seconds.")


class Brief(Form):
    """What a reel is to be about."""

    brief: str = Field(
        max_length=20_000,
        description="What it is about and how long, or one line of a script a line.",
    )


class Cut(Form):
    """One clip of a timeline."""

    path: str = Field(description="A file of the library.")
    start_s: Seconds = Field(description="In point, in seconds.")
    end_s: Seconds = Field(description="Out point, in seconds; not part of the clip.")
    name: str = Field("", max_length=200)


class Hand(Form):
    """A timeline to be written."""

    selects: list[Cut] = Field(min_length=1, max_length=1000)
    out: str = Field(
        description="Its file, whose ending says the format: .otio .fcpxml .edl .csv .srt .vtt"
    )
    name: str = Field("selects", max_length=200)


class Larger(Form):
    """A film, or a part of it, to be made larger."""

    path: str = Field(description="A file of the library.")
    start_s: Seconds | None = Field(None, description="Only from here, in seconds.")
    end_s: Seconds | None = Field(None, description="Only to here, in seconds.")
    out: str = Field(description="The file to make, ending in .mp4, .mov or .mkv.")
    to: str = Field("4k", max_length=20, description="How large: 1080p, 1440p, 4k, 8k, 1920x1080.")


class Draw(Form):
    """A shot to be made from a found one."""

    path: str = Field(description="A film or picture of the library.")
    start_s: Seconds | None = Field(None, description="From here on, in seconds.")
    end_s: Seconds | None = Field(None, description="To here, in seconds.")
    prompt: str = Field("", max_length=4000, description="What happens in it.")
    camera: str = Field("", max_length=100, description="As dolly in, slow pan left, handheld.")
    seconds: float = Field(5.0, gt=0, le=60, description="How long.")
    out: str = Field(description="The file to make, ending in .mp4, .mov or .mkv.")


class Folder(Form):
    """A folder to be put into the library."""

    folder: str = Field(description="An absolute path.")


class Nothing(Form):
    """No input."""


class FoundMoment(Form):
    """A moment: where it is, why it was found and what is known of it."""

    path: str
    kind: str
    start_s: float | None
    end_s: float | None
    page: int | None
    timecode: str | None
    found_by: list[str]
    text: str | None
    facts: dict[str, Any]

    @classmethod
    def of(cls, moment: Moment) -> "FoundMoment":
        return cls(
            path=path_text(moment.path),
            kind=moment.kind,
            start_s=moment.start_s,
            end_s=moment.end_s,
            page=moment.page,
            timecode=_timecode(moment),
            found_by=list(moment.senses),
            text=clean(moment.text)[:_LONGEST_TEXT] if moment.text else None,
            facts=_known(asdict(moment.facts)),
        )


class Outcome(Form):
    """What a tool gives."""

    @property
    def summary(self) -> str:
        """In one line, for the user."""
        return "done"


class Found(Outcome):
    """What a search found. If `fits` is false, nothing does, and these are the nearest."""

    query: str
    fits: bool
    moments: list[FoundMoment]
    results: SkipJsonSchema[Results] = Field(exclude=True, repr=False)

    @classmethod
    def of(cls, results: Results, query: str) -> "Found":
        return cls(
            query=query,
            fits=bool(results.moments),
            moments=[FoundMoment.of(each) for each in results.moments or results.nearest],
            results=results,
        )

    @property
    def summary(self) -> str:
        count = len(self.moments)
        return f"{count} found" if self.fits else "nothing that fits"


class Words(Form):
    """A passage: how it came into the file, and where it stands."""

    origin: str
    text: str
    start_s: float | None
    end_s: float | None
    page: int | None
    heading: str | None

    @classmethod
    def of(cls, passage: Passage) -> "Words":
        return cls(
            origin=passage.origin,
            text=clean(passage.text)[:_LONGEST_TEXT],
            start_s=passage.start_s,
            end_s=passage.end_s,
            page=passage.page,
            heading=one_line(passage.heading) if passage.heading else None,
        )


class Picture(Form):
    """A picture: what it shows as far as the library knows."""

    start_s: float | None
    end_s: float | None
    page: int | None
    shot: int | None
    labels: list[str]
    facts: dict[str, Any]

    @classmethod
    def of(cls, shown: Shown) -> "Picture":
        return cls(
            start_s=shown.start_s,
            end_s=shown.end_s,
            page=shown.page,
            shot=shown.shot,
            labels=[tag.label for tag in shown.tags],
            facts=_known(asdict(shown.facts)),
        )


class Looked(Outcome):
    """A moment from near: what it shows, its words, and the shots beside it."""

    path: str
    kind: str
    picture: Picture | None
    words: list[Words]
    before: Picture | None
    after: Picture | None

    @property
    def summary(self) -> str:
        return f"{len(self.words)} passages"


class Read(Outcome):
    """The words of a file. `more`: there are more than these."""

    path: str
    passages: list[Words]
    more: bool

    @property
    def summary(self) -> str:
        return f"{len(self.passages)} passages"


class Pick(Form):
    """A clip for a line of the script."""

    line: str
    path: str
    start_s: float
    end_s: float


class Gap(Form):
    """A line without a clip, and what could be made for it."""

    line: str
    seconds: float
    nearest: FoundMoment | None
    prompt: str


class Proposed(Outcome):
    """A reel: clips in order, and the lines that have none."""

    name: str
    picks: list[Pick]
    gaps: list[Gap]
    reel: SkipJsonSchema[Reel] = Field(exclude=True, repr=False)

    @property
    def summary(self) -> str:
        return f"{counted(len(self.picks), 'clip')}, {counted(len(self.gaps), 'gap')}"


class Made(Outcome):
    """A file that was written."""

    path: str

    @property
    def summary(self) -> str:
        return f"wrote {one_line(self.path)}"


class Film(Made):
    """A film that was written. `not_in_library` says why it was not put into the library."""

    not_in_library: str | None

    @property
    def summary(self) -> str:
        if self.not_in_library is None:
            return f"{super().summary}; it is in the library"
        return f"{super().summary}; it is not in the library: {self.not_in_library}"


class Drawn(Film):
    """A shot that was made. Not `is_generated`: an animatic, which only moves what was there."""

    back_end: str
    is_generated: bool
    passed_over: list[str]

    @property
    def summary(self) -> str:
        what = "a generated shot" if self.is_generated else "an animatic, not a generated shot"
        return f"{super().summary}; {what}, by {self.back_end}"


class Indexed(Outcome):
    """What indexing did."""

    indexed: int
    unchanged: int
    removed: int
    failed: dict[str, str]

    @property
    def summary(self) -> str:
        return f"{self.indexed} files indexed, {self.unchanged} unchanged"


class Held(Outcome):
    """What the library holds."""

    roots: list[str]
    files: dict[str, int]
    footage_s: float
    words: int
    pictures: int
    failed: int

    @property
    def summary(self) -> str:
        return f"{sum(self.files.values())} files"


def _timecode(moment: Moment) -> str | None:
    if moment.start_s is None or moment.fps is None:
        return None
    return str(Timecode.from_seconds(moment.start_s, moment.fps))


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known."""
    return {
        name: round(value, 3) if isinstance(value, float) else _plain(value)
        for name, value in facts.items()
        if value is not None and value != ()
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [each if isinstance(each, float) else str(each) for each in value]
    return value
