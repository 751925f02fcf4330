"""The log: a file that `rushes doctor` names, never the screen."""

import logging
from logging.handlers import RotatingFileHandler

from rushes.paths import paths


def log_to_file() -> None:
    """Send what the packages log to `rushes.log`, kept below 2 MB. Silent if it cannot be."""
    folder = paths().log
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            folder / "rushes.log", maxBytes=1_000_000, backupCount=1, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()  # a log that cannot be written must not stop the work
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.INFO)
