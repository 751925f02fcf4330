"""One turn: what the user wants is told from their words, done with the tools, and replied."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

from agent import background, followups, requests
from agent.answering import Answered, answer, sought
from agent.bounds import path_text
from agent.drawing_tool import GENERATE
from agent.ellipsis import resolved
from agent.events import Event, Noticed, Picked, Reply, Said, Showed
from agent.followups import Followup, follow_up
from agent.forms import Ask, AskLike, Brief, Cut, Draw, Folder, Found, Hand, Larger, Nothing
from agent.making_tools import INDEX, TIMELINE, UNNAMED, UPSCALE
from agent.mentions import among, pointed, within
from agent.planner import plan
from agent.reading_tools import PROPOSE, SEARCH, SIMILAR, STATUS
from agent.requests import Want, understand
from agent.steps import Steps
from agent.table import Table, apart
from agent.tools import Kit
from indexer.query import Query, QueryError, parse
from rushes.errors import RushesError, UnreadableFile
from rushes.jobs import Job
from rushes.moment import Moment
from rushes.text import counted, one_line

_SHOWN = 10
_SECONDS = 5.0  # of a shot that is made, if the user does not say
_GREETING = (
    "I look through your footage, pictures and documents. Ask for a shot (“wide shots of the "
    "harbour”), ask what someone said or wrote, ask for b-roll about a subject, or say what to do "
    "with what is on the table: “the second one, but longer”, “export these as EDL”."
)


class Turn:
    """One turn under way: `table` and `reply` are what it has come to. `tell` hears of steps."""

    def __init__(self, table: Table, tell: Callable[[Event], None]) -> None:
        self.table = table
        self.steps = Steps(tell)
        self.reply = Reply()
        self._only: tuple[Path, ...] = ()

    async def run(self, words: str, kit: Kit, job: Job) -> AsyncIterator[Event]:
        """
        Raises:
            RushesError: it cannot be done.
            Cancelled: the user asked to stop.
        """
        if "@" in words:
            before = self.table
            meant = await background.run(job, lambda: pointed(words, before, kit))
            words, self.table, self._only = meant.words, meant.table, meant.paths
            if self.table is not before:  # what is numbered is to be seen
                yield Showed(self.table.moments, "")
            if not words:
                async for event in self._find(Query(), kit, job):
                    yield event
                return
        wish = follow_up(words, self.table.chosen)
        if wish is not None and not self.table.is_empty:
            async for event in self._follow(wish, kit, job):
                yield event
            return
        if isinstance(wish, followups.Generate | followups.Upscale):
            raise RushesError("there is nothing to make it from yet: find a moment first")
        words = resolved(words, self.table.question)
        wants = understand(words)
        plans = kit.model is not None and kit.model.abilities.plans
        # A model that plans may decide what to do, unless code is sure of it.
        is_open = isinstance(wants[0], requests.Answer | requests.Find) and not self._only
        events = self._planned(words, kit, job) if plans and is_open else self._do(wants, kit, job)
        async for event in events:
            yield event

    async def _do(self, wants: tuple[Want, ...], kit: Kit, job: Job) -> AsyncIterator[Event]:
        match wants[0]:
            case requests.Answer(question):
                events = self._answer(question, wants[1:], kit, job)
            case requests.Find(query):
                events = self._find(_parsed(query), kit, job)
            case requests.MakeReel(brief):
                events = self._reel(brief, kit, job)
            case requests.Export(out, ending):
                events = self._export(out or _free(kit, UNNAMED, ending), kit, job)
            case requests.Index(folder):
                events = self._index(folder, kit, job)
            case requests.Tell():
                events = self._tell(kit, job)
            case requests.Chat():
                events = self._say(_GREETING)
        async for event in events:
            yield event

    async def _follow(self, wish: Followup, kit: Kit, job: Job) -> AsyncIterator[Event]:
        table = self.table
        match wish:
            case followups.Narrow(more):
                events = self._find(table.narrowed(more), kit, job)
            case followups.Unlike(number, how):
                query, other = table.otherwise(number, how), table.moment(number)
                events = self._find(query, kit, job, other=other)
            case followups.More():
                events = self._find(table.query, kit, job, limit=len(table.moments) + _SHOWN)
            case followups.Similar(number, more):
                events = self._similar(table.moment(number), more, kit, job)
            case followups.Choose(numbers):
                events = self._choose(numbers)
            case followups.Trim():
                events = self._trim(wish)
            case followups.Upscale():
                events = self._upscale(wish, kit, job)
            case followups.Generate():
                events = self._generate(wish, kit, job)
        async for event in events:
            yield event

    async def _answer(
        self, question: str, otherwise: tuple[Want, ...], kit: Kit, job: Job
    ) -> AsyncIterator[Event]:
        """The answer; where there is none, what else the words can have meant."""
        found = await sought(question, kit, self.steps, job, self._only)
        if otherwise and not found.sources:
            async for event in self._do(otherwise, kit, job):
                yield event
            return
        into = Answered()
        try:
            async for event in answer(found, kit.model, job, into):
                yield event
        finally:
            self._put(into, question)

    async def _planned(self, words: str, kit: Kit, job: Job) -> AsyncIterator[Event]:
        into = Answered()
        try:
            async for event in plan(words, self.table, kit, self.steps, job, into):
                yield event
        finally:
            self._put(into, words)

    def _put(self, into: Answered, question: str) -> None:
        if into.text or into.moments:  # else it was stopped, or failed, before it found anything
            self.table = Table(Query(words=question), into.moments, question=question)
        self.reply = replace(
            self.reply,
            text=into.text,
            citations=tuple(into.citations),
            moments=into.moments,
            refused=into.refused,
            dropped=into.dropped,
        )

    async def _find(
        self, query: Query, kit: Kit, job: Job, limit: int = _SHOWN, other: Moment | None = None
    ) -> AsyncIterator[Event]:
        query = within(query, self._only)
        form = Ask(query=str(query), limit=min(50, limit))
        found = await self.steps.use(SEARCH, kit, form, form.query, job)
        for event in self._shown(found, query, other):
            yield event

    async def _similar(self, moment: Moment, more: str, kit: Kit, job: Job) -> AsyncIterator[Event]:
        form = AskLike(path=path_text(moment.path), at_s=moment.start_s, words=more, limit=_SHOWN)
        about = f"{moment.path.name} {more}"
        found = await self.steps.use(SIMILAR, kit, form, about, job)
        for event in self._shown(found, Query(words=more), moment):
            yield event

    def _shown(self, found: Found, query: Query, other: Moment | None) -> list[Event]:
        moments = among(found.results.moments, self._only)
        if other is not None:
            moments = apart(moments, other)
        nearest = () if moments else among(found.results.nearest, self._only)
        told = _told(len(moments), len(nearest))
        if moments or not self.table.moments:
            self.table = Table(query, moments or nearest)
        self.reply = replace(self.reply, text=told, moments=moments or nearest, refused=not moments)
        return [
            Said(told),
            Showed(moments or nearest, str(query), nearest=not moments),
        ]

    async def _choose(self, numbers: tuple[int, ...]) -> AsyncIterator[Event]:
        moments = tuple(self.table.moment(number) for number in numbers)
        if len(numbers) == 1:
            count = (
                len(self.table.moments) if self.table.reel is None else len(self.table.reel.picks)
            )
            number = count if numbers[0] == -1 else numbers[0]
            self.table = replace(self.table, chosen=number)
        else:
            self.table = Table(self.table.query, moments)
        self.reply = replace(self.reply, moments=moments)
        yield Showed(moments, str(self.table.query))

    async def _trim(self, trim: followups.Trim) -> AsyncIterator[Event]:
        from rushes.media import probe

        before = self.table.moment(trim.number)
        try:
            duration_s = probe(before.path).duration_s
        except UnreadableFile as error:
            raise RushesError(f"cannot read {before.path.name}: {error}") from None
        self.table = self.table.trimmed(trim, duration_s)
        moment = self.table.moment(self.table.chosen)
        seconds = (moment.end_s or 0.0) - (moment.start_s or 0.0)
        told = f"Number {self.table.chosen} is {seconds:.1f} s long now."
        self.reply = replace(self.reply, text=told, moments=(moment,))
        yield Said(told)
        yield Showed((moment,), str(self.table.query))

    async def _reel(self, brief: str, kit: Kit, job: Job) -> AsyncIterator[Event]:
        if self._only:
            yield Noticed("clips for it are looked for in the whole library, not in one file")
        proposed = await self.steps.use(PROPOSE, kit, Brief(brief=brief), brief, job)
        reel = proposed.reel
        seconds = sum(pick.seconds for pick in reel.picks)
        told = f"{counted(len(reel.picks), 'clip')}, {seconds:.0f} s"
        gaps = len(reel.gaps)
        told += f"; {counted(gaps, 'line')} {'has' if gaps == 1 else 'have'} none." if gaps else "."
        self.table = Table(reel=reel)
        self.reply = replace(self.reply, text=told, reel=reel, refused=not reel.picks)
        yield Said(told)
        yield Picked(reel)

    async def _export(self, out: str, kit: Kit, job: Job) -> AsyncIterator[Event]:
        selects = self.table.selects()
        if not selects:
            raise RushesError(
                "there is nothing to export yet: find moments or ask for b-roll first"
                if self.table.is_empty
                else "only stretches of films and recordings and stills can be exported: none is "
                "among these"
            )
        form = Hand(
            selects=[
                Cut(path=path_text(s.path), start_s=s.start_s, end_s=s.end_s, name=s.name)
                for s in selects
            ],
            out=out,
        )
        made = await self.steps.use(TIMELINE, kit, form, out, job)
        told = f"{counted(len(selects), 'clip')} written to {one_line(made.path)}"
        self.reply = replace(self.reply, text=told, made=(kit.bounds.writable(out),))
        yield Said(told)

    async def _upscale(self, wish: followups.Upscale, kit: Kit, job: Job) -> AsyncIterator[Event]:
        moment = self.table.moment(wish.number)
        out = _free(kit, f"{moment.path.stem}-4k", ".mp4")
        form = Larger(
            path=path_text(moment.path), start_s=moment.start_s, end_s=moment.end_s, out=out
        )
        made = await self.steps.use(UPSCALE, kit, form, moment.path.name, job)
        self.reply = replace(self.reply, text=made.summary, made=(kit.bounds.writable(out),))
        yield Said(made.summary)

    async def _generate(self, wish: followups.Generate, kit: Kit, job: Job) -> AsyncIterator[Event]:
        moment = self.table.moment(wish.number)
        out = _free(kit, f"{moment.path.stem}-new", ".mp4")
        form = Draw(
            path=path_text(moment.path),
            start_s=moment.start_s,
            end_s=moment.end_s,
            prompt=wish.prompt,
            seconds=wish.seconds or _SECONDS,
            out=out,
        )
        made = await self.steps.use(GENERATE, kit, form, wish.prompt or moment.path.name, job)
        for why in made.passed_over:
            yield Noticed(why)
        self.reply = replace(self.reply, text=made.summary, made=(kit.bounds.writable(out),))
        yield Said(made.summary)

    async def _index(self, folder: str, kit: Kit, job: Job) -> AsyncIterator[Event]:
        done = await self.steps.use(INDEX, kit, Folder(folder=folder), folder, job)
        self.reply = replace(self.reply, text=done.summary)
        yield Said(done.summary)

    async def _tell(self, kit: Kit, job: Job) -> AsyncIterator[Event]:
        held = await self.steps.use(STATUS, kit, Nothing(), "", job)
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(held.files.items()))
        told = f"{sum(held.files.values())} files ({kinds or 'none'})"
        told += f", {held.footage_s / 60:.1f} minutes of footage."
        self.reply = replace(self.reply, text=told)
        yield Said(told)

    async def _say(self, text: str) -> AsyncIterator[Event]:
        self.reply = replace(self.reply, text=text)
        yield Said(text)


def _parsed(query: str) -> Query:
    """The query, or its words as they stand where they only look like filters."""
    try:
        return parse(query)
    except QueryError:
        return Query(words=query)


def _free(kit: Kit, stem: str, ending: str) -> str:
    """A name for a file that the user gave none: of no file that is there."""
    names = (f"{stem}{number}{ending}" for number in ("", *(f"-{i}" for i in range(2, 1000))))
    return next(name for name in names if not kit.bounds.writable(name).exists())


def _told(fitting: int, nearest: int) -> str:
    if fitting:
        return "One moment fits." if fitting == 1 else f"{fitting} moments fit."
    return "Nothing fits; the nearest:" if nearest else "Nothing fits."
