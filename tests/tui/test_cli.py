"""The command line as a person has it: a program of its own, its two outputs and its exit code."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import rushes
from tests.tui.home import MARKUP, OWL, RUSHES, Home, found, only_line

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def test_help_names_every_command_and_loads_nothing_heavy(empty: Home) -> None:
    done = empty.run("--help")
    assert done.returncode == 0
    for command in ("index", "search", "status", "models", "doctor", "demo"):
        assert f"  {command} " in done.stdout
    script = (
        "import sys\nfrom tui.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'lancedb', 'numpy', 'av', 'textual', 'rich.progress', 'pydantic'}\n"
        "print(*sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert loaded.stderr.split() == []


def test_version(empty: Home) -> None:
    assert empty.run("--version").stdout == f"rushes {rushes.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("dance",),
        ("search",),
        ("search", "owl", "--kind", "poem"),
        ("search", "owl", "--limit", "0"),
        ("index", "--profile", "huge"),
        ("status", "--loud"),
    ],
)
def test_wrong_usage_is_2(empty: Home, arguments: Sequence[str]) -> None:
    done = empty.run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("search", "owl"), ("status",), ("index",)])
def test_without_a_library_it_is_one_line_and_1(empty: Home, arguments: Sequence[str]) -> None:
    done = empty.run(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert "rushes index FOLDER" in only_line(done.stderr)


def test_a_folder_that_is_not_there_is_one_line_and_1(empty: Home) -> None:
    done = empty.run("index", empty.media / "gone\n\x1b[31m")
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not there" in only_line(done.stderr)
    assert "\x1b" not in done.stderr


def test_a_setting_that_is_not_valid_is_one_line_and_1(empty: Home) -> None:
    done = empty.run("status", RUSHES_PASSAGE_WORDS="many")
    assert (done.returncode, done.stdout) == (1, "")
    assert "passage_words" in only_line(done.stderr)


def test_what_nobody_foresaw_is_one_line_with_the_log(empty: Home) -> None:
    script = (
        "import sys\nfrom indexer.library import Library\nfrom tui.cli import main\n"
        "Library.search = lambda *_: {}['owl']\nsys.argv = ['rushes', 'search', 'owl']\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=empty.environment()
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("rushes: ")
    assert "Traceback" not in done.stderr
    assert "Traceback" in (empty.folder / "log/rushes.log").read_text()


def test_index_then_search_then_index_again(empty: Home) -> None:
    first = empty.run("index", empty.media)
    assert first.returncode == 0
    assert first.stdout.startswith("2 files indexed in ")
    assert "indexing: 0 of 2 files" in first.stderr
    assert "\x1b" not in first.stdout + first.stderr

    (moment,) = found(empty.run("search", "a bird in the steeple", "--limit", "1", "--json"))
    assert moment["path"] == str(empty.media / "owl.md")

    (empty.media / "owl.md").unlink()
    again = empty.run("index")
    assert again.returncode == 0
    assert "1 unchanged, 1 gone" in again.stdout


def test_files_that_fail_make_3_and_are_named(empty: Home) -> None:
    (empty.media / "empty.pdf").touch()
    done = empty.run("index", empty.media)
    assert done.returncode == 3
    assert "1 file could not be read:" in done.stdout
    assert f"{empty.media / 'empty.pdf'}: it is empty" in done.stdout
    assert empty.run("index", empty.media).returncode == 3


def test_status_says_what_is_held_and_what_failed(used: Home) -> None:
    held = json.loads(used.run("status", "--json").stdout)
    assert held["roots"] == [str(used.media)]
    assert held["files"] == {"audio": 1, "document": 2, "image": 1, "video": 1}
    assert held["failed"] == [{"path": str(used.media / "empty.pdf"), "error": "it is empty"}]
    assert held["footage_s"] == pytest.approx(20, abs=1)
    assert "all-minilm-l6-v2" in held["models"]
    shown = used.run("status")
    assert shown.returncode == 0
    assert "1 audio, 2 document, 1 image, 1 video" in shown.stdout
    assert "empty.pdf: it is empty" in shown.stdout


def test_models_lists_job_size_and_licence(used: Home) -> None:
    listed = json.loads(used.run("models", "--json").stdout)
    text = next(model for model in listed if model["id"] == "all-minilm-l6-v2")
    assert (text["job"], text["profiles"], text["installed"]) == ("text", ["starter"], True)
    assert text["licence"] and text["size_bytes"] > 50_000_000
    assert any(not model["installed"] for model in listed)
    shown = used.run("models")
    assert shown.returncode == 0
    assert all(str(model["id"]) in shown.stdout for model in listed)


def test_doctor_finds_this_machine_in_order(used: Home) -> None:
    done = used.run("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(done.stdout)}
    assert done.returncode == 0, [check for check in checks.values() if not check["works"]]
    assert checks["library"]["detail"].startswith("5 files in ")
    assert "1 could not be read" in checks["library"]["advice"]
    assert used.run("doctor").returncode == 0


def test_doctor_says_what_is_missing_and_what_to_do(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", tmp_path)
    home.folder.mkdir()
    script = (
        "import importlib.util as u; true = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'faster_whisper' else true(name, *a)\n"
        "from tui.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "doctor"],
        capture_output=True,
        text=True,
        env=home.environment(),
    )
    assert done.returncode == 1
    assert "pip install faster-whisper" in done.stdout


def test_library_names_another_library(empty: Home, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert empty.run("index", empty.media, "--library", other).returncode == 0
    assert (other / "library.json").is_file()
    assert not (empty.folder / "data/library").exists()
    assert len(found(empty.run("search", "owl", "--library", other, "--limit", "1", "--json"))) == 1
    assert empty.run("status").returncode == 1


def test_rushes_home_holds_everything(empty: Home) -> None:
    empty.run("index", empty.media)
    kept = {path.name for path in empty.folder.iterdir()}
    assert kept == {"data", "log"}
    assert (empty.folder / "data/library/library.json").is_file()
    assert sorted(path.name for path in empty.media.iterdir()) == ["harbour.txt", "owl.md"]


def test_output_that_cannot_hold_a_letter_is_no_error(empty: Home) -> None:
    (empty.media / "sowa 你好.txt").write_text("sowa: an owl – 你好\n")
    empty.run("index", empty.media)
    done = empty.run("search", "sowa", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "sowa ??.txt" in done.stdout


@needs_signals
@pytest.mark.parametrize("command", [("search", "owl"), ("models",)])
def test_a_reader_who_has_seen_enough_causes_no_complaint(
    used: Home, command: Sequence[str]
) -> None:
    running = subprocess.Popen(
        [*RUSHES, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=used.environment(),
    )
    assert running.stdout is not None and running.stderr is not None
    running.stdout.close()
    complaint = running.stderr.read().decode()
    running.wait(60)
    running.stderr.close()
    assert complaint == ""


@needs_signals
def test_a_closed_screen_spoils_no_file(empty: Home) -> None:
    running = subprocess.Popen(
        [*RUSHES, "index", str(empty.media)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=empty.environment(),
    )
    assert running.stderr is not None
    running.stderr.close()
    assert running.wait(60) == 0
    held = json.loads(empty.run("status", "--json").stdout)
    assert (held["files"], held["failed"]) == ({"document": 2}, [])


@needs_signals
def test_ctrl_c_ends_an_index_and_the_next_run_goes_on(empty: Home) -> None:
    for number in range(300):
        (empty.media / f"{number:03d}.txt").write_text(f"Letter {number}. {OWL}")
    running = subprocess.Popen(
        [*RUSHES, "index", str(empty.media)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=empty.environment(),
    )
    assert running.stderr is not None
    for line in running.stderr:  # the first files are under way
        if line.startswith("indexing: 0 of 302 files"):
            break
    table = empty.folder / "data/library/tables/assets.lance/data"
    while len(list(table.rglob("*.lance"))) == 0 and running.poll() is None:
        time.sleep(0.01)  # until something is committed
    asked = time.monotonic()
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=30)[1]
    took_s = time.monotonic() - asked
    print(f"ended {took_s:.2f} s after Ctrl-C")
    assert running.returncode == 130, said
    assert took_s < 5
    assert said.splitlines()[-1] == "stopped: what was finished is kept, run it again to go on"
    assert "Traceback" not in said

    held = json.loads(empty.run("status", "--json").stdout)
    kept = sum(held["files"].values())
    assert 0 < kept < 302
    assert found(empty.run("search", "owl", "--json"))
    again = json.loads(empty.run("index", "--json").stdout)
    assert (again["unchanged"], again["indexed"]) == (kept, 302 - kept)
    assert json.loads(empty.run("status", "--json").stdout)["files"] == {"document": 302}


@needs_signals
def test_killed_outright_an_index_goes_on_the_next_time(empty: Home) -> None:
    for number in range(30):
        (empty.media / f"{number:03d}.txt").write_text(f"Letter {number}. {OWL}")
    running = subprocess.Popen(
        [*RUSHES, "index", str(empty.media)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=empty.environment(),
    )
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("indexing: 0 of"):
            break
    table = empty.folder / "data/library/tables/segments.lance/data"
    while len(list(table.rglob("*.lance"))) == 0 and running.poll() is None:
        time.sleep(0.001)  # words are written, their files may not be
    running.kill()
    running.communicate()
    held = json.loads(empty.run("status", "--json").stdout)
    kept = sum(held["files"].values())
    assert kept < 32
    again = json.loads(empty.run("index", "--json").stdout)
    assert (again["unchanged"], again["indexed"]) == (kept, 32 - kept)
    assert json.loads(empty.run("status", "--json").stdout)["segments"] == 32


def on_a_terminal(home: Home, *arguments: str) -> tuple[int, str]:
    """Run `rushes` on a pseudo terminal. Gives its exit code and all that it drew."""
    import pty

    ours, its = pty.openpty()
    running = subprocess.Popen(
        [*RUSHES, *arguments],
        stdin=its,
        stdout=its,
        stderr=its,
        env=home.environment({"TERM": "xterm-256color"}),
    )
    os.close(its)
    drawn = b""
    try:
        while select.select([ours], [], [], 60)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # Linux's way of saying that the other end is closed
                break
            if not piece:
                break
            drawn += piece
    finally:
        os.close(ours)
    return running.wait(60), drawn.decode("utf-8", "surrogateescape")


@needs_signals
def test_names_are_no_markup_on_a_terminal(used: Home) -> None:
    code, drawn = on_a_terminal(used, "search", "owl", "--kind", "document")
    assert code == 0
    assert MARKUP in drawn
    code, drawn = on_a_terminal(used, "status")
    assert code == 0
    assert "empty.pdf: it is empty" in drawn


@needs_signals
def test_an_index_draws_a_bar_on_a_terminal(empty: Home) -> None:
    (empty.media / MARKUP).write_text(OWL)
    (empty.media / "[bold]empty[bold].pdf").touch()
    code, drawn = on_a_terminal(empty, "index", str(empty.media))
    assert code == 3
    assert "of 4 files" in drawn
    assert "\x1b[" in drawn  # it is drawn, not listed
    assert "3 files indexed in" in drawn
    assert "[bold]empty[bold].pdf: it is empty" in drawn
