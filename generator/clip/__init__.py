"""Cutting clips out of films without loss."""

from generator.clip.cut import Clip, How, cut_clip

__all__ = ["Clip", "How", "cut_clip"]
