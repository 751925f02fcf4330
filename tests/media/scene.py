"""A Blender scene, made by Blender."""

import subprocess
from pathlib import Path

_MAKE = """
import bpy
bpy.ops.wm.read_factory_settings(use_empty=False)
scene = bpy.context.scene
scene.render.resolution_x, scene.render.resolution_y = 64, 36
scene.render.resolution_percentage = 100
scene.render.fps, scene.render.fps_base = 24, 1.001
scene.cycles.samples = 1
camera = bpy.data.objects.new("Cam.001", bpy.data.cameras.new("Cam.001"))
camera.location = (0, 0, 9)
scene.collection.objects.link(camera)
for frame, height in ((1, 9), (9, 5)):
    camera.location.z = height
    camera.keyframe_insert("location", frame=frame)
for curve in camera.animation_data.action.fcurves:
    for point in curve.keyframe_points:
        point.interpolation = "LINEAR"
marker = scene.timeline_markers.new("to the other", frame=1)
marker.camera = bpy.data.objects["Camera"]
bpy.ops.wm.save_as_mainfile(filepath={path!r})
"""


def make_scene(path: Path) -> Path:
    """Blender's cube, two wide, in 64 × 36 at 24000/1001 a second.

    "Camera" is the scene's own, and a marker at frame 1 is bound to it. "Cam.001" looks down from
    9 at frame 1, and comes down evenly to 5 at frame 9.
    """
    script = path.with_suffix(".py")
    script.write_text(_MAKE.format(path=str(path)))
    subprocess.run(
        ["blender", "--background", "--factory-startup", "-P", str(script)],
        check=True,
        capture_output=True,
    )
    return path
