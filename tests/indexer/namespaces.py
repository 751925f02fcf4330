"""Programs of tests that mount drives and set limits: in a namespace of their own, on Linux."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def _can_unshare() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        return subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0
    except OSError:
        return False


namespaces = pytest.mark.skipif(not _can_unshare(), reason="no user may mount here (unshare -rm)")


def apart(program: str, *arguments: str | Path) -> str:
    """What a program prints that may mount drives and set limits of its own."""
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
