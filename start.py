#!/usr/bin/env python3
"""Set Rushes up beside this file and try it. Needs nothing but Python.

    python3 start.py demo     install, index real footage and speech, search it, make films of it
    python3 start.py test     run the tests
    python3 start.py stress   run the tests that take long
    python3 start.py check    ruff, mypy and the contracts between the packages
    python3 start.py screenshots    take the pictures of the app in docs/, from the demo

Everything goes into .venv and, for the demo, demo-library; both can be deleted at any time.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
DEMO = HERE / "demo-library"
OLDEST_PYTHON = (3, 11)
NEEDED_GB = 9


def main(arguments: list[str]) -> int:
    commands = {
        "demo": demo,
        "test": test,
        "stress": stress,
        "check": check,
        "screenshots": screenshots,
    }
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 2
    started = time.monotonic()
    code = commands[arguments[0]](arguments[1:])
    print(f"{arguments[0]}: {'done' if code == 0 else 'failed'} in {elapsed(started)}", flush=True)
    return code


def demo(arguments: list[str]) -> int:
    if not install("labels", "upscale", "language"):
        return 1
    rushes = str(BIN / "rushes")
    return (
        run("getting the starter models", [rushes, "models", "install", "starter"])
        or run("indexing and searching the demo", [rushes, "demo", str(DEMO), *arguments])
        or say_how_to_go_on()
    )


def test(arguments: list[str]) -> int:
    if not install("labels", "upscale", "language", "generate", "dev"):
        return 1
    # A file's tests stay together: what they share is made once. Models take a GB a process. One
    # process more than there are processors, since tests wait for the commands that they start; in
    # order, since the files with few tests are the ones that take long.
    processes = str(min(4, (os.cpu_count() or 1) + 1))
    beside = ("-n", processes, "--dist", "loadfile", "--no-loadscope-reorder")
    # Threads of one process that wait by spinning take the processor from the others.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    return run("running the tests", [str(PYTHON), "-m", "pytest", *beside, *arguments])


def stress(arguments: list[str]) -> int:
    return test(["-m", "stress", *arguments])


def check(arguments: list[str]) -> int:
    if not install("labels", "upscale", "language", "generate", "dev"):
        return 1
    lint = BIN / "lint-imports"
    codes = [
        run("ruff", [str(PYTHON), "-m", "ruff", "check", "."]),
        run("ruff format", [str(PYTHON), "-m", "ruff", "format", "--check", "."]),
        run("mypy", [str(PYTHON), "-m", "mypy"]),
        run("import-linter", [str(lint)]),
    ]
    return 1 if any(codes) else 0  # a program that was ended from without has a code below zero


def screenshots(arguments: list[str]) -> int:
    if not install("labels", "upscale", "language"):
        return 1
    script = str(HERE / "docs" / "take_screenshots.py")
    return run("taking the pictures", [str(PYTHON), script, *arguments])


def install(*extras: str) -> bool:
    """Make .venv hold Rushes and what the extras name. Done in no time if nothing changed."""
    if sys.version_info < OLDEST_PYTHON:
        print(
            f"Rushes needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer; this is "
            f"{sys.version.split()[0]}. Install a newer one and run start.py with it."
        )
        return False
    project = (HERE / "pyproject.toml").read_bytes()
    stamp = VENV / "installed.txt"
    version = hashlib.sha256(project).hexdigest()
    key = {extra: f"{extra} {version}" for extra in ("base", *extras)}
    present = set(stamp.read_text("utf-8").splitlines()) if stamp.exists() else set()
    if not PYTHON.exists():
        present = set()
    if set(key.values()) <= present:
        return True
    free_gb = shutil.disk_usage(HERE).free / 1e9
    if not PYTHON.exists() and free_gb < NEEDED_GB:
        print(f"Rushes needs {NEEDED_GB} GB of disk here, {free_gb:.1f} GB are free: make room.")
        return False
    if not PYTHON.exists() and run("making .venv", [sys.executable, "-m", "venv", str(VENV)]):
        print("Python cannot make a virtual environment (on Debian: apt install python3-venv).")
        return False
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    base = ".[dev]" if "dev" in extras else "."
    needed = {key[each] for each in ("base", "dev") if each in key}
    if not needed <= present:
        if run("installing Rushes (a few minutes)", [*pip, "--editable", base]):
            print("pip could not install Rushes; what it said stands above.")
            return False
        present |= needed
    for extra in extras:
        if key[extra] not in present and install_optional(pip, extra):
            present.add(key[extra])
    stamp.write_text("\n".join(sorted(present)) + "\n", "utf-8")
    return True


def install_optional(pip: list[str], extra: str) -> bool:
    """Whether a part is there now without which Rushes works, with less: else that is said."""
    note = ""
    if extra == "language":
        compilers = ("c++", "g++", "clang++", "cl")
        if not any(shutil.which(each) for each in compilers):
            print(
                "no C++ compiler found: the language model is left out (on Debian: apt install "
                "g++; on macOS: xcode-select --install; on Windows: Visual Studio Build Tools)."
            )
            return False
        note = " (compiles for about six minutes, once)"
    if run(f"installing the part “{extra}”{note}", [*pip, "--editable", f".[{extra}]"]):
        print(f"The part “{extra}” could not be installed; `rushes doctor` says what it is for.")
        return False
    return True


def say_how_to_go_on() -> int:
    activate = BIN / "activate"
    how = str(activate) if os.name == "nt" else f". {os.path.relpath(activate)}"
    print(f"\nThe app:         {how}\n                 rushes --library {DEMO / 'library'}\n"
          "Your own files:  rushes")  # fmt: skip
    return 0


def run(what: str, command: list[str]) -> int:
    """Run a program here, saying what and how long."""
    print(f"{what} …", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, cwd=HERE, check=False).returncode
    print(
        f"{what}: {'done' if code == 0 else f'failed ({code})'} in {elapsed(started)}", flush=True
    )
    return code


def elapsed(started: float) -> str:
    seconds = time.monotonic() - started
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("stopped")
        sys.exit(130)
