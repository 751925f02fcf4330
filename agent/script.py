"""Scripts: what a user types or has in a file, as lines to find pictures for."""

from pathlib import Path

from agent.brief import brief
from agent.lines import Line, Script, reading_s
from agent.llm.protocol import LanguageModel
from agent.script_text import Timed, in_sentences, spoken_lines, subtitles
from indexer.parts import Parts
from indexer.readers import kind_of, read
from indexer.readers.decoding import encoding_of
from indexer.segments import Segment, Tools
from rushes.errors import RushesError, UnreadableFile, WrongUsage
from rushes.jobs import Job
from rushes.moment import Kind
from rushes.text import one_line

__all__ = ["Line", "Script", "brief", "read_script", "script_of"]

_LONGEST_BYTES = 300_000  # a screenplay of three hours
_MOST_LINES = 2000
_MOST_S = 4 * 3600.0
_UNREAD = (Kind.IMAGE, Kind.SLIDES)
_RECORDINGS = (Kind.AUDIO, Kind.VIDEO)
_WRITTEN = (".docx", ".odt", ".rtf", ".pdf", ".epub")
_SAMPLE = 256 * 1024


def script_of(text: str, model: LanguageModel | None = None, job: Job | None = None) -> Script:
    """What a user typed: several lines are a script, subtitles too; a single one is a brief.

    Raises:
        WrongUsage: there is nothing to find pictures for, or too much of it.
        Cancelled: the user asked to stop.
    """
    if cues := subtitles(text):
        return _timed("script", in_sentences(cues), None)
    lines = spoken_lines(text)
    if sum(1 for line in text.splitlines() if line.strip()) < 2:
        return brief(text, model, job)
    return _written("script", lines, None)


def read_script(path: Path, parts: Parts, job: Job) -> Script:
    """The lines of a file: a text, subtitles, a document, or a voice-over.

    Subtitles and speech keep their times, so that pictures cut to them stay beside the voice.
    What is only written is timed as it would be read.

    Raises:
        RushesError: it cannot be read, there is no word in it, or it is no script.
        Cancelled: the user asked to stop.
    """
    kind = kind_of(path)
    try:
        if kind in _RECORDINGS:
            return _timed(path.stem, in_sentences(_heard(path, parts, job)), path)
        if path.suffix.lower() in _WRITTEN:
            return _written(path.stem, spoken_lines(_document(path, job)), path)
        if kind in _UNREAD:
            raise UnreadableFile(
                "it is no script (use a text, SRT, VTT, a document or a recording)"
            )
        text = _text(path)
    except UnreadableFile as error:
        raise RushesError(f"cannot read {one_line(str(path))}: {error}") from None
    if cues := subtitles(text):
        return _timed(path.stem, in_sentences(cues), path)
    return _written(path.stem, spoken_lines(text), path)


def _heard(path: Path, parts: Parts, job: Job) -> list[Timed]:
    from indexer.speech import voiced_blocks

    if parts.speech is None:
        raise UnreadableFile("no model that hears words (run `rushes models install starter`)")
    job.report("listening", 0, None, one_line(path.name))
    blocks = voiced_blocks(path.absolute(), job.check_cancelled)
    return [
        Timed(said.text, said.start_s, said.end_s)
        for said in parts.speech.segments(blocks, job.check_cancelled)
        if said.start_s is not None and said.end_s is not None
    ]


def _document(path: Path, job: Job) -> str:
    passages = (each for each in read(path, Tools(job)) if isinstance(each, Segment))
    return "\n\n".join(
        line for each in passages for line in each.text.split("\n") if line != each.heading
    )


def _text(path: Path) -> str:
    """
    Raises:
        UnreadableFile: it is not there, empty, no text, or too long.
    """
    try:
        size = path.stat().st_size
        if size > _LONGEST_BYTES:
            raise UnreadableFile(
                f"{size / 1e3:,.0f} kB are no script (use at most {_LONGEST_BYTES / 1e3:.0f} kB)"
            )
        data = path.read_bytes()
        if not data:
            raise UnreadableFile("it is empty")
    except OSError as error:
        raise UnreadableFile((error.strerror or str(error)).lower()) from None
    return data.decode(encoding_of(data[:_SAMPLE]), "replace")


def _written(name: str, lines: list[str], source: Path | None) -> Script:
    return _checked(
        Script(one_line(name), tuple(Line(each, reading_s(each)) for each in lines), True, source)
    )


def _timed(name: str, said: list[Timed], source: Path | None) -> Script:
    lines = tuple(Line(each.text, round(each.end_s - each.start_s, 3)) for each in said)
    return _checked(Script(one_line(name), lines, True, source))


def _checked(script: Script) -> Script:
    where = one_line(str(script.source)) if script.source else "the script"
    if not script.lines:
        raise WrongUsage(f"{where}: no line to find pictures for")
    if len(script.lines) > _MOST_LINES or script.seconds > _MOST_S:
        raise WrongUsage(
            f"{where}: {len(script.lines)} lines of {script.seconds / 3600:.1f} h: "
            f"use at most {_MOST_LINES} lines and {_MOST_S / 3600:.0f} h"
        )
    return script
