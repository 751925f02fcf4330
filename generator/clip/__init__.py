"""Cutting clips out of films without loss."""

from generator.clip.cut import ENDINGS, Clip, How, cut_clip

__all__ = ["ENDINGS", "Clip", "How", "cut_clip"]
