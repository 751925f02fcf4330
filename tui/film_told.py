"""What is said of a film that is planned, and of one that was made."""

from generator.backends.choice import Chosen
from generator.delivery import Finish
from generator.planning import FilmPlan, PlannedShot
from generator.render import Rendered
from generator.storyboard import Storyboard, shot_name
from rushes.text import lasting, one_line, sized


def plan_lines(chosen: Chosen[FilmPlan], board: Storyboard) -> tuple[str, ...]:
    """A plan for a person: what would run, on what, how long, with how much memory."""
    plan = chosen.planned
    first = plan.estimates[0]
    width, height = plan.size
    drawn = ""
    if plan.drawn_size != plan.size:
        drawn = f" (drawn as {plan.drawn_size[0]}×{plan.drawn_size[1]} and cropped)"
    takes = "time not known" if plan.seconds is None else f"about {lasting(plan.seconds)}"
    memory = "memory not known"
    if plan.memory_bytes is not None:
        memory = f"{sized(plan.memory_bytes)} of memory"
    kind = "" if plan.backend.capabilities.generates else ", which generates nothing"
    lines = [
        f"would draw with {plan.backend.name}{kind}: {one_line(first.model)} on "
        f"{one_line(first.device)}",
        f"{width}×{height}{drawn}, {float(plan.fps):.5g} frames a second, {plan.frames} frames, "
        f"{float(plan.frames / plan.fps):.2f} s; {takes}, {memory}",
    ]
    for number, shot in enumerate(plan.shots, 1):
        lines.append(_shot_line(shot_name(number, len(board.shots)), shot, plan))
    lines += [f"note: {one_line(note)}" for note in plan.notes]
    return (*lines, *(f"not used: {one_line(why)}" for why in chosen.passed_over))


def finish_lines(plan: FilmPlan, finish: Finish) -> tuple[str, ...]:
    """What is done to a planned film afterwards, for a person."""
    lines: list[str] = []
    if finish.enlarged_by is not None:
        width, height = finish.size
        takes = _takes(finish.seconds)
        lines.append(
            f"then enlarged to {width}×{height} with {one_line(finish.enlarged_by)}{takes}"
        )
    if finish.filling_s is not None:
        lines.append(
            f"then filled in from {float(plan.fps):.5g} to {float(finish.fps):.5g} frames a second "
            f"along the optical flow{_takes(finish.filling_s)}"
        )
    return (*lines, *(f"not used: {one_line(why)}" for why in finish.passed_over))


def _takes(seconds: float | None) -> str:
    return "" if seconds is None else f", about {lasting(seconds)}"


def finish_json(finish: Finish) -> dict[str, object]:
    """The same for a program."""
    return {
        "delivered_width": finish.size[0],
        "delivered_height": finish.size[1],
        "delivered_fps": str(finish.fps),
        "upscaler": finish.enlarged_by,
        "seconds_to_enlarge": finish.seconds,
        "seconds_to_fill_in": finish.filling_s,
        "upscalers_passed_over": list(finish.passed_over),
    }


def plan_json(chosen: Chosen[FilmPlan]) -> dict[str, object]:
    """A plan for a program."""
    plan = chosen.planned
    return {
        "backend": plan.backend.name,
        "model": plan.estimates[0].model,
        "device": plan.estimates[0].device,
        "generates": plan.backend.capabilities.generates,
        "width": plan.size[0],
        "height": plan.size[1],
        "drawn_width": plan.drawn_size[0],
        "drawn_height": plan.drawn_size[1],
        "fps": str(plan.fps),
        "frames": plan.frames,
        "seconds_to_draw": plan.seconds,
        "memory_bytes": plan.memory_bytes,
        "shots": [
            {
                "frames": shot.frames,
                "parts": len(shot.parts),
                "sound": str(shot.sound),
                "begins_with_the_shot_before": shot.parts[0].carried,
                "keyframes": [
                    {
                        "file": str(source.keyframe.source.path),
                        "moment_s": source.at_s,
                        "where": str(source.keyframe.where),
                    }
                    for source in shot.sources
                ],
            }
            for shot in plan.shots
        ],
        "notes": list(plan.notes),
        "passed_over": list(chosen.passed_over),
    }


def made_lines(made: Rendered, passed_over: tuple[str, ...]) -> tuple[str, ...]:
    """A film that was made, for a person."""
    width, height = made.size
    what = "an animatic, not generated"
    if made.is_generated:
        what = f"made with AI: {one_line(', '.join(made.models))} through {made.backend}"
    larger = "" if made.upscaler is None else f", enlarged with {one_line(made.upscaler)}"
    if made.fps > made.drawn_fps:
        larger += f", filled in from {float(made.drawn_fps):.5g} frames a second"
    kept = made.parts - made.drawn
    reused = "" if not kept else f"; {kept} of {made.parts} parts were there from an earlier run"
    return (
        f"{one_line(str(made.path))}: {width}×{height}, {float(made.fps):.5g} frames a second, "
        f"{made.frames} frames, {made.duration_s:.2f} s, "
        f"{'with' if made.has_sound else 'without'} sound",
        f"{what}{larger}{reused}",
        f"how it came about: {one_line(str(made.sidecar))}",
        *(f"not used: {one_line(why)}" for why in passed_over),
    )


def made_json(made: Rendered, passed_over: tuple[str, ...]) -> dict[str, object]:
    """A film that was made, for a program."""
    return {
        "path": str(made.path),
        "sidecar": str(made.sidecar),
        "backend": made.backend,
        "models": list(made.models),
        "made_with_ai": made.is_generated,
        "width": made.size[0],
        "height": made.size[1],
        "fps": str(made.fps),
        "drawn_fps": str(made.drawn_fps),
        "frames": made.frames,
        "duration_s": made.duration_s,
        "sound": made.has_sound,
        "parts": made.parts,
        "drawn": made.drawn,
        "upscaler": made.upscaler,
        "passed_over": list(passed_over),
    }


def _shot_line(name: str, shot: PlannedShot, plan: FilmPlan) -> str:
    told = [f"{float(shot.frames / plan.fps):.2f} s"]
    if len(shot.parts) > 1:
        told.append(f"in {len(shot.parts)} parts, each from the end of the one before")
    if shot.parts[0].carried:
        told.append("begins with the last frame of the shot before")
    for source in shot.sources:
        moment = "" if source.at_s is None else f" at {source.at_s:.2f} s"
        file = one_line(source.keyframe.source.path.name)
        shape = f" ({source.size[0]}×{source.size[1]})" if source.size != plan.size else ""
        told.append(f"{file}{moment}{shape} → {source.keyframe.where}")
    if shot.shot.depth is not None:
        told.append(f"follows the depth in {one_line(shot.shot.depth.name)}")
    if shot.shot.camera is not None:
        told.append(str(shot.shot.camera))
    return f"{name}: {', '.join(told)}; sound {shot.sound}"
