"""The desk: the conversation, the contact sheet, the selects, and where to type."""

import asyncio
import gc
import time
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from agent.events import Reply
from rushes.errors import RushesError
from rushes.jobs import Job, Progress
from rushes.moment import Moment
from rushes.paths import expanded
from tui.completing import Completer
from tui.desk import Desk
from tui.screens.moments import MomentsScreen
from tui.verbs import Verb
from tui.widgets.chat import Chat, ShownLine, TurnView
from tui.widgets.contact_sheet import ContactSheet
from tui.widgets.jobs_line import JobsLine
from tui.widgets.keys_line import KeysLine
from tui.widgets.picks_list import PicksList
from tui.widgets.prompt import Prompt
from tui.widgets.top_line import TopLine
from tui.work.made import told_line
from tui.work.order import Standing, State

if TYPE_CHECKING:
    from indexer.report import Status


_FILLING = ("index", "generate", "upscale", "roots")
"""Commands after which a library holds something else."""

_LOOK_EVERY_S = 1.0  # whether a library that is being made has its first files


class MainScreen(MomentsScreen):
    """Where everything begins. On a narrow terminal it shows one pane at a time."""

    CSS_PATH = "main.tcss"
    BINDINGS = [
        Binding("escape", "stop", "Stop", show=False),
        Binding("f2", "pane('chat')", "Chat", priority=True),
        Binding("f3", "pane('found')", "Found", priority=True),
        Binding("f4", "pane('picks')", "Selects", priority=True),
        Binding("f8", "history", "History", priority=True),
        Binding("slash", "type('/')", "Command", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._looked_s = 0.0
        self._turns: list[Job] = []  # those that were begun and are not over
        self._one_at_a_time = asyncio.Lock()
        self._laid: tuple[Moment, ...] = ()  # what was on the sheet when the last turn ended

    def compose(self) -> ComposeResult:
        yield TopLine()
        with Horizontal(id="panes"):
            yield Chat()
            with Vertical(id="side"):
                yield ContactSheet(self.desk.pictures)
                yield PicksList(self.desk.picks)
        yield Prompt(self._completer())
        yield JobsLine()
        yield KeysLine()

    def on_mount(self) -> None:
        self.action_pane("chat")
        # Once the screen is drawn: what is loaded then would only hold it up.
        self.call_after_refresh(lambda: self.work("opening", self._open()))

    def on_prompt_sent(self, event: Prompt.Sent) -> None:
        from tui.commands import command_of

        try:
            called = command_of(event.text)
        except RushesError as error:
            self.rushes.tell(error)
            return
        if called is None:
            self._ask(event.text)
        else:
            command, rest = called
            self.run_command(command.name, rest)

    def run_command(self, name: str, rest: str = "") -> None:
        """Do what a slash command says: see `tui.commands`."""
        match name:
            case "search" if rest:
                self.work("search", self._search(rest))
            case "broll" if rest:
                self._ask(f"a reel: {rest}")
            case "generate":
                self.want(Verb.GENERATE, rest)
            case "index":
                self.work("index", self._index(rest))
            case "model":
                self.work("model", self._model(rest))
            case "clear":
                self.work("turn", self._begin_anew(), exclusive=False)
            case "quit":
                self.rushes.action_leave()
            case "theme":
                self._theme(rest)
            case "history":
                self.work("history", self._resume(rest))
            case "jobs" | "library" | "settings":
                self.rushes.action_go(name)
            case "help":
                self.rushes.action_keys()
            case "export":
                self.action_export()
            case "selects":
                self.action_pane("picks")
            case _:
                self.rushes.tell(f"/{name} needs to know what: see /help")

    def _theme(self, name: str) -> None:
        from tui.setting_values import settings_of

        if not self.rushes.use_theme(name):
            self.app.action_change_theme()
            return
        try:
            theme = next(each for each in settings_of(self.desk.settings) if each.name == "theme")
            self.desk.change_setting(theme, name)
        except RushesError as error:
            self.rushes.tell(error)

    def on_shown_line_opened(self, event: ShownLine.Opened) -> None:
        self.put_back(event.moments, event.nearest, event.reel)
        self.found_by = ""

    def action_stop(self) -> None:
        """Esc ends a turn that is under way, or else leaves the prompt."""
        if self._turns:
            self._stop_turns()
        elif isinstance(self.focused, Prompt):
            self.set_focus(self.query_one(ContactSheet))
        else:
            self.set_focus(self.query_one(Prompt))

    def action_pane(self, name: str) -> None:
        """Go to a pane, which on a narrow terminal hides the others."""
        for each in ("chat", "found", "picks"):
            self.set_class(each == name, f"-at-{each}")
        # At once, and not when it is drawn: what has been typed meanwhile is meant for that pane.
        self.app.stylesheet.update(self)
        targets: dict[str, Widget] = {
            "chat": self.query_one(Prompt),
            "found": self.query_one(ContactSheet),
            "picks": self.query_one(PicksList).taking_focus,
        }
        self.set_focus(targets[name])

    def action_type(self, text: str) -> None:
        """Go to the prompt, beginning with `text`."""
        self.query_one(Prompt).begin(text)

    def action_history(self) -> None:
        self.work("history", self._resume())

    def show_work(self, standing: Standing) -> None:
        """Tell of work that began, went on or ended."""
        if not self.is_mounted:
            return
        self.query_one(JobsLine).show(self.desk.works.standings)
        is_done = standing.state is State.DONE
        has_filled = is_done and standing.order.command[0] in _FILLING
        if has_filled or self._is_first_seen(standing):
            self.look_again()
        if standing.state is State.DONE and (told := told_line(standing.order, standing.told)):
            self.app.notify(told, markup=False)
        if standing.state is State.FAILED:
            self.rushes.tell(f"{standing.order.title}: {standing.told}")

    def look_again(self) -> None:
        """Tell anew what the library holds."""
        self.work("status", self._show_status())

    def _is_first_seen(self, standing: Standing) -> bool:
        """Whether a library that is just being made may have its first files."""
        if standing.order.command[0] != "index" or standing.state is not State.RUNNING:
            return False
        looks = any(each.name == "status" and each.is_running for each in self.workers)
        rests = time.monotonic() - self._looked_s < _LOOK_EVERY_S
        if looks or rests or self.query_one(TopLine).has_files:
            return False
        self._looked_s = time.monotonic()
        return True

    async def _open(self) -> None:
        """What one step cannot do is told, and does not keep the others from being done."""
        for step in (self._take_up, self._look_first, self._remember, self._warm_up):
            try:
                await step()
            except RushesError as error:
                self.rushes.tell(error)

    async def _take_up(self) -> None:
        self.desk.works.resume()

    async def _look_first(self) -> None:
        held = await self._show_status()
        if held is None and not self.desk.works.is_busy:
            from tui.screens.first_run import FirstRunScreen

            folders = await self.app.push_screen_wait(FirstRunScreen(self.desk))
            if folders:
                self.desk.order_index(folders)

    async def _remember(self) -> None:
        self.query_one(Prompt).remember(await asyncio.to_thread(self.desk.asked_before))

    async def _warm_up(self) -> None:
        if reason := await self.desk.warm_up():
            self.app.notify(reason, markup=False)
        # What is loaded by now stays: the collector need not look through it while one scrolls.
        gc.freeze()

    async def _show_status(self) -> "Status | None":
        held = await self.desk.status()
        self.query_one(TopLine).show(held)
        return held

    async def _search(self, words: str) -> None:
        results = await self.desk.search(words)
        self.question = self.found_by = words
        self.show_found(results.moments, results.nearest)
        self.action_pane("found")

    def _ask(self, text: str) -> None:
        """Say something to the agent. A turn that is under way is stopped for it."""
        self._stop_turns()
        view = self.query_one(Chat).begin(text)
        self.action_pane("chat")

        def tell(progress: Progress) -> None:  # from the threads of tools
            self.app.call_later(view.progress, progress)

        job = Job(tell)
        self._turns.append(job)
        self.work("turn", self._follow(text, job, view), exclusive=False)

    def _stop_turns(self) -> None:
        for job in self._turns:
            job.cancel()

    async def _follow(self, text: str, job: Job, view: TurnView) -> None:
        try:
            async with self._one_at_a_time:  # the one before ends in a moment, and says so
                self.question = text
                self._lay_table()
                async for event in self.desk.turn(text, job):
                    self.lay_out(event)
                    await view.show(event)
                    if isinstance(event, Reply):
                        await self.desk.keep(text, event)
                self._is_laid()
        finally:
            self._turns.remove(job)

    def _lay_table(self) -> None:
        """What the user sees is what a follow-up is about."""
        shown = self.query_one(ContactSheet).moments
        if shown != self._laid:
            self.desk.lay(shown, self.found_by)

    def _is_laid(self) -> None:
        """What is on the sheet now is on the table."""
        self._laid, self.found_by = self.query_one(ContactSheet).moments, None

    async def _index(self, rest: str) -> None:
        folders = [expanded(rest).absolute()] if rest else []
        self.desk.order_index(folders)

    async def _resume(self, words: str = "") -> None:
        from tui.screens.history import HistoryScreen

        kept = await self.app.push_screen_wait(HistoryScreen(self.desk, words))
        if kept is not None:
            turns = await self.desk.resume(kept)
            await self.query_one(Chat).resume(turns)
            self.question = kept.question
            self.put_back(kept.moments, kept.refused, kept.reel)
            self._is_laid()
            self.action_pane("chat")

    async def _begin_anew(self) -> None:
        self._stop_turns()
        async with self._one_at_a_time:
            await self.query_one(Chat).clear()
            self.desk.begin_anew()
            self._is_laid()

    async def _model(self, words: str) -> None:
        from tui.language import chosen
        from tui.screens.model import ModelScreen

        choices = await asyncio.to_thread(self.desk.language_choices)
        if words:
            choice = chosen(choices, words, self.desk.settings)
        else:
            picked = await self.app.push_screen_wait(ModelScreen(choices, self.desk.language))
            if picked is None:
                return
            choice = picked
        await self.desk.use_language(choice)
        self.app.notify(f"{choice.name} answers in this session", markup=False)

    def _completer(self) -> Completer:
        """What can be meant by what is typed here."""
        return Completer(
            files=lambda: self.desk.library.files(),
            moments=lambda: self.query_one(ContactSheet).moments,
            selects=lambda: [each.select for each in self.desk.picks.picks],
            arguments={
                "model": lambda: [(c.name, c.about) for c in self.desk.language_choices()],
                "theme": lambda: [(name, "") for name in self.app.available_themes],
            },
        )
