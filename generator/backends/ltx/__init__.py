"""LTX-2 through diffusers: draws what was not there, on the user's own card."""

from generator.backends.ltx.backend import LtxBackend
from generator.backends.ltx.find import find_ltx

__all__ = ["LtxBackend", "find_ltx"]
