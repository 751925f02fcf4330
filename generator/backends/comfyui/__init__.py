"""Shots drawn by a ComfyUI server that the user named."""

from generator.backends.comfyui.backend import ComfyUI

__all__ = ["ComfyUI"]
