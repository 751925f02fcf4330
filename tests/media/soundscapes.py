"""Sounds of which it is known what they are: music of several styles, ambience of several kinds.

All are made from a seed at 16 kHz: the same seed gives the same sound.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.media.speech import Samples

RATE = 16_000
Random = np.random.Generator
Wave = NDArray[np.float64]

_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9))
_TIMBRES = ((1.0, 0.5, 0.25, 0.12, 0.06), (1.0, 0.1, 0.5, 0.05, 0.3), (1.0, 0.8, 0.6, 0.5, 0.4))


def music(style: str, seed: int, seconds: float = 12.0, level_db: float = -18.0) -> Samples:
    """A piece in one of `MUSIC`, its root mean square at `level_db` below full scale."""
    return at_level(MUSIC[style](np.random.default_rng(seed), seconds), level_db)


def ambience(kind: str, seed: int, seconds: float = 12.0, level_db: float = -30.0) -> Samples:
    """The sound of one of `AMBIENCE`, its root mean square at `level_db` below full scale."""
    return at_level(AMBIENCE[kind](np.random.default_rng(seed), seconds), level_db)


def at_level(wave: Wave | Samples, level_db: float) -> Samples:
    """The sound made louder or quieter, clipped where it goes beyond full scale."""
    rms = float(np.sqrt(np.mean(np.square(wave))))
    return np.clip(wave * (10 ** (level_db / 20) / max(rms, 1e-9)), -1, 1).astype(np.float32)


def mixed(one: Samples, other: Samples) -> Samples:
    """Both at once, as long as the longer."""
    sound = np.zeros(max(len(one), len(other)), np.float32)
    sound[: len(one)] += one
    sound[: len(other)] += other
    return np.clip(sound, -1, 1)


def reverberant(random: Random, dry: Wave | Samples, length_s: float, share: float) -> Wave:
    """A sound and its echo in a room, of so much of its strength, gone after `length_s`."""
    count = round(length_s * RATE)
    tail = random.normal(size=count) * np.exp(-6 * np.arange(count) / count)
    tail /= np.sqrt(np.sum(tail**2))
    size = len(dry) + count
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(tail, size), size)[: len(dry)]
    return np.asarray(dry + share * wet)


def coloured_noise(random: Random, seconds: float, exponent: float) -> Wave:
    """Noise whose power falls with frequency to the power of `exponent`: 1 is pink, 2 brown."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(random.normal(size=count))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20.0)
    return np.fft.irfft(spectrum * hertz ** (-exponent / 2), count)


def _note(
    hertz: float,
    seconds: float,
    timbre: tuple[float, ...],
    decay_s: float,
    attack_s: float = 0.005,
    vibrato: float = 0.0,
) -> Wave:
    time = np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * hertz * time + vibrato * hertz / 5 * np.sin(2 * np.pi * 5.5 * time)
    wave = np.zeros(len(time))
    for number, amplitude in enumerate(timbre, 1):
        if hertz * number < RATE / 2.2:
            wave += amplitude * np.sin(number * phase) * np.exp(-time * number**0.5 / decay_s)
    release = np.clip((seconds - time) / 0.03, 0, 1)
    return wave * np.clip(time / attack_s, 0, 1) * release


def _place(onto: Wave, wave: Wave, at_s: float, gain: float = 1.0) -> None:
    first = round(at_s * RATE)
    part = wave[: max(0, len(onto) - first)]
    onto[first : first + len(part)] += gain * part


def _pitch(key: float, scale: tuple[int, ...], degree: int) -> float:
    octave, step = divmod(degree, len(scale))
    return float(key * 2 ** (octave + scale[step] / 12))


def _melody(random: Random, seconds: float) -> Wave:
    """One plucked instrument, alone."""
    sound = np.zeros(round(seconds * RATE))
    key, scale = random.uniform(180, 400), _SCALES[random.integers(3)]
    beat_s, timbre = random.uniform(0.25, 0.45), _TIMBRES[random.integers(3)]
    at_s, degree = random.uniform(0, 0.2), 0
    while at_s < seconds:
        length_s = beat_s * random.choice([1, 1, 2, 3])
        degree = int(np.clip(degree + random.integers(-3, 4), -5, 9))
        _place(sound, _note(_pitch(key, scale, degree), length_s * 1.3, timbre, 0.6), at_s)
        at_s += length_s
    return reverberant(random, sound, 0.8, 0.4)


def _chords(random: Random, seconds: float, attack_s: float = 0.01, vibrato: float = 0.0) -> Wave:
    """Struck chords that decay: a piano or a guitar."""
    sound = np.zeros(round(seconds * RATE))
    key, scale = random.uniform(110, 220), _SCALES[random.integers(2)]
    beat_s, timbre = random.uniform(0.4, 0.8), _TIMBRES[random.integers(3)]
    roots = random.permutation([0, 3, 4, 5])
    for number in range(int(seconds / beat_s) + 1):
        root = int(roots[number // 2 % 4])
        for degree in (root, root + 2, root + 4, root - 7):
            note = _note(_pitch(key, scale, degree), beat_s * 1.8, timbre, 1.0, attack_s, vibrato)
            _place(sound, note, number * beat_s + random.uniform(0, 0.01), random.uniform(0.6, 1))
    return reverberant(random, sound, 1.2, 0.5)


def _strings(random: Random, seconds: float) -> Wave:
    """Slow chords with vibrato and soft beginnings, no beat."""
    sound = np.zeros(round(seconds * RATE))
    key, scale = random.uniform(130, 260), _SCALES[random.integers(2)]
    at_s = 0.0
    while at_s < seconds:
        length_s, root = random.uniform(1.2, 2.5), int(random.integers(0, 6))
        for degree in (root, root + 2, root + 4, root + 7):
            hertz = _pitch(key, scale, degree) * random.uniform(0.997, 1.003)
            note = _note(hertz, length_s + 0.4, _TIMBRES[2], 8.0, 0.3, 0.006)
            _place(sound, note, at_s)
        at_s += length_s
    return reverberant(random, sound, 2.0, 0.6)


def _drums(random: Random, seconds: float, beat_s: float) -> Wave:
    sound = np.zeros(round(seconds * RATE))
    time = np.arange(round(0.25 * RATE)) / RATE
    kick = np.sin(2 * np.pi * (50 * time + 6 * (1 - np.exp(-30 * time)))) * np.exp(-14 * time)
    snare = random.normal(size=len(time)) * np.exp(-18 * time)
    hat = np.diff(random.normal(size=len(time)), prepend=0) * np.exp(-60 * time)
    for step in range(int(2 * seconds / beat_s)):
        at_s = step * beat_s / 2
        _place(sound, hat, at_s, 0.25)
        if step % 4 == 0:
            _place(sound, kick, at_s, 1.5)
        if step % 4 == 2:
            _place(sound, snare, at_s, 0.5)
    return sound


def _band(random: Random, seconds: float) -> Wave:
    """Drums, bass and chords."""
    beat_s = random.uniform(0.4, 0.65)
    drums = _drums(random, seconds, beat_s)
    bass = np.zeros(len(drums))
    key, scale = random.uniform(50, 80), _SCALES[random.integers(2)]
    for step in range(int(2 * seconds / beat_s)):
        degree = (0, 0, 3, 4)[step // 8 % 4]
        note = _note(_pitch(key, scale, degree), beat_s * 0.45, _TIMBRES[2], 0.5)
        _place(bass, note, step * beat_s / 2)
    return np.asarray(drums + 0.5 * bass + 0.25 * _chords(random, seconds))


def _techno(random: Random, seconds: float) -> Wave:
    """A drum machine and a repeating bass figure."""
    beat_s = random.uniform(0.42, 0.52)
    sound = 1.2 * _drums(random, seconds, beat_s)
    key, scale = random.uniform(55, 110), _SCALES[random.integers(3)]
    figure = random.integers(-2, 6, 8)
    for step in range(int(4 * seconds / beat_s)):
        note = _note(_pitch(key, scale, int(figure[step % 8])), beat_s / 4, _TIMBRES[2], 0.2)
        _place(sound, note, step * beat_s / 4, 0.5)
    return sound


def _rain(random: Random, seconds: float) -> Wave:
    """Hiss, and thousands of drops."""
    count = round(seconds * RATE)
    drops = (random.random(count) < random.uniform(0.002, 0.02)) * random.exponential(1, count)
    ring = np.exp(-np.arange(60) / 8) * np.cos(np.arange(60) * random.uniform(0.6, 1.6))
    falling = np.convolve(drops, ring)[:count]
    hiss = coloured_noise(random, seconds, random.uniform(0.2, 0.8))
    return np.asarray(falling / falling.std() + random.uniform(0.3, 1.5) * hiss / hiss.std())


def _below(random: Random, seconds: float, hertz: float) -> Wave:
    """Noise with nothing in it above `hertz`, of variance 1."""
    spectrum = np.fft.rfft(random.normal(size=round(seconds * RATE)))
    spectrum[round(hertz * seconds) + 1 :] = 0
    slow = np.fft.irfft(spectrum, round(seconds * RATE))
    return np.asarray(slow / slow.std())


def _gusts(random: Random, seconds: float, fastest_hz: float, depth: float) -> Wave:
    return np.asarray(np.exp(depth * _below(random, seconds, fastest_hz)))


def _wind(random: Random, seconds: float) -> Wave:
    """Low noise in gusts, and a whistle that wanders."""
    noise = coloured_noise(random, seconds, random.uniform(1.4, 2.2))
    gusts = _gusts(random, seconds, 0.6, random.uniform(0.3, 0.7))
    return np.asarray(gusts * (noise / noise.std() + 0.2 * _whistle(random, seconds)))


def _whistle(random: Random, seconds: float) -> Wave:
    """Noise in a narrow band whose middle wanders between 400 and 900 Hz."""
    hertz = 650 + 125 * np.clip(_below(random, seconds, 0.3), -2, 2)
    return _below(random, seconds, 30) * np.sin(2 * np.pi * np.cumsum(hertz) / RATE)


def _traffic(random: Random, seconds: float) -> Wave:
    """Rumble, cars that pass, and an engine."""
    count = round(seconds * RATE)
    time = np.arange(count) / RATE
    rumble = coloured_noise(random, seconds, 1.8)
    sound = rumble / rumble.std()
    hiss = coloured_noise(random, seconds, 0.8)
    for at_s in random.uniform(0, seconds, max(1, round(seconds / 4))):
        sound += 1.5 * hiss / hiss.std() * np.exp(-(((time - at_s) / 0.9) ** 2))
    turning = np.cumsum(random.uniform(28, 60) * _gusts(random, seconds, 0.3, 0.08)) / RATE
    for number in range(1, 7):
        sound += 0.4 / number * np.sin(2 * np.pi * number * turning)
    return np.asarray(sound)


def _hum(random: Random, seconds: float) -> Wave:
    """A transformer, a refrigerator: harmonics that stay, in a little noise."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound = 0.5 * coloured_noise(random, seconds, 1.0)
    sound /= sound.std()
    base = float(random.choice([50.0, 60.0, 48.5]))
    for number in range(1, 9):
        sound += random.uniform(0, 1) * np.sin(2 * np.pi * base * number * time)
    return np.asarray(sound)


def _waves(random: Random, seconds: float) -> Wave:
    """Breakers on a beach."""
    noise = coloured_noise(random, seconds, random.uniform(0.8, 1.3))
    return np.asarray(noise * _gusts(random, seconds, 0.3, 0.8))


def _birds(random: Random, seconds: float) -> Wave:
    """Chirps that glide, over leaves that rustle."""
    leaves = coloured_noise(random, seconds, 1.0)
    sound = 0.4 * leaves / leaves.std()
    for at_s in random.uniform(0, seconds, round(seconds * random.uniform(0.8, 3))):
        length_s = random.uniform(0.05, 0.25)
        time = np.arange(round(length_s * RATE)) / RATE
        hertz = random.uniform(2500, 5500) * (1 + random.uniform(-0.3, 0.3) * time / length_s)
        chirp = np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.hanning(len(time))
        for repeat in range(random.integers(1, 5)):
            _place(sound, chirp, at_s + repeat * 1.4 * length_s, random.uniform(0.5, 2))
    return np.asarray(sound)


def _crickets(random: Random, seconds: float) -> Wave:
    """A steady high tone, pulsed, over a quiet night."""
    time = np.arange(round(seconds * RATE)) / RATE
    night = coloured_noise(random, seconds, 1.2)
    pulses = 0.5 + 0.5 * np.sign(np.sin(2 * np.pi * random.uniform(15, 30) * time))
    chirps = (np.sin(2 * np.pi * random.uniform(0.6, 2) * time) > -0.2).astype(float)
    tone = np.sin(2 * np.pi * random.uniform(3800, 5200) * time)
    return np.asarray(0.3 * night / night.std() + pulses * chirps * tone)


def _footsteps(random: Random, seconds: float) -> Wave:
    """Somebody walks over gravel, nearly in time."""
    room = coloured_noise(random, seconds, 1.5)
    sound = 0.05 * room / room.std()
    at_s, step_s = 0.2, random.uniform(0.45, 0.7)
    while at_s < seconds - 0.3:
        count = round(0.2 * RATE)
        thump = coloured_noise(random, 0.2, random.uniform(0.3, 1.2))
        _place(sound, thump / thump.std() * np.exp(-25 * np.arange(count) / RATE), at_s)
        at_s += step_s * random.uniform(0.92, 1.08)
    return np.asarray(sound)


def _engine(random: Random, seconds: float) -> Wave:
    """A motor that speeds up and slows down."""
    speed = random.uniform(60, 120) * _gusts(random, seconds, 0.25, 0.25)
    phase = 2 * np.pi * np.cumsum(speed) / RATE
    noise = coloured_noise(random, seconds, 1.2)
    sound = 0.6 * noise / noise.std()
    for number in range(1, 16):
        sound += random.uniform(0.2, 1) / number**0.5 * np.sin(number * phase)
    return np.asarray(sound)


MUSIC: dict[str, Callable[[Random, float], Wave]] = {
    "melody": _melody,
    "chords": _chords,
    "strings": _strings,
    "band": _band,
    "techno": _techno,
}
AMBIENCE: dict[str, Callable[[Random, float], Wave]] = {
    "pink": lambda random, seconds: coloured_noise(random, seconds, 1),
    "brown": lambda random, seconds: coloured_noise(random, seconds, 2),
    "rain": _rain,
    "wind": _wind,
    "traffic": _traffic,
    "hum": _hum,
    "waves": _waves,
    "birds": _birds,
    "crickets": _crickets,
    "footsteps": _footsteps,
    "engine": _engine,
}
