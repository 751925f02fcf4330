"""What can go wrong, said in one line: what, where, and what to do."""


class RushesError(Exception):
    """A failure that a person can act on. Its text is one line without control characters."""


class UnreadableFile(RushesError):
    """A file could not be read. The text says why, without the file's name."""


class ModelMissing(RushesError):
    """A model, or the library that runs it, is not on this machine."""


class LibraryError(RushesError):
    """A library cannot be opened or used as asked."""


class Cancelled(Exception):
    """The user asked to stop. An outcome, not a failure."""


class WrongUsage(RushesError):
    """What the user typed cannot be understood."""
