"""Tools that only read: search, look, read, find similar, propose a reel, say what is there."""

import math

from agent.bounds import path_text
from agent.broll import plan_reel
from agent.forms import (
    Ask,
    AskLike,
    At,
    Brief,
    Found,
    FoundMoment,
    Gap,
    Held,
    Looked,
    Nothing,
    Pick,
    Picture,
    Proposed,
    Read,
    Stretch,
    Words,
)
from agent.script import script_of
from agent.tools import Kit, Tool
from indexer.descriptions import describe_picture
from indexer.query import Query, parse
from indexer.reading import Passage, Shown
from indexer.segments import Origin
from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.place import Place
from rushes.text import one_line

_NEAR_S = 15.0  # around a moment, what is said belongs to it
_MOST_PASSAGES = 60


def _search(kit: Kit, form: Ask, job: Job) -> Found:
    del job
    query = parse(form.query)
    if query.is_empty:
        raise RushesError("nothing is asked for")
    results = kit.library.search(query, form.limit)
    if not (results.moments or results.nearest) and not kit.library.status().files:
        raise RushesError("the library holds no file yet: run `rushes index FOLDER`")
    return Found.of(results, str(query))


def _similar(kit: Kit, form: AskLike, job: Job) -> Found:
    del job
    path = kit.bounds.readable(form.path)
    query = Query(words=form.words, like=(Place(path, form.at_s),))
    return Found.of(kit.library.search(query, form.limit), str(query))


def _look(kit: Kit, form: At, job: Job) -> Looked:
    path = kit.bounds.readable(form.path)
    pictures = kit.library.pictures([path])
    words = kit.library.passages([path])
    if not pictures and not words:
        raise RushesError(f"the library holds nothing of {path.name}")
    at = next((i for i, each in enumerate(pictures) if _shows(each, form)), None)
    near = [each for each in words if _is_near(each, form)]
    if at is not None and not any(_describes(each, pictures[at]) for each in words):
        near = [*_described_now(kit, pictures[at], job), *near]
    kind = (pictures or words)[0].kind

    def picture(number: int | None) -> Picture | None:
        there = number is not None and 0 <= number < len(pictures)
        return Picture.of(pictures[number]) if there and number is not None else None

    return Looked(
        path=path_text(path),
        kind=kind,
        picture=picture(at),
        words=[Words.of(each) for each in near[:_MOST_PASSAGES]],
        before=picture(None if at is None else at - 1),
        after=picture(None if at is None else at + 1),
    )


def _describes(passage: Passage, shown: Shown) -> bool:
    return passage.origin is Origin.DESCRIBED and passage.start_s == shown.start_s


def _described_now(kit: Kit, shown: Shown, job: Job) -> list[Passage]:
    """What a model says of a shot that it has not described yet; without one, nothing."""
    try:
        text = describe_picture(shown, kit.library.searcher().parts, job)
    except (RushesError, OSError) as error:  # what else is known of the shot is worth having
        job.report("describing the shot", 1, 1, f"not described: {one_line(str(error))}")
        return []
    place = (shown.start_s, shown.end_s, shown.page)
    return [Passage(shown.path, shown.kind, text, Origin.DESCRIBED, *place)] if text else []


def _read(kit: Kit, form: Stretch, job: Job) -> Read:
    del job
    path = kit.bounds.readable(form.path)
    wanted = [each for each in kit.library.passages([path]) if _is_within(each, form)]
    return Read(
        path=path_text(path),
        passages=[Words.of(each) for each in wanted[:_MOST_PASSAGES]],
        more=len(wanted) > _MOST_PASSAGES,
    )


def _propose(kit: Kit, form: Brief, job: Job) -> Proposed:
    reel = plan_reel(script_of(form.brief, kit.model, job), kit.library, job)
    return Proposed(
        name=reel.name,
        picks=[
            Pick(
                line=pick.line.text,
                path=path_text(pick.moment.path),
                start_s=pick.start_s,
                end_s=pick.end_s,
            )
            for pick in reel.picks
        ],
        gaps=[
            Gap(
                line=gap.line.text,
                seconds=gap.seconds,
                nearest=FoundMoment.of(gap.nearest) if gap.nearest else None,
                prompt=gap.prompt,
            )
            for gap in reel.gaps
        ],
        reel=reel,
    )


def _status(kit: Kit, form: Nothing, job: Job) -> Held:
    del form, job
    status = kit.library.status()
    return Held(
        roots=[path_text(root) for root in status.roots],
        files={str(kind): count for kind, count in status.files.items()},
        footage_s=round(status.footage_s, 1),
        words=status.segments,
        pictures=status.frames,
        failed=len(status.failed),
    )


def _shows(shown: Shown, at: At) -> bool:
    if at.page is not None:
        return shown.page == at.page
    if at.at_s is None or shown.start_s is None or shown.end_s is None:
        return True
    return shown.start_s <= at.at_s < shown.end_s


def _is_near(passage: Passage, at: At) -> bool:
    if at.page is not None:
        return passage.page == at.page
    if at.at_s is None or passage.start_s is None or passage.end_s is None:
        return True
    return passage.start_s - _NEAR_S <= at.at_s <= passage.end_s + _NEAR_S


def _is_within(passage: Passage, wanted: Stretch) -> bool:
    if wanted.page is not None and passage.page != wanted.page:
        return False
    begin_s = 0.0 if wanted.start_s is None else wanted.start_s
    end_s = math.inf if wanted.end_s is None else wanted.end_s
    if passage.start_s is None or passage.end_s is None:
        return True
    return passage.start_s < end_s and passage.end_s > begin_s


SEARCH = Tool("search", "Find moments: what is said, written or seen.", Ask, Found, _search)
LOOK = Tool("look", "Look at a moment: its words, labels, facts and neighbours.", At, Looked, _look)
READ = Tool("read", "Read the words of a file, or of a part of it.", Stretch, Read, _read)
SIMILAR = Tool("similar", "Find what looks like a moment or picture.", AskLike, Found, _similar)
PROPOSE = Tool("propose", "Propose clips for a brief or a script.", Brief, Proposed, _propose)
STATUS = Tool("status", "Say what the library holds.", Nothing, Held, _status)
