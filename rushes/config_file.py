"""`config.toml`, changed one setting at a time: comments and keys of others stay as they are."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import AnyUrl, ValidationError

from rushes.errors import RushesError
from rushes.library_place import Bucket
from rushes.output import whole_file, writing
from rushes.paths import expanded, paths
from rushes.settings import Settings


def kept_settings() -> frozenset[str]:
    """The names of the settings that the file sets.

    Raises:
        RushesError: it cannot be read.
    """
    return frozenset(_read()) & Settings.model_fields.keys()


def checked(name: str, text: str) -> Any:
    """The value that a person typed for a setting, as TOML holds it; None to leave it out.

    A path is made absolute: the program may be started in another folder.

    Raises:
        RushesError: it is not allowed. The text says what is.
    """
    text = text.strip()
    if not text:
        return None
    try:
        given: Any = {name: text}
        value = getattr(Settings(**given), name)
    except ValidationError as error:
        wrong = [each for each in error.errors() if each["loc"][:1] == (name,)]
        if wrong:
            raise RushesError(f"{name}: {wrong[0]['msg']}") from None
        raise RushesError("another setting is not valid: see `rushes doctor`") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise RushesError(f"cannot read {paths().config_file}: {error}") from None
    if isinstance(value, Path):
        return str(expanded(value).absolute())
    return text if isinstance(value, AnyUrl | Bucket) else value


def save_setting(name: str, text: str) -> None:
    """Write what a person typed into the file; nothing typed means the default again.

    Raises:
        RushesError: it is not allowed, or the file cannot be read or written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    value = checked(name, text)
    file = paths().config_file.resolve()  # a link to where its owner keeps such files stays one
    try:
        document = tomlkit.parse(_text(file))
        if value is None:
            document.pop(name, None)
        else:
            document[name] = value
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise RushesError(f"cannot read {file}: {error}") from None
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
    with writing(file), whole_file(file, force=True) as partial:
        partial.write_text(tomlkit.dumps(document), encoding="utf-8")


def _read() -> dict[str, Any]:
    file = paths().config_file
    try:
        return tomllib.loads(_text(file))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RushesError(f"cannot read {file}: {error}") from None


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise RushesError(f"cannot read {file}: {error.strerror}") from None
