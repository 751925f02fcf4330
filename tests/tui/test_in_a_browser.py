"""textual-serve shows the app in a browser: it runs `rushes` between pipes and reads packets."""

import json
import subprocess
from collections.abc import Callable

from tests.tui.home import RUSHES, Home

WEB = {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver", "ROWS": "30"}


def test_app_draws_in_packets_and_nothing_else_comes_between(used: Home) -> None:
    with subprocess.Popen(
        RUSHES,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=used.environment(WEB),
        cwd=used.folder,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            assert process.stdout.readline() == b"__GANGLION__\n"
            drawn = b""
            while b"1 film" not in drawn:
                drawn += _packet(process.stdout.read)[1]
            payload = json.dumps({"type": "quit"}).encode()
            process.stdin.write(b"M" + len(payload).to_bytes(4, "big") + payload)
            process.stdin.flush()
            while (packet := _packet(process.stdout.read))[0] != b"M":
                assert packet[0] == b"D"
            assert json.loads(packet[1]) == {"type": "exit"}
            assert process.stdout.read() == b""
            assert process.wait(30) == 0
            assert process.stderr is not None
            assert process.stderr.read() == b""
        finally:
            process.kill()


def test_without_a_terminal_the_help_is_printed(empty: Home) -> None:
    done = empty.run()
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: ")


def _packet(read: Callable[[int], bytes]) -> tuple[bytes, bytes]:
    """Its kind and what it holds."""
    kind, size = read(1), read(4)
    assert kind in (b"D", b"M"), kind
    return kind, read(int.from_bytes(size, "big"))
