"""Speech, music, ambience, silence: how often each is recognised, and what a minute costs.

python -m benchmarks sounds              # on sounds that nothing was tuned on
python -m benchmarks.sounds fit FOLDER   # the numbers of indexer/sounds.py, from the other half
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.place import Place
from indexer.sounds import VOICED, SoundTrack, music_features
from indexer.speech import voices_in
from rushes.facts import Sound
from rushes.jobs import Job
from rushes.media import SAMPLE_RATE, sound_blocks
from rushes.models.pip_source import fetch_from_wheel
from tests.media.library_texts import SPOKEN
from tests.media.soundscapes import AMBIENCE, MUSIC, ambience, at_level, mixed, music, reverberant
from tests.media.speech import Samples, say

SPEECH, MUSICAL, AMBIENT, SILENT = Sound.SPEECH, Sound.MUSIC, Sound.AMBIENCE, Sound.SILENCE
SECONDS = 12.0
TUNING_SEEDS, REPORT_SEEDS = (0, 2, 4, 6, 8), (11, 13, 15, 17, 19)
VOICES = ("en-us", "en-us+m3", "en-us+f3", "en-us+m7", "en-us+f4")

# Eight songs and instrumental pieces lie beside the demo's pictures in their wheel.
SONGS = (
    "comfyui-workflow-templates-media-image",
    "0.3.160",
    "d4a5c5541c7088f6adb1c7da41f5d7c1c14a037eda6a61cd8b4b76c251faaa93",
    ["*.mp3"],
)
SONGS_FOLDER = "comfyui_workflow_templates_media_image/templates"


@dataclass(frozen=True)
class Case:
    """A sound and what is heard in it. `tunes`: whether the regressions were fitted on it.

    What `may` be found besides is neither right nor wrong: the noise in a song, its singer.
    """

    name: str
    tunes: bool
    samples: Samples
    holds: frozenset[Sound]
    may: frozenset[Sound] = frozenset()


def cases(songs: Path, media: Path) -> Iterator[Case]:
    """All sounds. Every second song is for tuning."""
    for seed in TUNING_SEEDS + REPORT_SEEDS:
        for name, (samples, *holds) in _made(seed).items():
            yield Case(name, seed in TUNING_SEEDS, samples, frozenset(holds))
    for number, path in enumerate(sorted(songs.glob("*.mp3"))):
        singer = frozenset({SPEECH, AMBIENT})
        yield Case("real songs", number % 2 == 0, _read(path), frozenset({MUSICAL}), singer)
    beckett = _read(next(media.rglob("beckett.wav")))
    yield Case("real speech", False, beckett, frozenset({SPEECH}))


def _made(seed: int) -> dict[str, tuple[Samples, Sound, *tuple[Sound, ...]]]:
    """A sound of every kind, and what is heard in it."""
    random = np.random.default_rng(1000 + seed)
    style, kind = list(MUSIC)[seed % len(MUSIC)], list(AMBIENCE)[seed * 4 % len(AMBIENCE)]
    loud_db, soft_db = random.uniform(-24, -14), random.uniform(-44, -26)
    under_db = random.uniform(-34, -26)
    song = music(style, seed + 100, SECONDS, loud_db)
    talk = at_level(_talk(seed), -20)
    echoing = at_level(reverberant(random, talk, random.uniform(0.3, 0.8), 0.4), -20)
    room = ambience("pink", seed, SECONDS, -65)
    return {
        **{f"music: {s}": (music(s, seed, SECONDS, loud_db), MUSICAL) for s in MUSIC},
        **{f"ambience: {k}": (ambience(k, seed, SECONDS, soft_db), AMBIENT) for k in AMBIENCE},
        "music in noise": (mixed(song, ambience(kind, seed, SECONDS, loud_db - 15)), MUSICAL),
        "quiet music": (at_level(song, -52), MUSICAL),
        "quiet ambience": (ambience(kind, seed + 100, SECONDS, -58), AMBIENT),
        "digital silence": (np.zeros(round(SECONDS * SAMPLE_RATE), np.float32), SILENT),
        "a recorder's hiss": (ambience("pink", seed, SECONDS, -76), SILENT),
        "speech": (mixed(talk, room), SPEECH),
        "speech in a room": (mixed(echoing, room), SPEECH),
        "speech over music": (mixed(talk, at_level(song, under_db)), SPEECH, MUSICAL),
        "speech in noise": (
            mixed(talk, ambience(kind, seed + 200, SECONDS, under_db)),
            SPEECH,
            AMBIENT,
        ),
    }


def _talk(seed: int) -> Samples:
    texts = list(SPOKEN.values())
    pause = np.zeros(round((0.3 + 0.1 * (seed % 4)) * SAMPLE_RATE), np.float32)
    spoken: list[Samples] = []
    for number in range(seed, seed + 3):
        for sentence in texts[number % len(texts)].split(". "):
            spoken += [say(sentence, voice=VOICES[seed % len(VOICES)]).samples, pause]
    return np.concatenate(spoken)[: round(SECONDS * SAMPLE_RATE)]


def _read(path: Path) -> Samples:
    return np.concatenate([samples for _, samples in sound_blocks(path, 240.0)])


def track_of(case: Case) -> SoundTrack:
    track = SoundTrack()
    track.add(0.0, case.samples, voices_in(case.samples))
    return track


def shots_of(case: Case, shot_s: float) -> list[tuple[float, float]]:
    count = int(len(case.samples) / SAMPLE_RATE / shot_s)
    return [(number * shot_s, (number + 1) * shot_s) for number in range(count)]


def print_report(some: Sequence[Case], shot_s: float) -> None:
    """For every kind the shots in which each sound was found, then each sound's figures."""
    right, found, there = Counter[Sound](), Counter[Sound](), Counter[Sound]()
    rows: dict[str, list[Counter[Sound]]] = {}
    exact = shots = 0.0
    groups = Counter(case.name for case in some)
    for case in some:
        track = track_of(case)
        times = shots_of(case, shot_s)
        counts = rows.setdefault(case.name, [Counter(), Counter()])
        counts[0].update(case.holds)
        for start_s, end_s in times:
            heard = frozenset(track.between(start_s, end_s))
            counts[1].update(heard)
            weight = 1 / len(times) / groups[case.name]
            shots += weight
            exact += weight * (case.holds <= heard <= case.holds | case.may)
            for sound in Sound:
                there[sound] += sound in case.holds
                found[sound] += sound in heard - case.may
                right[sound] += sound in heard & case.holds
    print(f"{'shots of ' + format(shot_s, 'g') + ' s':24}" + "".join(f"{s:>10}" for s in Sound))
    total = {name: sum(len(shots_of(c, shot_s)) for c in some if c.name == name) for name in rows}
    for name, (holds, heard_in) in rows.items():
        shares = [f"{heard_in[s] / total[name]:.2f}{'*' if holds[s] else ' '}" for s in Sound]
        print(f"{name:24}" + "".join(f"{share:>10}" for share in shares))
    for label, part in (("precision", found), ("recall", there)):
        print(f"{label:24}" + "".join(f"{right[s] / max(1, part[s]):9.2f} " for s in Sound))
    print(f"exactly right, all kinds counting alike: {exact / shots:.3f}   (* is there)")


def print_cost(samples: Samples) -> None:
    voices = voices_in(samples)
    started_s = time.process_time()
    track = SoundTrack()
    track.add(0.0, samples, voices)
    added_s = time.process_time() - started_s
    voices_in(samples)
    looked_s = time.process_time() - started_s - added_s
    minutes = len(samples) / SAMPLE_RATE / 60
    print(
        f"processor for a minute of sound: {added_s / minutes:.3f} s, "
        f"finding voices {looked_s / minutes:.3f} s"
    )


def fit(some: Sequence[Case]) -> None:
    """Print the regression that tells music from ambience. Every kind of sound counts alike."""
    rows: list[tuple[NDArray[np.float64], bool, str]] = []
    for case in some:
        bins = track_of(case).bins
        for length in (6, 12) if SPEECH not in case.holds else ():  # 3 and 6 s
            for first in range(0, len(bins) - length + 1, length):
                part = bins[first : first + length]
                if not part[:, VOICED].any():
                    rows.append((music_features(part), MUSICAL in case.holds, case.name))
    kinds = Counter(name for _, _, name in rows)
    numbers = _regression(
        np.array([features for features, _, _ in rows]),
        np.array([musical for _, musical, _ in rows], float),
        np.array([1 / kinds[name] for _, _, name in rows]),
    )
    print("_MUSIC =", tuple(numbers.round(2).tolist()))


def _regression(
    features: NDArray[np.float64], truth: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Logistic regression by Newton's method, a little ridge on all but the constant."""
    middle, spread = features.mean(0), features.std(0) + 1e-9
    given = np.column_stack([np.ones(len(truth)), (features - middle) / spread])
    weights = weights * (len(truth) / weights.sum())
    ridge = np.diag([0.0] + [0.03] * features.shape[1])
    beta = np.zeros(given.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-given @ beta))
        gradient = given.T @ (weights * (truth - likely)) - ridge @ beta
        curve = (given.T * (weights * likely * (1 - likely))) @ given + ridge
        beta += np.linalg.solve(curve, gradient)
    scaled = beta[1:] / spread
    return np.array([beta[0] - scaled @ middle, *scaled])


def _songs(folder: Path) -> Path:
    songs = folder / "songs"
    if not songs.is_dir():
        partial = songs.with_name(".songs.part")
        fetch_from_wheel(*SONGS, partial, Job(), folder=SONGS_FOLDER)
        partial.rename(songs)
    return songs


def run(place: Place) -> None:
    held_out = [case for case in cases(_songs(place.folder), place.media) if not case.tunes]
    for shot_s in (4.0, 1.5):
        print_report(held_out, shot_s)
    print_cost(next(case.samples for case in held_out if case.name == "real songs"))


def main(command: str, folder: Path) -> None:
    place = Place(folder.absolute())
    some = [case for case in cases(_songs(place.folder), place.media) if case.tunes]
    fit(some) if command == "fit" else print_report(some, 4.0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
