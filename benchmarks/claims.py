"""Claims against their sources: how often a true one is refused, and a false one passes.

    python -m benchmarks.claims [--half report] [--show]

Over tests/quality/claims.json: sentences written by hand that say what their source says in
other words, and the same sentences made false in one way each. Half of the sources was used to
choose what agent/claims.py holds to. `--show` prints those that are judged wrongly.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from agent.claims import check
from indexer.embed.encoders import TextEncoder
from indexer.embed.text import load_text
from rushes.models import ModelStore, load_catalogue
from rushes.paths import paths

CLAIMS = Path(__file__).parent.parent / "tests" / "quality" / "claims.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("tune", "report", "all"), default="report")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--models", type=Path, default=paths().models)
    flags = parser.parse_args()
    encoder = load_text(load_catalogue().get("all-minilm-l6-v2"), ModelStore(flags.models), "cpu")
    for name, each in ((encoder.name, encoder), ("words alone", None)):
        print(f"{flags.half}, {name}")
        judge(flags.half, each, flags.show)


def judge(half: str, encoder: TextEncoder | None, show: bool) -> None:
    """Print the errors of each kind of claim, and of all."""
    labelled = json.loads(CLAIMS.read_text("utf-8"))
    total: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for each in labelled["claims"]:
        source = labelled["sources"][each["source"]]
        if half not in ("all", source["half"]):
            continue
        verdict = check(each["claim"], source["text"], encoder)
        group = "true ones refused" if each["holds"] else "false ones passed"
        mistaken = verdict.holds != each["holds"]
        for name in {group, each["kind"]}:
            total[name] += 1
            wrong[name] += mistaken
        if show and mistaken:
            print(f"  {each['kind']}: {each['claim']} {verdict.why and '(' + verdict.why + ')'}")
    for name in sorted(total, key=lambda name: (" ones " not in name, name)):
        print(f"  {name:28} {wrong[name]:3} of {total[name]:3}  {wrong[name] / total[name]:.3f}")


if __name__ == "__main__":
    main()
