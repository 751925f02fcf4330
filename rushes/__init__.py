"""The kernel of Rushes: what every other part needs."""

from rushes.errors import Cancelled, RushesError
from rushes.jobs import Job, Progress
from rushes.moment import Kind, Moment, Timecode
from rushes.no_reports import send_no_reports

__all__ = ["Cancelled", "Job", "Kind", "Moment", "Progress", "RushesError", "Timecode"]
__version__ = "0.1.0"

send_no_reports()
