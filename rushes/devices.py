"""What the larger models run on."""

import os
import sys
from pathlib import Path

from rushes.errors import RushesError

_CORES = Path("/sys/devices/system/cpu")
_MEMORY = Path("/proc/meminfo")


def pick_device(wanted: str) -> str:
    """The device for torch: "cpu", "cuda" or "mps". Only "auto" falls back.

    Raises:
        RushesError: the device that was asked for is not here.
    """
    if wanted == "cpu":
        return "cpu"
    import torch

    here = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return next((name for name, present in here.items() if present), "cpu")
    if not here.get(wanted, False):
        raise RushesError(f"no {wanted} device here: use --device cpu or auto")
    return wanted


def physical_cores() -> int:
    """How many cores this process may compute on; two threads of one core count once.

    Where the system does not say which threads share a core, an Intel or AMD one has two.
    """
    if hasattr(os, "sched_getaffinity"):
        allowed = os.sched_getaffinity(0)
        shared = [_CORES / f"cpu{cpu}/topology/thread_siblings_list" for cpu in allowed]
        if all(path.is_file() for path in shared):
            return len({path.read_text() for path in shared})
        return len(allowed)
    threads = os.cpu_count() or 1
    return threads if sys.platform == "darwin" else max(1, threads // 2)


def free_memory_bytes(device: str) -> int | None:
    """How much memory a model can have on "cpu", "cuda" or "mps"; None where nobody says."""
    if device == "cuda":
        import torch

        return torch.cuda.mem_get_info()[0]
    if device == "mps":
        import torch

        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    if _MEMORY.is_file():
        lines = dict(line.split(":", 1) for line in _MEMORY.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) << 10
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None
