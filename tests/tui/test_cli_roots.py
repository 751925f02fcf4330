"""`rushes roots`."""

import json

from tests.tui.home import Home, only_line


def test_folders_are_listed_and_taken_out(empty: Home) -> None:
    assert "no folder yet" in only_line(empty.run("roots").stdout)
    assert empty.run("index", empty.media).returncode == 0
    assert json.loads(empty.run("roots", "--json").stdout) == [
        {"path": str(empty.media), "is_there": True}
    ]
    removed = empty.run("roots", "--remove", empty.media, "--json")
    assert json.loads(removed.stdout) == {"removed": 2}
    assert json.loads(empty.run("roots", "--json").stdout) == []
    assert (empty.media / "owl.md").exists()
    refused = empty.run("roots", "--remove", empty.media)
    assert refused.returncode == 1
    assert "not a folder of this library" in only_line(refused.stderr)
