from rushes.facts import Colour, Facts, Move, ShotSize, Sound

__all__ = ["Colour", "Facts", "Move", "ShotSize", "Sound"]
