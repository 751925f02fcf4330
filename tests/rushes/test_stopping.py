"""What is done yet when the program ends in the middle of its work."""

import threading

from rushes.stopping import before_stop, stop


def test_inside_the_blocks_and_the_last_one_first() -> None:
    done: list[str] = []

    def fail() -> None:
        raise OSError("the disk is away")

    with before_stop(lambda: done.append("outer")), before_stop(fail):
        with before_stop(lambda: done.append("inner")):
            stop()
        stop()
    stop()
    assert done == ["inner", "outer", "outer"]


def test_what_does_not_end_is_not_waited_for() -> None:
    never = threading.Event()
    with before_stop(never.wait):
        stop()
    never.set()
