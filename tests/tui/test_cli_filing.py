"""What was made goes back into the library, and says there that it was made."""

import json
from pathlib import Path

import pytest

from tests.generator.opened import opened
from tests.media.video import make_clip
from tests.tui.home import Home, found

PROMPT = "the tram rounds the corner as rain starts"


@pytest.fixture
def film(empty: Home) -> Path:
    return make_clip(empty.media / "tram.mp4", scene_lengths=(50,), size=(192, 108)).path


def making(film: Path, out: Path, *more: str) -> tuple[str | Path, ...]:
    return ("generate", "--from", f"{film}@0-1", "--prompt", PROMPT, "--out", out, *more)


def names(home: Home, query: str) -> set[str]:
    moments = found(home.run("search", "--json", "--", query))
    return {Path(str(moment["path"])).name for moment in moments}


def test_a_film_that_was_made_is_found_by_its_prompt(empty: Home, film: Path) -> None:
    assert empty.run("index", empty.media).returncode == 0
    made = empty.folder / "made"
    made.mkdir()
    done = empty.run(*making(film, made / "rain.mp4", "--seconds", "1"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("in the library: ")
    best = found(empty.run("search", PROMPT, "--json"))[0]
    assert best["path"] == str(made / "rain.mp4")
    assert best["text"] == f"Synthetic, made from the prompt: {PROMPT}"
    assert best["facts"]["synthetic"] is True  # type: ignore[index]
    assert "    synthetic" in empty.run("search", PROMPT, "--limit", "1").stdout
    # Nothing of it is left beside the filter, and nothing else passes for synthetic.
    assert "rain.mp4" not in names(empty, f"{PROMPT} -synthetic")
    assert names(empty, "source:synthetic") == {"rain.mp4"}
    assert names(empty, "-synthetic") == {"tram.mp4", "harbour.txt", "owl.md"}
    # It stays when its folder was never named, and leaves when it is deleted.
    done = empty.run("index", empty.media, "--json")
    assert (json.loads(done.stdout)["indexed"], json.loads(done.stdout)["removed"]) == (0, 0)
    assert names(empty, "source:synthetic") == {"rain.mp4"}
    (made / "rain.mp4").unlink()
    done = empty.run("index")
    assert done.returncode == 0, done.stderr
    assert "1 gone" in done.stdout
    assert "rain.mp4" not in names(empty, PROMPT)


def test_one_that_is_made_again_is_found_by_its_new_prompt_only(empty: Home, film: Path) -> None:
    assert empty.run("index", empty.media).returncode == 0
    out = empty.media / "rain.mp4"
    assert empty.run(*making(film, out, "--seconds", "1")).returncode == 0
    again = ("generate", "--from", f"{film}@0-1", "--prompt", "a zebra in the snow", "--out", out)
    done = empty.run(*again, "--seconds", "1", "--force", "--json")
    said = json.loads(done.stdout)
    assert (said["in_library"], said["not_in_library"]) == (True, None)
    assert names(empty, '"a zebra in the snow"') == {"rain.mp4"}
    assert names(empty, f'"{PROMPT}"') == set()
    # The account beside it is not one more document that says the same.
    assert json.loads(empty.run("index", "--json").stdout)["indexed"] == 0


def test_a_preview_is_a_draft_that_stays_outside(empty: Home, film: Path) -> None:
    assert empty.run("index", empty.media).returncode == 0
    done = empty.run(*making(film, empty.folder / "rain.mp4", "--seconds", "1", "--preview"))
    assert done.returncode == 0, done.stderr
    assert "library" not in done.stdout
    assert names(empty, "source:synthetic") == set()


def test_without_a_library_the_film_is_made_all_the_same(empty: Home, film: Path) -> None:
    out = empty.media / "rain.mp4"
    done = empty.run(*making(film, out, "--seconds", "0.4"))
    assert done.returncode == 0, done.stderr
    told = "not in the library: there is none yet (`rushes index FOLDER` makes one)"
    assert done.stdout.splitlines()[-1] == told
    assert len(opened(out).images) == 10
    assert not (empty.folder / "data" / "library").exists()


def test_without_the_models_of_the_library_the_film_is_made_all_the_same(
    empty: Home, film: Path
) -> None:
    assert empty.run("index", empty.media).returncode == 0
    (empty.folder / "data" / "models").unlink()
    out = empty.media / "rain.mp4"
    done = empty.run(*making(film, out, "--seconds", "0.4", "--json"))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["in_library"] is False
    assert "rushes models install starter" in said["not_in_library"]
    assert out.exists()


def test_what_is_cut_or_enlarged_of_it_still_says_so(empty: Home, film: Path) -> None:
    assert empty.run("index", empty.media).returncode == 0
    out = empty.media / "rain.mp4"
    assert empty.run(*making(film, out, "--seconds", "1")).returncode == 0
    large = ("--to", "384x216", "--with", "lanczos", "--out", empty.folder / "large.mp4")
    done = empty.run("upscale", f"{out}@0-0.4", *large)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("in the library: ")
    assert names(empty, f'"{PROMPT}" size:384x216') == {"large.mp4"}
    assert "large.mp4" not in names(empty, "-synthetic")
    assert empty.run("clip", f"{out}@0-0.4", "--out", empty.folder / "cut.mp4").returncode == 0
    for name in ("large.mp4", "cut.mp4"):
        said, told = opened(out).metadata, opened(empty.folder / name).metadata
        for tag in ("digital_source_type", "description", "comment"):
            assert told[tag] == said[tag]
    # What was filmed gets no such mark.
    for name in ("upscale", "clip"):
        out = empty.folder / f"{name}-of-filmed.mp4"
        more = large[:-1] if name == "upscale" else ("--out",)
        assert empty.run(name, f"{film}@0-0.4", *more, out).returncode == 0
        assert "digital_source_type" not in opened(out).metadata
