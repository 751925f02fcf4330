"""The command line as a person has it: a program of its own, its two outputs and its exit code."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

import rushes
from rushes.models import ModelStore

RUSHES = (sys.executable, "-c", "from tui.cli import main; main()")
HARBOUR = "The ferry leaves the harbour at a quarter past seven, fog or no fog.\n"
OWL = "A barn owl nests in the church tower and hunts voles along the ditch.\n"
MARKUP = "[red]x[red] [link=y].txt"
RESULT_KEYS = [
    "path",
    "kind",
    "start_s",
    "end_s",
    "page",
    "score",
    "senses",
    "reasons",
    "text",
    "thumbnail",
    "facts",
    "takes",
]

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


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

    def run(self, *arguments: str | Path, **extra: str) -> "subprocess.CompletedProcess[str]":
        """Run `rushes` to its end. `extra` goes into its environment."""
        return subprocess.run(
            [*RUSHES, *map(str, arguments)],
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


@pytest.fixture
def empty(tmp_path: Path, starter_store: ModelStore) -> Home:
    """A home without a library, and a folder with two notes."""
    home = make_home(tmp_path, starter_store)
    (home.media / "harbour.txt").write_text(HARBOUR)
    (home.media / "owl.md").write_text(OWL)
    return home


@pytest.fixture(scope="module")
def used(
    tmp_path_factory: pytest.TempPathFactory, starter_store: ModelStore, demo_media: Path
) -> Home:
    """A home with a library of notes, a picture, a film, speech and a file that cannot be read.

    Tests only look at it.
    """
    home = make_home(tmp_path_factory.mktemp("used"), starter_store)
    (home.media / "harbour.txt").write_text(HARBOUR)
    (home.media / MARKUP).write_text(OWL)
    (home.media / "empty.pdf").touch()
    pictures = demo_media / "pictures"
    shutil.copyfile(pictures / "image_chroma_text_to_image-1.webp", home.media / "IMG_0001.webp")
    for path in demo_media.rglob("*"):
        if path.name in ("bikes.mp4", "beckett.wav"):
            shutil.copyfile(path, home.media / path.name)
    done = home.run("index", home.media, "--json")
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout)["indexed"] == 5
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
    empty.run("index", empty.media)
    tables = empty.folder / "data/library/tables"
    for path in tables.rglob("*.lance"):
        if path.is_file():
            path.write_bytes(b"damage")
    done = empty.run("search", "owl")
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


def test_search_in_json_is_one_document_with_the_promised_keys(used: Home) -> None:
    done = used.run("search", "a leopard", "--kind", "image", "--json")
    moments = found(done)
    assert moments and all(list(moment) == RESULT_KEYS for moment in moments)
    best = moments[0]
    assert best["path"] == str(used.media / "IMG_0001.webp")
    assert (best["kind"], best["start_s"], best["page"]) == ("image", None, None)
    assert best["senses"] == ["looks like"]
    assert Path(str(best["thumbnail"])).suffix == ".webp"
    assert Path(str(best["thumbnail"])).is_file()
    scores = [float(str(moment["score"])) for moment in moments]
    assert scores == sorted(scores, reverse=True)
    assert done.stderr == ""


def test_speech_is_found_with_its_time(used: Home) -> None:
    best = found(used.run("search", "fail", "better", "--json"))[0]
    assert best["path"] == str(used.media / "beckett.wav")
    assert best["kind"] == "audio"
    assert "said" in str(best["senses"])
    assert 0 <= float(str(best["start_s"])) < float(str(best["end_s"])) <= 11
    assert "fail better" in str(best["text"]).lower()


def test_search_for_a_person_shows_name_time_sense_and_words(used: Home) -> None:
    done = used.run("search", "fail better", "--limit", "1")
    assert done.returncode == 0
    head, words, folder = done.stdout.splitlines()
    assert head.startswith(" 1  beckett.wav  00:00:0")
    assert "  said 1 (fail, better)" in head
    assert "fail better" in words.lower()
    assert str(used.media.name) in folder


def test_a_film_has_time_codes(used: Home) -> None:
    done = used.run("search", "people riding bicycles", "--kind", "video", "--limit", "1")
    head = done.stdout.splitlines()[0]
    assert " 1  bikes.mp4  00:00:" in head
    start, end = head.split()[2].split("–")
    assert len(start) == len(end) == len("00:00:00:00")


def test_a_kind_keeps_the_others_out(used: Home) -> None:
    moments = found(used.run("search", "owl", "--kind", "document", "--json"))
    assert [moment["path"] for moment in moments] == [str(used.media / MARKUP)]


def test_nothing_found_is_no_error(used: Home) -> None:
    done = used.run("search", "owl", "--kind", "pdf")
    assert (done.returncode, done.stdout) == (0, "nothing that fits\n")


def test_a_sheet_shows_the_moments(used: Home, tmp_path: Path) -> None:
    sheet = tmp_path / "found.png"
    done = used.run("search", "a leopard", "--kind", "image", "--sheet", sheet)
    assert done.returncode == 0
    assert f"contact sheet: {sheet}" in done.stdout
    with Image.open(sheet) as picture, Image.open(used.media / "IMG_0001.webp") as leopard:
        assert picture.format == "PNG"
        cell = picture.convert("RGB").crop((12, 12, 332, 192)).resize((8, 8))
        small = leopard.convert("RGB")
        small.thumbnail((320, 180))
        shown = Image.new("RGB", (320, 180), (39, 39, 42))
        shown.paste(small, ((320 - small.width) // 2, (180 - small.height) // 2))
        pairs = zip(cell.tobytes(), shown.resize((8, 8)).tobytes(), strict=True)
        assert max(abs(a - b) for a, b in pairs) < 25


def test_a_sheet_that_cannot_be_written_is_one_line(used: Home, tmp_path: Path) -> None:
    sheet = tmp_path / "gone/found.png"
    done = used.run("search", "a leopard", "--sheet", sheet)
    assert done.returncode == 1
    assert str(sheet) in only_line(done.stderr)


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


def test_filters_and_words_mix(used: Home) -> None:
    assert found(used.run("search", "kind:video move:pan", "--json"))
    moments = found(used.run("search", "people kind:video -kind:video", "--json"))
    assert moments == []


def test_a_bad_filter_says_where_and_what_is_allowed(used: Home) -> None:
    done = used.run("search", "bicycle move:sideways")
    assert (done.returncode, done.stdout) == (1, "")
    assert "move:sideways is no camera move (at character 14): use static, pan-left" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_asked_is_one_sentence(used: Home) -> None:
    done = used.run("search")
    assert done.returncode == 1
    assert "nothing is asked for" in done.stderr


def test_a_picture_finds_itself_first(used: Home) -> None:
    picture = used.media / "IMG_0001.webp"
    moments = found(used.run("search", "--like", picture, "--json"))
    assert moments[0]["path"] == str(picture)
    gone = used.run("search", "--like", used.media / "gone.jpg")
    assert gone.returncode == 1 and "gone.jpg" in gone.stderr


def test_judgements_are_written_and_asked(used: Home, tmp_path: Path) -> None:
    questions = tmp_path / "mine.json"
    wrote = used.run("eval", questions, "--write", "fail better", "--up", "beckett.wav")
    assert wrote.returncode == 0
    assert "1 right and 0 wrong for 'fail better'" in wrote.stdout
    done = used.run("eval", questions)
    assert done.returncode == 0, done.stderr
    first = next(line.split() for line in done.stdout.splitlines() if line.startswith("all "))
    assert first[:6] == ["all", "all", "1", "1.00", "1.00", "1.00"]
    scores = json.loads(used.run("eval", questions, "--json").stdout)["scores"]
    assert scores["all"]["any"]["first"] == 1.0
    assert scores["only looks"]["any"]["first"] == 0.0


def test_an_evaluation_without_questions_is_one_sentence(used: Home, tmp_path: Path) -> None:
    done = used.run("eval", tmp_path / "none.json")
    assert done.returncode == 1
    assert "cannot read" in done.stderr
    assert used.run("eval", tmp_path / "x.json", "--write", "words").returncode == 1
