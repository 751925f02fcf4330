"""Ray: started so that nothing leaves the machine, or joined where the user says."""

import importlib.util
import logging
import os
import socket
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from indexer.engines.reader import Reader
from indexer.setup import Setup
from rushes.errors import RushesError
from rushes.text import one_line

_CPUS_EACH = 2  # decoders and models use several
_LEAST_WORKERS = 2
_STORE_BYTES = 400_000_000  # of this machine's memory, for rows on their way
_ANSWERS_WITHIN_S = 5.0
_BESIDE = "beside"  # what a worker does while it reads


class WentDown(Exception):
    """A worker is gone, with what it was at. The text says why."""


def check_installed() -> None:
    """
    Raises:
        RushesError: Ray is not here.
    """
    if importlib.util.find_spec("ray") is None:
        raise RushesError(
            'the engine ray needs one part more: pip install "rushes[ray]"; without it --engine '
            "local reads files on this machine"
        )


@contextmanager
def connected(address: str) -> Iterator[None]:
    """Ray in use: the cluster at `address`, or without one a Ray of this machine alone.

    Raises:
        RushesError: it cannot be reached or started.
    """
    # Read when Ray is imported: it would tell its makers how it is used.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if not address:
        # For a cluster of this machine alone Ray listens on the loopback. So it does where it is
        # told that no other machine can join.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    import ray

    logging.getLogger("ray").setLevel(logging.ERROR)  # which its import has set
    if ray.is_initialized():
        yield
        return
    alone: dict[str, Any] = {
        "num_cpus": max(_LEAST_WORKERS, os.cpu_count() or 1),
        "object_store_memory": _STORE_BYTES,
        "include_dashboard": False,
    }
    try:
        with warnings.catch_warnings():
            # It forks, and executes another program at once: nothing of LanceDB is used between.
            warnings.filterwarnings("ignore", "lancedb fork support")
            ray.init(
                **({"address": address} if address else {"address": "local", **alone}),
                log_to_driver=False,
                logging_level=logging.ERROR,
                configure_logging=False,
            )
    except Exception as error:  # noqa: BLE001  # Ray's are of many kinds
        where = f"the Ray cluster at {one_line(address)}" if address else "Ray on this machine"
        raise RushesError(f"cannot use {where}: {_short(error)}") from None
    try:
        yield
    finally:
        ray.shutdown()


def check_there(address: str) -> None:
    """Ask the cluster whether it is there: Ray itself would try for minutes.

    Raises:
        RushesError: nobody answers.
    """
    if not address or address == "auto":  # Ray then looks which it started on this machine
        return
    host, _, port = address.rpartition("://")[2].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _ANSWERS_WITHIN_S).close()
    except (OSError, ValueError) as error:
        raise RushesError(
            f"cannot use the Ray cluster at {one_line(address)}: {_short(error)}"
        ) from None


def places() -> int:
    """How many workers the cluster has room for."""
    import ray

    resources: Any = ray.cluster_resources  # which has no types
    cpus = int(resources().get("CPU", 0))
    return max(1, min(cpus, max(_LEAST_WORKERS, cpus // _CPUS_EACH)))


def reader(setup: Setup) -> Any:
    """An actor that is a `Reader`, wherever there is room."""
    import ray

    remote: Any = ray.remote  # its types are of classes that are decorated where they stand
    actor = remote(
        num_cpus=1,
        max_restarts=0,
        concurrency_groups={_BESIDE: 1},
        scheduling_strategy="SPREAD",
    )(Reader)
    return actor.remote(setup)


def beside(method: Any) -> Any:
    """The method of an actor, called while another of it runs."""
    return method.options(concurrency_group=_BESIDE)


def ready(answers: Sequence[Any], wait_s: float) -> list[Any]:
    """The answers that are there, after so long at most."""
    import ray

    if not answers:
        return []
    there, _ = ray.wait(list(answers), num_returns=1, timeout=wait_s)
    if there:
        there, _ = ray.wait(list(answers), num_returns=len(answers), timeout=0)
    return list(there)


def told(answer: Any) -> Any:
    """
    Raises:
        WentDown: there is no answer, and will be none.
    """
    import ray

    try:
        return ray.get(answer)
    except Exception as error:  # noqa: BLE001  # of the worker, its machine, or on the way
        raise WentDown(_short(error)) from None


def kill(actor: Any) -> None:
    import ray

    with suppress(Exception):  # it has ended, or Ray has
        ray.kill(actor)


def _short(error: Exception) -> str:
    """Ray's errors take many lines: what one of them is, and the line that says why."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    why = next((line for line in lines if line.startswith("The actor is dead because")), "")
    return one_line((why or (lines[0] if lines else type(error).__name__)).split(". ")[0])[:200]
