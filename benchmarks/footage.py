"""Indexing two minutes of 1080p with speech: Rushes, a naive pipeline, and saccade-video."""

import sys
import tempfile
from pathlib import Path

from benchmarks.place import Place, Run
from rushes.models import load_catalogue


def run(place: Place) -> None:
    """Each contender is a program of its own, timed from its start to its end."""
    film = place.hd().path
    speech = place.store.path(load_catalogue().get("whisper-tiny-en"))
    labels = place.store.path(load_catalogue().get("labels-and-objects"))
    seconds = 120.0
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch) / "library"
        ours = place.rushes("index", film, "--library", library)
        _print("rushes index", ours, seconds)
        for name, arguments in (("naive", [film, speech, labels]), ("saccade", [film, speech])):
            command = [sys.executable, "-m", "benchmarks.footage", name, *map(str, arguments)]
            if name == "saccade":
                command.append(scratch)
            peer = place.run(command)
            _print(name, peer, seconds)
            print(f"  rushes is {peer.wall_s / ours.wall_s:.2f}x as fast as {name}")


def _print(name: str, done: Run, seconds: float) -> None:
    print(
        f"  {name:13s} {done.wall_s:6.1f} s, {seconds / done.wall_s:5.1f}x real time, "
        f"{done.cpu_s:6.1f} s of processor, {done.peak_mb:5.0f} MB at most"
    )


def naive(film: Path, speech: Path, labels: Path) -> None:
    """As tutorials do it: default detectors, every frame decoded, one a second recognised."""
    import av
    import cv2
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter
    from faster_whisper import WhisperModel
    from scenedetect import ContentDetector, detect

    detect(str(film), ContentDetector())
    model = WhisperModel(str(speech), device="cpu", compute_type="int8")
    list(model.transcribe(str(film), word_timestamps=True)[0])
    interpreter = Interpreter(str(labels / "efficientnet_lite3.tflite"))
    interpreter.allocate_tensors()
    inlet = interpreter.get_input_details()[0]["index"]
    with av.open(str(film)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % 25 == 0:
                small = cv2.resize(frame.to_ndarray(format="rgb24"), (280, 280))
                interpreter.set_tensor(inlet, small[None].astype(np.uint8))
                interpreter.invoke()


def saccade(film: Path, speech: Path, scratch: Path) -> None:
    """saccade-video with the same speech model; it looks for no pictures by words."""
    import shutil

    from saccade import ASRConfig, Video

    copy = scratch / film.name  # it keeps its index beside the film
    shutil.copy(film, copy)
    settings = ASRConfig(model=str(speech), compute_type="int8", beam_size=1, language="en")
    Video(str(copy), asr=settings, cache_dir=scratch / "saccade").index()


if __name__ == "__main__":
    {"naive": naive, "saccade": saccade}[sys.argv[1]](*map(Path, sys.argv[2:]))
