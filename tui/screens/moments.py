"""What can be done with moments that are on the contact sheet or among the selects."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.screen import Screen

from agent.events import Citation, Event, Picked, Reply, Showed
from rushes.errors import RushesError
from rushes.moment import Kind, Moment
from rushes.text import counted, one_line
from tui.at_work import AtWork
from tui.desk import Desk
from tui.verbs import Verb
from tui.widgets.chat import SourceLine
from tui.widgets.contact_sheet import ContactSheet
from tui.widgets.picks_list import PicksList

if TYPE_CHECKING:
    from agent.broll import Reel

_MARKS = (Verb.SELECT, Verb.REJECT, Verb.UP, Verb.DOWN)


class MomentsScreen(Screen[None], AtWork):
    """A screen that has a contact sheet and a list of selects.

    `question` is what the moments on the sheet were found by, for those who judge them. `found_by`
    are the words of a search of the user's own, None if a turn has brought them.
    """

    BINDINGS = [
        Binding("S", "select_all", "Select all", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.question = ""
        self.found_by: str | None = None

    def on_screen_resume(self) -> None:
        """Another screen may have put something among the selects."""
        self.query_one(PicksList).refresh_picks()

    def on_contact_sheet_wanted(self, event: ContactSheet.Wanted) -> None:
        self._do(event.verb, event.moment, event.index)

    def on_picks_list_wanted(self, event: PicksList.Wanted) -> None:
        if event.verb is Verb.PREVIEW:
            self.work("preview", self._preview_pick(event.index))
        else:
            self._do(event.verb, event.moment, None)

    def on_picks_list_export(self) -> None:
        self.action_export()

    def on_source_line_opened(self, event: SourceLine.Opened) -> None:
        self.work("source", self._open_source(event.citation))

    def action_select_all(self) -> None:
        """Put all that is on the sheet among the selects."""
        sheet = self.query_one(ContactSheet)
        wanted = {
            index: each
            for index, each in enumerate(sheet.moments)
            if each.end_s is not None or each.kind is Kind.IMAGE
        }
        if self._select(*wanted.values()):
            sheet.mark(Verb.SELECT, *wanted)

    def action_export(self) -> None:
        from tui.screens.export import ExportScreen

        self.app.push_screen(ExportScreen(self.desk))

    def show_found(self, moments: Sequence[Moment], nearest: Sequence[Moment] = ()) -> None:
        """Put what was found on the sheet, or what comes nearest."""
        title = f"{len(moments)} found" if moments else "nothing that fits"
        if nearest and not moments:
            title += "; nearest:"
        self.query_one(ContactSheet).show(moments or nearest, title)

    def lay_out(self, event: Event) -> None:
        """Put what an event brings on the sheet."""
        match event:
            case Showed(moments, _, nearest):
                self.show_found(() if nearest else moments, moments if nearest else ())
            case Picked(reel):
                clips = [
                    replace(each.moment, start_s=each.start_s, end_s=each.end_s)
                    for each in reel.picks
                ]
                self.query_one(ContactSheet).show(clips, f"reel of {len(clips)}: S selects all")
            case Reply(citations=citations, moments=moments) if citations and moments:
                title = f"{counted(len(moments), 'source')} of the answer"
                self.query_one(ContactSheet).show(moments, title)

    def put_back(self, moments: Sequence[Moment], nearest: bool, reel: "Reel | None") -> None:
        """Show on the sheet again what a turn ended with."""
        if reel is not None:
            self.lay_out(Picked(reel))
        elif moments:
            self.show_found(() if nearest else moments, moments if nearest else ())

    def want(self, verb: Verb, text: str = "") -> None:
        """Do something with the moment under the cursor."""
        moment = self.query_one(ContactSheet).current
        if moment is None:
            self.rushes.tell("nothing is on the contact sheet: look for something first")
        else:
            self._do(verb, moment, self.query_one(ContactSheet).index, text)

    def _do(self, verb: Verb, moment: Moment, index: int | None, text: str = "") -> None:
        sheet = self.query_one(ContactSheet)
        match verb:
            case Verb.PREVIEW:
                self.work("preview", self._preview(moment, index))
            case Verb.PLAY:
                self.work("play", self._play(moment))
            case Verb.SELECT:
                if not self._select(moment):
                    return
            case Verb.LIKE:
                self.work("search", self._more_like(moment))
            case Verb.GENERATE:
                self.work("generate", self._generate(moment, text))
            case Verb.UP | Verb.DOWN:
                if not self._judge(moment, verb is Verb.UP):
                    return
        if index is not None and verb in _MARKS:
            sheet.mark(verb, index)

    def _select(self, *moments: Moment) -> bool:
        """Put moments among the selects; whether that went well."""
        try:
            self.desk.picks.add(*moments)
        except RushesError as error:
            self.rushes.tell(error)
            return False
        self.query_one(PicksList).refresh_picks()
        return True

    def _judge(self, moment: Moment, right: bool) -> bool:
        """Note whether a moment answers the question; whether that went well."""
        if not self.question:
            self.rushes.tell("thumbs judge what a question found: ask one first")
            return False
        try:
            file = self.desk.judge(self.question, moment, right)
        except RushesError as error:
            self.rushes.tell(error)
            return False
        self.app.notify(f"noted for `rushes eval {one_line(str(file))}`", markup=False)
        return True

    async def _preview(self, moment: Moment, index: int | None) -> None:
        from tui.screens.preview import PreviewScreen

        seen = await self.app.push_screen_wait(PreviewScreen(self.desk, moment))
        if seen is None:
            return
        if index is not None:
            sheet = self.query_one(ContactSheet)
            if sheet.moments[index : index + 1] == (moment,):
                sheet.replace(index, seen.moment)
            else:  # a turn has put others there meanwhile
                index = None
        if seen.verb is not None:
            self._do(seen.verb, seen.moment, index)

    async def _preview_pick(self, index: int) -> None:
        """Look at a select: the points that are set there are its own."""
        from tui.screens.preview import PreviewScreen

        picks = self.desk.picks
        pick = picks.picks[index]
        seen = await self.app.push_screen_wait(PreviewScreen(self.desk, pick.moment))
        if seen is None:
            return
        if seen.moment != pick.moment and picks.picks[index : index + 1] == (pick,):
            picks.cut(index, seen.moment)
            self.query_one(PicksList).refresh_picks()
        if seen.verb not in (None, Verb.SELECT):  # it is one already
            self._do(seen.verb, seen.moment, None)

    async def _play(self, moment: Moment) -> None:
        from tui.player import open_at

        opened = await asyncio.to_thread(open_at, moment.path, moment.start_s, moment.page)
        self.app.notify(opened, markup=False)

    async def _open_source(self, citation: Citation) -> None:
        from tui.player import open_at

        opened = await asyncio.to_thread(open_at, citation.path, citation.start_s, citation.page)
        self.app.notify(opened, markup=False)

    async def _more_like(self, moment: Moment) -> None:
        results = await self.desk.more_like(moment)
        self.question = self.found_by = ""
        self.show_found(results.moments, results.nearest)

    async def _generate(self, moment: Moment, prompt: str) -> None:
        from tui.screens.generate import GenerateScreen
        from tui.screens.making import MakingScreen

        order = await self.app.push_screen_wait(GenerateScreen(self.desk, moment, prompt))
        if order is not None:
            self.desk.works.add(order)
            self.app.push_screen(MakingScreen(self.desk, order.id))
