"""What a user typed, as one query."""

from collections.abc import Sequence
from dataclasses import replace

from indexer.query import Query, parse
from indexer.values import Among
from rushes import Kind
from rushes.errors import WrongUsage
from rushes.place import parse_place


def asked(
    words: Sequence[str], kind: Kind | None, like: Sequence[str], unlike: Sequence[str]
) -> Query:
    """The words and filters of the command line, and the pictures to search by.

    Raises:
        WrongUsage: nothing is asked for, or what is cannot be understood.
    """
    query = parse(" ".join(words))
    query = replace(
        query,
        kinds=(*query.kinds, Among((kind,))) if kind is not None else query.kinds,
        like=tuple(parse_place(each) for each in like),
        unlike=tuple(parse_place(each) for each in unlike),
    )
    if query.is_empty:
        raise WrongUsage("nothing is asked for: write words, a filter as kind:video, or --like")
    return query
