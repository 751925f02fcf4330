"""The slash commands in the command palette."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.commands import COMMANDS, Command
from tui.widgets.prompt import Prompt


class CommandHits(Provider):
    """A command that needs words goes to the prompt, any other is done at once."""

    async def discover(self) -> Hits:
        for command in self._known():
            yield DiscoveryHit(_shown(command), partial(self._call, command), help=command.about)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._known():
            score = max(matcher.match(command.name), matcher.match(command.about) * 0.9)
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(_shown(command)),
                    partial(self._call, command),
                    help=command.about,
                )

    def _known(self) -> tuple[Command, ...]:
        return COMMANDS if self.screen.query(Prompt) else ()

    def _call(self, command: Command) -> None:
        prompt = self.screen.query_one(Prompt)
        if command.needs_words:
            prompt.begin(f"/{command.name} ")
        else:
            prompt.post_message(Prompt.Sent(f"/{command.name}"))


def _shown(command: Command) -> str:
    usage = command.usage.replace("[", "(").replace("]", ")")  # here they would be markup
    return f"/{command.name} {usage}".strip()
