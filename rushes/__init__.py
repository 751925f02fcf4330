"""The kernel of Rushes: what every other part needs."""

from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job, Progress
from rushes.moment import Kind, Moment, Timecode

__all__ = ["Cancelled", "Job", "Kind", "Moment", "Progress", "RushesError", "Timecode"]
__version__ = "0.1.0"
