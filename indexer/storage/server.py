"""The server that holds a bucket: how it is reached, and what it answers, in words."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rushes.errors import LibraryError
from rushes.library_place import Bucket
from rushes.text import one_line

if TYPE_CHECKING:
    from obstore.store import S3Store

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_KEYS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_PATIENCE = {"connect_timeout": "5s", "timeout": "60s"}
_RETRIES = 3
# What Rust's errors hold of a cause, the best first.
_CAUSES = (r"<Code>(\w+)</Code>", r'message: "([^"]+)"', r"- HTTP error: ([^\n]+)", r"^([^\n]+)")
_DENIED = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403 Forbidden", "401 Un")


def endpoint() -> str:
    """The server that the user named, "" for Amazon's."""
    return _first(_ENDPOINTS)


def check_keys(place: Bucket) -> None:
    """
    Raises:
        LibraryError: the environment holds none. Nobody is asked for any.
    """
    if not _first(_KEYS):
        raise LibraryError(
            f"no keys for {place}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and "
            "AWS_ENDPOINT_URL if the server is not Amazon's"
        )


def objects(place: Bucket) -> "S3Store":
    """The objects of a place, by their names in it. It is not looked at yet.

    Raises:
        LibraryError: there are no keys, or not the library that speaks to such servers.
    """
    try:
        from obstore.store import S3Store
    except ImportError:
        raise LibraryError(f'{place} needs one part more: pip install "rushes[s3]"') from None
    check_keys(place)
    return S3Store(
        place.bucket,
        prefix=place.folder or None,
        config=_server(),  # type: ignore[arg-type]  # names that S3Config declares
        client_options={**_PATIENCE, "allow_http": _is_plain()},  # type: ignore[arg-type]
        retry_config={"max_retries": _RETRIES},
    )


def lance_options() -> dict[str, str]:
    """The same for Lance, which reads the keys from the environment as obstore does."""
    plain = {"allow_http": str(_is_plain()).lower()}
    return {**_server(), **_PATIENCE, **plain, "client_max_retries": str(_RETRIES)}


@contextmanager
def failures(place: Bucket) -> Iterator[None]:
    """What a server does not do, as one sentence about the library.

    Raises:
        LibraryError: it failed.
    """
    try:
        yield
    except Exception as error:
        if not _is_of_server(error):
            raise
        raise LibraryError(_told(place, str(error))) from None


def is_missing(error: FileNotFoundError) -> bool:
    """Whether an object is not there, and not its whole bucket."""
    return "NoSuchBucket" not in str(error)


def _is_of_server(error: Exception) -> bool:
    """obstore has errors of its own, Lance puts the server's into Python's."""
    from obstore.exceptions import BaseError

    if isinstance(error, BaseError):
        return True
    of_lance = isinstance(error, RuntimeError | ValueError | OSError)
    return of_lance and re.search(r"\bS3\b|<Error>", str(error)) is not None


def _told(place: Bucket, said: str) -> str:
    at = f"{place} at {endpoint() or 'Amazon'}"
    if "NoSuchBucket" in said:
        return f"{at}: there is no bucket {place.bucket}: make it, or name another --library"
    if any(each in said for each in _DENIED):
        return f"{at} may not be used: check AWS_ACCESS_KEY_ID, its secret, and what they allow"
    found = (re.search(each, said) for each in _CAUSES)
    cause = next((each[1] for each in found if each is not None), said)
    return f"cannot reach {at}: {one_line(cause)[:200]}"


def _server() -> dict[str, str]:
    named = {"endpoint": endpoint(), "region": _first(_REGIONS)}
    if named["endpoint"] and not named["region"]:
        named["region"] = "us-east-1"  # other servers than Amazon's have no regions, or this one
    return {name: value for name, value in named.items() if value}


def _is_plain() -> bool:
    """Without encryption only where the user named an address that has none."""
    return endpoint().startswith("http://")


def _first(names: tuple[str, ...]) -> str:
    return next((os.environ[name] for name in names if os.environ.get(name)), "")
