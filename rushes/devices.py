"""What the larger models run on."""

from rushes.errors import RushesError


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
