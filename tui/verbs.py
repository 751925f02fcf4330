"""What a user can want done with a moment."""

from enum import StrEnum


class Verb(StrEnum):
    """Asked for on the contact sheet and in the preview."""

    PREVIEW = "preview"
    PLAY = "play"
    SELECT = "select"
    REJECT = "reject"
    UP = "up"
    DOWN = "down"
    LIKE = "like"
    GENERATE = "generate"
