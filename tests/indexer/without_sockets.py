"""Rushes run in a process that may open no socket of the internet: neither Python nor native code.

Python's audit hook names what asks. On Linux the system's own filter (seccomp) ends the process
when native code does, whichever thread it runs in.
"""

import ctypes
import faulthandler
import os
import platform
import signal
import socket
import struct
import sys
import traceback

_ASKED: list[str] = []
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}  # and socket's number
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_TRAP, _ALLOW = 0x00030000, 0x7FFF0000
_KIND, _ARCH, _FAMILY = 0, 4, 16  # where they stand in what the filter is given


def forbid_sockets() -> bool:
    """From now on. Returns whether native code is forbidden them as well."""
    sys.addaudithook(_notice)
    machine = _MACHINES.get(platform.machine())
    if not sys.platform.startswith("linux") or machine is None:
        return False
    # Says where it was, and lets the signal end the process.
    faulthandler.register(signal.SIGSYS, all_threads=True, chain=True)
    arch, number = machine
    program = b"".join(
        struct.pack("HBBI", *step)
        for step in (
            (_LOAD, 0, 0, _ARCH),
            (_EQUAL, 0, 5, arch),  # else: another kind of call, which nothing here makes
            (_LOAD, 0, 0, _KIND),
            (_EQUAL, 0, 3, number),
            (_LOAD, 0, 0, _FAMILY),
            (_EQUAL, 2, 0, socket.AF_INET),
            (_EQUAL, 1, 0, socket.AF_INET6),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _TRAP),
        )
    )
    steps = ctypes.create_string_buffer(program)
    told = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 9, ctypes.addressof(steps)))
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return not system.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.addressof(told), 0, 0)


def _notice(event: str, given: tuple[object, ...]) -> None:
    """Any use of a name server, and every socket but those between processes of this machine."""
    is_local = event == "socket.__new__" and len(given) > 1 and given[1] == socket.AF_UNIX
    if event in ("socket.__new__", "socket.connect", "socket.getaddrinfo") and not is_local:
        _ASKED.append(f"{event} {given}")
        traceback.print_stack(file=sys.stderr)
        raise PermissionError(f"sockets are forbidden: {event}")


def _use(folder: str) -> None:
    """Index a folder, search it and ask it, by the commands that a user types."""
    from tui import cli

    commands = (
        ["index", folder],
        ["search", "a bird in the steeple"],
        ["ask", "When does the ferry leave the harbour?"],
        ["status"],
    )
    for command in commands:
        sys.argv = ["rushes", *command]
        code = cli._run()
        assert code == 0, (command, code)


def main(what: str, *folder: str) -> int:
    is_tight = forbid_sockets()
    if what == "python":
        socket.socket(socket.AF_INET)
    elif what == "native":
        ctypes.CDLL(None).socket(int(socket.AF_INET), 1, 0)
    else:
        _use(*folder)
    if _ASKED:
        print("\n".join(_ASKED), file=sys.stderr)
        return 1
    print("no socket was asked for", "" if is_tight else "by Python", flush=True)
    return 0


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
