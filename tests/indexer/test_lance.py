"""LanceDB, set up once."""

import subprocess
import sys
from pathlib import Path

# In a process of its own: here it is imported long since.
_ASKED = """
import sys
from indexer.storage.lance import connect
connect(sys.argv[1])
assert "urllib3" not in sys.modules
import lance_namespace_urllib3_client as client
print(client.NamespaceApi.__name__)
"""


def test_what_asks_a_server_is_imported_only_when_it_is_asked_for(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ASKED, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "NamespaceApi", done.stderr
