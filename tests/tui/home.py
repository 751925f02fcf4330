"""A home of Rushes for the command line's tests, and how they run it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import rushes
from rushes.models import ModelStore

RUSHES = (sys.executable, "-c", "from tui.cli import main; main()")
HARBOUR = "The ferry leaves the harbour at a quarter past seven, fog or no fog.\n"
OWL = "A barn owl nests in the church tower and hunts voles along the ditch.\n"
MARKUP = "[red]x[red] [link=y].txt"


@dataclass(frozen=True)
class Home:
    """A home of Rushes with the starter models, and the folder that its library is of."""

    folder: Path
    media: Path

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if "RUSHES" not in name}
        place = {
            "RUSHES_HOME": str(self.folder),
            "PYTHONPATH": str(Path(rushes.__file__).parents[1]),
        }
        return {**kept, **place, "COLUMNS": "100", **(extra or {})}

    def run(
        self, *arguments: str | Path, stdin: str = "", **extra: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run `rushes` to its end; it reads `stdin`. `extra` goes into its environment."""
        return subprocess.run(
            [*RUSHES, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            env=self.environment(extra),
            cwd=self.folder,
            timeout=120,
        )


def make_home(folder: Path, models: ModelStore) -> Home:
    home = Home(folder / "home", folder / "media")
    (home.folder / "data").mkdir(parents=True)
    (home.folder / "data/models").symlink_to(models.root, target_is_directory=True)
    home.media.mkdir()
    return home


def only_line(text: str) -> str:
    (line,) = text.splitlines()
    return line


def found(done: "subprocess.CompletedProcess[str]") -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert list(answer) == ["query", "moments", "nearest"]
    moments: list[dict[str, object]] = answer["moments"]
    return moments
