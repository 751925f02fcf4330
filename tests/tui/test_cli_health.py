"""`rushes doctor --library` and `--repair`, as a user types them."""

import json
from pathlib import Path

from tests.tui.home import Home, only_line


def test_doctor_looks_at_the_library_in_use_and_mends_it(empty: Home) -> None:
    from PIL import Image

    Image.new("RGB", (64, 48), (200, 40, 90)).save(empty.media / "picture.png")
    assert empty.run("index", empty.media).returncode == 0
    well = empty.run("doctor", "--library")
    assert well.returncode == 0, well.stdout
    assert "3 files" in well.stdout and "all-minilm-l6-v2" in well.stdout
    assert "tidied 20" in well.stdout and "tidied 20" in empty.run("status").stdout

    library = empty.folder / "data" / "library"
    (thumbnail,) = (library / "thumbnails").rglob("*.webp")
    thumbnail.unlink()
    ill = empty.run("doctor", "--library", "--json")
    assert ill.returncode == 1
    found = {each["name"]: each for each in json.loads(ill.stdout)["found"]}
    assert found["thumbnails"]["state"] == "wrong"
    assert found["thumbnails"]["told"] == "1 missing or damaged"
    assert "--repair" in found["thumbnails"]["advice"]

    mended = empty.run("doctor", "--library", library, "--repair", "--json")
    told = json.loads(mended.stdout)
    assert mended.returncode == 0
    assert (told["well"], told["repaired"]) == (True, ["made 1 thumbnail again"])
    assert thumbnail.is_file()


def test_a_damaged_library_is_told_in_one_line_by_every_command(empty: Home) -> None:
    assert empty.run("index", empty.media).returncode == 0
    tables = empty.folder / "data" / "library" / "tables"
    for path in (tables / "assets.lance" / "data").iterdir():
        path.write_bytes(b"")
    for command in (("search", "owl"), ("status",), ("index",)):
        done = empty.run(*command)
        assert done.returncode == 1
        assert "is damaged" in done.stderr.splitlines()[-1]
        assert "rushes doctor --library" in done.stderr.splitlines()[-1]
    mended = empty.run("doctor", "--repair")
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "backup-before-repair-" in mended.stdout
    assert empty.run("index", "--json").returncode == 0
    assert empty.run("doctor", "--library").returncode == 0


def test_doctor_says_that_there_is_no_library(empty: Home, tmp_path: Path) -> None:
    looked = empty.run("doctor", "--library")
    assert looked.returncode == 1
    assert "run `rushes index FOLDER` first" in looked.stdout
    mended = empty.run("doctor", "--library", tmp_path / "none", "--repair")
    assert mended.returncode == 1
    assert "no library in" in only_line(mended.stderr)
    assert empty.run("doctor", "--library", "a", "b").returncode == 2
