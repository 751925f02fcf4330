"""A contact sheet: found moments as one picture."""

from collections.abc import Sequence
from pathlib import Path

from rushes import Moment
from rushes.errors import WrongUsage
from rushes.output import check_output, whole_file, writing
from rushes.text import one_line
from tui.labels import place, title

_COLUMNS = 4
_CELL = (320, 180)
_CAPTION = 44
_GAP = 12


def check_sheet(path: Path, force: bool) -> None:
    """Refuse a name before anything is looked for.

    Raises:
        WrongUsage: it is none of a PNG.
        RushesError: it cannot be written, or is there and `force` is not given.
    """
    if path.suffix.lower() != ".png":
        name = one_line(str(path))
        raise WrongUsage(f"{name}: a contact sheet is a PNG, give it a name ending in .png")
    check_output(path, force)


def write_sheet(moments: Sequence[Moment], path: Path, force: bool) -> None:
    """Draw each moment's picture with its number, name and time, and write them as a PNG.

    Raises:
        RushesError: the file cannot be written, or is there and `force` is not given.
    """
    from PIL import Image, ImageDraw, ImageFont

    columns = min(_COLUMNS, max(1, len(moments)))
    rows = max(1, -(-len(moments) // columns))
    width = columns * (_CELL[0] + _GAP) + _GAP
    height = rows * (_CELL[1] + _CAPTION + _GAP) + _GAP
    sheet = Image.new("RGB", (width, height), (24, 24, 27))
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(15)
    for number, moment in enumerate(moments):
        row, column = divmod(number, columns)
        left = _GAP + column * (_CELL[0] + _GAP)
        top = _GAP + row * (_CELL[1] + _CAPTION + _GAP)
        draw.rectangle((left, top, left + _CELL[0], top + _CELL[1]), fill=(39, 39, 42))
        if moment.thumbnail is not None and moment.thumbnail.exists():
            with Image.open(moment.thumbnail) as picture:
                picture.thumbnail(_CELL)
                corner = (
                    left + (_CELL[0] - picture.width) // 2,
                    top + (_CELL[1] - picture.height) // 2,
                )
                sheet.paste(picture.convert("RGB"), corner)
        elif moment.text:
            words = _wrapped(one_line(moment.text), 38, 7)
            draw.multiline_text((left + 10, top + 10), words, (212, 212, 216), font)
        name = _shortened(f"{number + 1}  {title(moment)}", 38)
        draw.text((left, top + _CELL[1] + 4), name, (250, 250, 250), font)
        when = place(moment).replace("–", "-")  # Pillow's own font has no dash
        detail = "  ".join(part for part in (when, ", ".join(moment.senses)) if part)
        draw.text((left, top + _CELL[1] + 23), detail, (161, 161, 170), font)
    with whole_file(path, force) as partial, writing(path):
        sheet.save(partial, "PNG")


def _shortened(text: str, length: int) -> str:
    """The text with its middle left out if it is longer: names differ at their ends."""
    if len(text) <= length:
        return text
    tail = length // 3
    return f"{text[: length - tail - 3]}...{text[-tail:]}"


def _wrapped(text: str, width: int, lines: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder=" ..."))
