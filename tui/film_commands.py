"""The commands that make films, as they are typed: their flags, and what they say of themselves."""

from pathlib import Path
from typing import Annotated

import typer

from tui.options import FilmCodec, ForceOption, JsonOption, LibraryOption

GENERATE_EXAMPLES = (
    "Examples: rushes generate --from 'tram.mp4@00:12.5-00:16' --prompt 'the tram rounds "
    "the corner as rain starts' --camera 'dolly in' --seconds 8 --upscale 4k --out tram-rain.mp4; "
    "rushes generate --keyframe start.png --keyframe end.png@last --seconds 10 --out morph.mp4; "
    "rushes generate --storyboard film.toml --out film.mp4"
)


def clip(
    place: Annotated[str, typer.Argument(metavar="FILE@IN-OUT", help="A stretch of a film.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Write the clip here.")],
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Cut a clip to the frame, without loss where the cut allows."""
    from tui.clip_and_upscale import cut

    cut(place, out, force, as_json)


def upscale(
    place: Annotated[str, typer.Argument(metavar="FILE[@IN-OUT]", help="A film, or part of one.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Write the film here.")],
    to: Annotated[str, typer.Option(help="4k, 1440p, 1080p, 720p or WIDTHxHEIGHT.")] = "4k",
    upscaler: Annotated[
        str, typer.Option("--with", help="rtx, realesrgan, lanczos; auto: the best in fair time.")
    ] = "auto",
    fps: Annotated[
        str | None, typer.Option(help="Deliver at this rate, filled along the optical flow.")
    ] = None,
    codec: Annotated[
        FilmCodec | None, typer.Option(help="As a rule h264; hevc for films of ten bits.")
    ] = None,
    force: ForceOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a film larger, up to 4K, with its sound, and put it into the library."""
    from rushes.encoding import Codec
    from rushes.settings import load_settings
    from tui.clip_and_upscale import upscale as enlarge

    wanted = None if codec is None else Codec(codec)
    settings = load_settings(library=library)
    enlarge(place, out, to, upscaler, fps, wanted, settings, force, as_json)


def generate(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Write the film here.")],
    clip: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE@IN[-OUT]", help="Start from a found clip."),
    ] = None,
    keyframe: Annotated[
        list[str] | None,
        typer.Option(
            metavar="IMG[@WHERE]",
            help="A picture, or FILM@TIME, and where: first, last or seconds. May be repeated.",
        ),
    ] = None,
    blend: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Render keyframes of a Blender scene.")
    ] = None,
    camera_object: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --blend: the camera's name.")
    ] = None,
    frames: Annotated[
        str | None, typer.Option(metavar="1,60,120", help="With --blend: frames of the scene.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(help="With --blend: eevee or cycles; else the scene's own.")
    ] = None,
    depth: Annotated[
        bool,
        typer.Option("--depth", help="Follow the scene's depth (ltx with an IC-LoRA for depth)."),
    ] = False,
    storyboard: Annotated[
        Path | None, typer.Option(metavar="TOML", help="Several shots: see docs/generating.md.")
    ] = None,
    prompt: Annotated[str | None, typer.Option(help="What happens, in plain words.")] = None,
    negative: Annotated[str | None, typer.Option(help="What must not be seen.")] = None,
    camera: Annotated[
        str | None, typer.Option(help="A move: dolly in, slow pan left, handheld, ...")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="How long; else 5.")] = None,
    size: Annotated[
        str | None, typer.Option(help="As 1280x720; else the first keyframe's shape.")
    ] = None,
    fps: Annotated[
        str | None, typer.Option(help="Frames a second to draw; else the clip's.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed, another film.")] = None,
    sound: Annotated[
        str | None, typer.Option(help="kept (the clip's), generated, or silent.")
    ] = None,
    fit: Annotated[
        str | None,
        typer.Option(help="Keyframes of another shape: crop, pad, or fit (squeezed)."),
    ] = None,
    backend: Annotated[
        str, typer.Option(help="What draws; auto: the best that can run here.")
    ] = "auto",
    label: Annotated[bool, typer.Option(help="Burn ANIMATIC into an animatic.")] = True,
    upscale_to: Annotated[
        str | None, typer.Option("--upscale", help="Enlarge it to 4k, 1080p or WIDTHxHEIGHT.")
    ] = None,
    upscaler: Annotated[
        str,
        typer.Option(
            "--with", help="comfyui (its server), rtx, realesrgan, lanczos; auto: the best of them."
        ),
    ] = "auto",
    deliver_fps: Annotated[
        str | None,
        typer.Option(help="Deliver at this rate, as 60, filled along the optical flow."),
    ] = None,
    codec: Annotated[FilmCodec, typer.Option(help="What to write.")] = FilmCodec.H264,
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what would run, how long, how much memory.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Make only an animatic of it, beside FILE.")
    ] = False,
    force: ForceOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a shot from a found clip, pictures, a Blender scene or a storyboard.

    It is put into the library, where its prompt finds it.
    """
    from rushes.encoding import Codec
    from rushes.settings import load_settings
    from tui.film_flags import Asked
    from tui.generating import Making
    from tui.generating import generate as make

    asked = Asked(
        clip=clip,
        keyframes=tuple(keyframe or ()),
        blend=blend,
        camera_object=camera_object,
        frames=frames,
        engine=engine,
        depth=depth,
        storyboard=storyboard,
        prompt=prompt,
        negative=negative,
        camera=camera,
        seconds=seconds,
        size=size,
        fps=fps,
        seed=seed,
        sound=sound,
        fit=fit,
    )
    making = Making(
        out=out,
        backend=backend,
        labelled=label,
        upscale=upscale_to,
        upscaler=upscaler,
        deliver_fps=deliver_fps,
        codec=Codec(codec),
        plan=plan,
        preview=preview,
        force=force,
    )
    make(asked, making, load_settings(library=library), as_json)
