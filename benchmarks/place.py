"""Where benchmarks find their media and models, and how they run a program."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.media import Footage, hd_footage, uhd_hour
from rushes.jobs import Job
from rushes.models import ModelStore, load_catalogue
from rushes.models.install import install
from tui.demo import fetch_media

# Between us and a program, for two reasons: a process is said to need at least what the one needed
# that made it, and what the program leaves behind must be waited for to be counted (on Linux).
_BETWEEN = """
import ctypes, json, os, resource, sys, time
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
began = time.perf_counter()
process = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status = os.waitpid(process, 0)
wall_s = time.perf_counter() - began
try:
    while True:
        os.wait()
except ChildProcessError:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
told = wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss
os.write(int(sys.argv[1]), json.dumps(told).encode())
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""


@dataclass(frozen=True)
class Run:
    """A finished program: seconds of wall and processor time, and its largest memory in MB.

    Processes that it started count, too: the time of all, the memory of the largest.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    output: str


@dataclass(frozen=True)
class Place:
    """A folder that keeps what is large: media, models, footage. Deleting it costs minutes."""

    folder: Path

    @cached_property
    def media(self) -> Path:
        fetch_media(self.folder / "media", Job())
        return self.folder / "media"

    @cached_property
    def store(self) -> ModelStore:
        store = ModelStore(self.home / "data" / "models")
        install(load_catalogue().profile("starter"), store, Job())
        return store

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def hd(self) -> Footage:
        return hd_footage(self.folder, self.media)

    def uhd(self) -> Path:
        return uhd_hour(self.folder, self.media)

    def rushes(self, *arguments: str | Path) -> Run:
        """Run the command line as a user does, with the starter models."""
        self.store.path(load_catalogue().get("all-minilm-l6-v2"))
        return self.run(
            [sys.executable, "-c", "from tui.cli import main; main()", *map(str, arguments)]
        )

    def run(self, command: list[str]) -> Run:
        """Run a program to its end and measure it.

        Raises:
            RuntimeError: it failed.
        """
        environment = {**os.environ, "RUSHES_HOME": str(self.home)}
        with (
            tempfile.TemporaryFile() as output,
            tempfile.TemporaryFile() as errors,
            tempfile.TemporaryFile() as told,
        ):
            between = [sys.executable, "-S", "-c", _BETWEEN, str(told.fileno())]
            code = subprocess.call(
                [*between, *command],
                stdout=output,
                stderr=errors,
                env=environment,
                pass_fds=[told.fileno()],
            )
            for each in (output, errors, told):
                each.seek(0)
            if code != 0:
                raise RuntimeError(f"{command} failed: {errors.read()[-800:].decode()}")
            wall_s, cpu_s, peak = json.loads(told.read())
            scale = 1e6 if sys.platform == "darwin" else 1e3
            return Run(wall_s, cpu_s, peak / scale, output.read().decode())
