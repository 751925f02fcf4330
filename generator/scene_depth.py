"""How far away what a Blender scene shows is, as a film that models of depth control follow."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.blender import Scene, run_blender
from rushes.encoding import Codec, Format, Picture, film_writer
from rushes.errors import WrongUsage
from rushes.jobs import Job
from rushes.output import writing

_MOST_FRAMES = 14_400  # ten minutes at 24 a second, which is the longest shot
_SPECKS = 99.5
"""Per cent of a picture: what is nearer than the rest is taken for a speck before the lens."""

# Cycles needs no display; one ray a pixel is exact. A lens that blurs would blur the depth.
_SCRIPT = """
if bpy.app.version >= (5, 0, 0):
    print("Error: depth needs Blender 4 or older, whose compositor Rushes knows", flush=True)
    sys.exit(3)
render = scene.render
side = max(render.resolution_x, render.resolution_y) * render.resolution_percentage / 100
if side > 1280:
    render.resolution_percentage = max(1, int(render.resolution_percentage * 1280 / side))
render.engine = "CYCLES"
render.use_compositing, render.use_sequencer, render.use_motion_blur = True, False, False
scene.cycles.samples, scene.cycles.max_bounces, scene.cycles.use_denoising = 1, 0, False
for each in bpy.data.cameras:
    each.dof.use_dof = False
layer = bpy.context.view_layer
layer.use_pass_z = True
scene.use_nodes = True
nodes, links = scene.node_tree.nodes, scene.node_tree.links
nodes.clear()
seen = nodes.new("CompositorNodeRLayers")
seen.scene, seen.layer = scene, layer.name
nearness = nodes.new("CompositorNodeMath")
nearness.operation = "DIVIDE"
nearness.inputs[0].default_value = 1.0
links.new(seen.outputs["Depth"], nearness.inputs[1])
out = nodes.new("CompositorNodeOutputFile")
out.base_path = {folder!r}
out.format.file_format, out.format.color_mode, out.format.color_depth = "OPEN_EXR", "RGB", "32"
out.file_slots[0].path = "depth_#####"
links.new(nearness.outputs[0], out.inputs[0])
for frame in range({first}, {last} + 1):
    scene.frame_set(frame)
    bpy.ops.render.render()
"""


def check_depth_frames(frames: Sequence[int]) -> None:
    """Whether there are not too many between the first and the last.

    Raises:
        WrongUsage: there are.
    """
    if frames[-1] - frames[0] >= _MOST_FRAMES:
        raise WrongUsage(
            f"depth of frames {frames[0]} to {frames[-1]} is too much: take {_MOST_FRAMES} at most"
        )


def render_depth(scene: Scene, folder: Path, job: Job) -> Path:
    """Render the depth of each frame from the first of `scene.frames` to the last, as a film.

    It is what models that estimate depth from pictures give, and models of depth control were
    trained with (MiDaS, Ranftl et al., TPAMI 2022): the reciprocal of the distance, scaled over
    the whole film, so that the nearest is white, the farthest (or the sky) black, and nothing
    flickers. The film, `folder`/depth.mov, has the scene's rate and shape, and sides of up to 1280.

    Raises:
        WrongUsage: as `check_depth_frames`.
        RushesError: as `run_blender`, or the film cannot be written.
        Cancelled: the job was cancelled.
    """
    check_depth_frames(scene.frames)
    first, last = scene.frames[0], scene.frames[-1]
    script = _SCRIPT.format(folder=str(folder.absolute()), first=first, last=last)
    names = [f"depth_{frame:05d}.exr" for frame in range(first, last + 1)]
    still = replace(scene, engine=None)
    rendered = run_blender(still, folder, (), script, names, job)
    film = folder / "depth.mov"
    _write(rendered.paths, rendered.fps, film, job)
    with writing(folder):
        for path in rendered.paths:
            path.unlink(missing_ok=True)
    return film


def _write(paths: Sequence[Path], fps: Fraction, film: Path, job: Job) -> None:
    far, near = _range(paths, job)
    height, width = (side // 2 * 2 for side in _nearness(paths[0]).shape)
    with film_writer(film, Format(width, height, fps, Codec.PRORES), force=True) as writer:
        for nearness in map(_nearness, paths):
            job.check_cancelled()
            writer.add(_grey(nearness[:height, :width], far, near))


def _range(paths: Sequence[Path], job: Job) -> tuple[float, float]:
    """What is to be black, and what white, in all pictures."""
    far, near = np.inf, 0.0
    for nearness in _checked(paths, job):
        far = min(far, float(nearness.min()))
        near = max(near, float(np.percentile(nearness, _SPECKS)))
    return far, near


def _checked(paths: Sequence[Path], job: Job) -> Iterator[NDArray[np.float32]]:
    for path in paths:
        job.check_cancelled()
        yield _nearness(path)


def _nearness(path: Path) -> NDArray[np.float32]:
    """One over the distance in the scene's units, shape (height, width)."""
    import av

    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        return np.asarray(frame.to_ndarray()[:, :, 0], np.float32)


def _grey(nearness: NDArray[np.float32], far: float, near: float) -> Picture:
    """Sixteen bits, so that an even slope has no steps. All is black where all is equally far."""
    spread = max(near - far, 1e-12)
    grey = np.clip((nearness - far) / spread, 0, 1) * 65535
    return np.repeat(np.rint(grey).astype(np.uint16)[:, :, None], 3, axis=2)
