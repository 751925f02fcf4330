"""How well the cheap look for text does: what it lets through, what it misses, what it costs.

    python3 -m benchmarks.textness PICTURES

PICTURES is a folder, of which half taught the look (`benchmarks/teach_textness.py`) and half
is reported on. Right is what RapidOCR finds at full size with four letters or more.
"""

import argparse
import random
import time
from pathlib import Path

from benchmarks.textness_pictures import halves, write_on
from indexer.textness import may_hold_text


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pictures", type=Path)
    options.add_argument("--cache", type=Path, default=Path("textness-lines.json"))
    asked = options.parse_args()
    _, reported = halves(asked.pictures, asked.cache)
    chance = random.Random(1)

    written = [p.image for p in reported if p.has_words]
    bare = [p.image for p in reported if p.has_nothing]
    captioned = [write_on(image, chance, 0.02, 0.12)[0] for image in bare]
    for image in bare[:3]:
        may_hold_text(image)  # loads the network
    started = time.process_time()
    alarms = sum(map(may_hold_text, bare))
    cost_ms = (time.process_time() - started) / len(bare) * 1000

    found = sum(map(may_hold_text, written))
    print(f"{found} of {len(written)} pictures in which RapidOCR reads words are let through")
    found = sum(map(may_hold_text, captioned))
    print(
        f"{found} of {len(captioned)} pictures with a line of words drawn on them are let through"
    )
    print(f"{alarms} of {len(bare)} pictures in which RapidOCR reads nothing are let through")
    print(f"a look costs {cost_ms:.1f} ms of processor time")


if __name__ == "__main__":
    main()
