"""Where Rushes keeps its files. `RUSHES_HOME` moves all of them."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """The folders of one installation. None is created by looking it up."""

    config_file: Path
    data: Path
    cache: Path
    log: Path

    @property
    def models(self) -> Path:
        return self.data / "models"

    @property
    def library(self) -> Path:
        return self.data / "library"


def paths() -> Paths:
    """The folders in force now: under `RUSHES_HOME` if set, else where the system keeps such."""
    home = os.environ.get("RUSHES_HOME")
    if home:
        root = expanded(home).absolute()
        return Paths(root / "config.toml", root / "data", root / "cache", root / "log")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("rushes", appauthor=False)
    return Paths(
        Path(dirs.user_config_dir) / "config.toml",
        Path(dirs.user_data_dir),
        Path(dirs.user_cache_dir),
        Path(dirs.user_log_dir),
    )


def expanded(path: str | Path) -> Path:
    """The path with its `~` put in full, as shells do it: `~name` of nobody stays as it is."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)
