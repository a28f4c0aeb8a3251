"""Renders a garment's passes with Cycles. Imports bpy, which no other module does.

Writes OpenEXR files: direct and indirect light of a white garment, its coverage by panel, the gloss of a black one,
and the wall or table with and without the garment's shadow.
"""
import math
import pathlib
import time
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Vector
from scipy.spatial import cKDTree

from . import cloth
from .geometry import UNIT, Camera

ALBEDO = 0.8  # of the white garment
THICK = 0.16  # of a jersey, cm
BACKDROP = 30.0  # from the garment to the wall, cm


@dataclass
class Job:
    mesh: object
    panels: list
    look: dict
    camera: Camera
    folder: pathlib.Path
    width: int
    height: int
    samples: int
    gloss_samples: int
    reliefs: dict


def run(job, log=print):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    job.folder.mkdir(parents=True, exist_ok=True)
    scene = bpy.context.scene
    thing = garment(scene, job)
    lights(scene, job)
    stage = backdrop(scene, job)
    set_up(scene, job)
    layer = scene.view_layers[0]
    layer.cycles.denoising_store_passes = True

    # a wall is too far away to throw light back; a table is not
    stage.hide_render, stage.visible_camera = job.look["scene"] == "wall", False
    scene.render.film_transparent = True
    shade(thing, "white")
    layer.use_pass_diffuse_direct = layer.use_pass_diffuse_indirect = True
    covers = [*job.panels, "inside"]
    for name in covers:
        aov = layer.aovs.add()
        aov.name, aov.type = name, "COLOR"
    pass_(scene, job, job.samples, log, {"direct": "DiffDir", "indirect": "DiffInd"}, {"alpha": "Alpha"} | {n: n for n in covers})
    while len(layer.aovs):
        bpy.ops.scene.view_layer_remove_aov()

    shade(thing, "black")
    layer.use_pass_diffuse_direct = layer.use_pass_diffuse_indirect = False
    pass_(scene, job, job.gloss_samples, log, {"gloss": "Image"})

    # the wall has its own, very soft light
    shade(thing, "white")
    stage.hide_render, stage.visible_camera, thing.visible_camera = False, True, False
    scene.render.film_transparent = False
    for item in list(scene.collection.objects):
        if item.type == "LIGHT":
            bpy.data.objects.remove(item)
    stage_lights(scene, job)
    scene.world.node_tree.nodes["Background"].inputs["Strength"].default_value = 1.0 if job.look["scene"] == "wall" else 0.5
    scene.render.resolution_percentage = 25 if job.look["scene"] == "wall" else 50
    pass_(scene, job, max(8, job.samples // 2), log, {"stage": "Image"})
    thing.hide_render = True
    pass_(scene, job, max(8, job.samples // 2), log, {"stage_bare": "Image"})


# the garment

def garment(scene, job):
    mesh = job.mesh
    me = bpy.data.meshes.new("garment")
    faces = mesh.faces
    me.vertices.add(len(mesh.position))
    me.vertices.foreach_set("co", (mesh.position * UNIT).astype(np.float32).ravel())
    me.loops.add(faces.size)
    me.loops.foreach_set("vertex_index", faces.astype(np.int32).ravel())
    me.polygons.add(len(faces))
    me.polygons.foreach_set("loop_start", np.arange(0, faces.size, 3, dtype=np.int32))
    me.update(calc_edges=True)
    me.polygons.foreach_set("use_smooth", np.ones(len(faces), bool))
    of_face = mesh.panel[mesh.triangles[:, 0]].astype(np.int32)
    me.polygons.foreach_set("material_index", of_face)
    if job.reliefs:
        corner, panel = mesh.uv[mesh.triangles].reshape(-1, 2), np.repeat(of_face, 3)
        place = np.empty_like(corner)
        for i, name in enumerate(job.panels):
            r = job.reliefs[name]
            place[panel == i] = (corner[panel == i] - r.low) / (r.high - r.low)
        me.uv_layers.new(name="relief").data.foreach_set("uv", place.astype(np.float32).ravel())
    me.validate()
    thing = bpy.data.objects.new("garment", me)
    scene.collection.objects.link(thing)
    soft = job.look["material"] != "glaze"
    for name in job.panels:
        me.materials.append(material(job, name))
    if soft:
        for name in job.panels:
            me.materials.append(material(job, name, inner=True))
        thicken(thing, job)
    return thing


def thicken(thing, job):
    """Gives the cloth an inner side. At armholes folds are tighter than it is thick: it thins there."""
    mesh = job.mesh
    solid = thing.modifiers.new("thickness", "SOLIDIFY")
    solid.thickness, solid.offset, solid.use_rim = job.look.get("thick", THICK) * UNIT, -1, True
    solid.material_offset, solid.use_even_offset = len(job.panels), False
    of = [set(mesh.vertex[mesh.panel == i].tolist()) for i in range(len(job.panels))]
    trunk = set().union(*(of[i] for i, name in enumerate(job.panels) if name in ("front", "back")))
    tight = set().union(*(of[i] & trunk for i, name in enumerate(job.panels) if name.startswith("sleeve")))
    if not tight:
        return
    away = cKDTree(mesh.position[sorted(tight)]).query(mesh.position)[0]
    share = np.clip((away - 4.0) / 6.0, 0, 1)
    group = thing.vertex_groups.new(name="thick")
    for level in range(1, 9):
        group.add(np.flatnonzero(np.round(share * 8) == level).tolist(), level / 8, "REPLACE")
    solid.vertex_group, solid.thickness_vertex_group = "thick", 0.03


def material(job, panel, inner=False):
    m = bpy.data.materials.new(("inside_" if inner else "") + panel)
    m.use_nodes = True
    nodes, links = m.node_tree.nodes, m.node_tree.links
    nodes.clear()
    out = nodes.new("ShaderNodeOutputMaterial")
    white = nodes.new("ShaderNodeBsdfDiffuse")
    white.name = "white"
    white.inputs["Color"].default_value = (ALBEDO,) * 3 + (1,)
    black = nodes.new("ShaderNodeBsdfPrincipled")
    black.name = "black"
    black.inputs["Base Color"].default_value = (0, 0, 0, 1)
    glazed = job.look["material"] == "glaze"
    gloss = dict(roughness=0.12, specular=0.5, sheen=0.0) if glazed else dict(roughness=0.62, specular=0.28, sheen=0.38)
    white.inputs["Roughness"].default_value = 0.0 if glazed else 0.5
    black.inputs["Roughness"].default_value = gloss["roughness"]
    black.inputs["Specular IOR Level"].default_value = gloss["specular"]
    black.inputs["Sheen Weight"].default_value = gloss["sheen"]
    black.inputs["Sheen Roughness"].default_value = 0.42
    if job.reliefs:
        path = job.folder / f"relief_{panel}.png"
        if not inner:
            cloth.write(job.reliefs[panel], path)
        where = nodes.new("ShaderNodeUVMap")
        where.uv_map = "relief"
        picture = nodes.new("ShaderNodeTexImage")
        picture.image = bpy.data.images.load(str(path.resolve()), check_existing=True)
        picture.image.colorspace_settings.name = "Non-Color"
        picture.interpolation, picture.extension = "Cubic", "EXTEND"
        bump = nodes.new("ShaderNodeBump")
        bump.invert = inner
        bump.inputs["Distance"].default_value = 2 * cloth.RANGE * UNIT
        bump.inputs["Strength"].default_value = 0.6 if inner else 1.0
        links.new(where.outputs["UV"], picture.inputs["Vector"])
        links.new(picture.outputs["Color"], bump.inputs["Height"])
        for shader in (white, black):
            links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    links.new(white.outputs[0], out.inputs["Surface"])
    cover = nodes.new("ShaderNodeOutputAOV")
    cover.aov_name = "inside" if inner else panel
    one = nodes.new("ShaderNodeRGB")
    one.outputs[0].default_value = (1, 1, 1, 1)
    links.new(one.outputs[0], cover.inputs["Color"])
    return m


def shade(thing, which):
    for m in thing.data.materials:
        tree = m.node_tree
        tree.links.new(tree.nodes[which].outputs[0], tree.nodes["Material Output"].inputs["Surface"])


# the studio, which turns around the garment with the camera

def look_at(item, target):
    item.rotation_euler = (Vector(target) - item.location).to_track_quat("-Z", "Y").to_euler()


def turned(job, place):
    a = math.radians(job.camera.turn)
    x, y, z = place
    return (x * math.cos(a) - y * math.sin(a), x * math.sin(a) + y * math.cos(a), z)


def area(scene, job, name, place, size, power, target, only_gloss=False):
    lamp = bpy.data.lights.new(name, "AREA")
    lamp.shape, lamp.energy = "RECTANGLE", power
    lamp.size, lamp.size_y = size
    item = bpy.data.objects.new(name, lamp)
    scene.collection.objects.link(item)
    item.location = turned(job, place)
    look_at(item, target)
    item.visible_diffuse = not only_gloss


def lights(scene, job):
    world = bpy.data.worlds.new("studio")
    scene.world = world
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (1, 1, 1, 1)
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.22
    if job.look["scene"] == "wall":
        at = (0, 0, -3.2)
        area(scene, job, "key", (-15, -11, 9), (6, 8), 3300, at)
        area(scene, job, "fill", (15, -14, -1), (12, 14), 430, at)
        area(scene, job, "top", (1.5, 2.0, 14), (14, 6), 900, at)
        area(scene, job, "rim left", (-13, 9, 1), (3, 12), 420, at)
        area(scene, job, "rim right", (13, 9, 1), (3, 12), 520, at)
    else:
        at = (0, 0, 0.5)
        area(scene, job, "key", (-11, -7, 6), (4, 9), 1500, at)
        area(scene, job, "fill", (11, -9, 4), (5, 10), 500, at)
        area(scene, job, "top", (0, 1.5, 11), (9, 5), 700, at)
        area(scene, job, "rim right", (9, 7, 3), (2, 8), 350, at)
        # glaze shows its lamps: two strips that stand on the table beside the thing
        area(scene, job, "strip left", (-2.4, 0.5, 0.9), (0.55, 1.7), 11, (0, 0, 0.9), only_gloss=True)
        area(scene, job, "strip right", (2.4, 1.2, 0.9), (0.35, 1.7), 4, (0, 0, 0.9), only_gloss=True)


def stage_lights(scene, job):
    if job.look["scene"] == "wall":
        area(scene, job, "wall", (-11, -24, 13), (26, 26), 3800, (0, 0, -3.2))
    else:
        area(scene, job, "table", (-8, -4, 11), (4, 4), 2200, (0, 0, 0))


def backdrop(scene, job):
    """The wall behind a hanging garment, or the table that runs up into a wall behind a standing thing."""
    if job.look["scene"] == "wall":
        y = BACKDROP * UNIT
        points = [(-40, y, -40), (40, y, -40), (40, y, 40), (-40, y, 40)]
        faces = [(0, 1, 2, 3)]
    else:
        profile = [(-60, 0.0), (12, 0.0)]
        profile += [(12 + 8 * math.sin(t), 8 - 8 * math.cos(t)) for t in np.linspace(0.1, math.pi / 2, 16)]
        profile += [(20, 60)]
        points = [(x, y, z) for y, z in profile for x in (-60, 60)]
        faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(profile) - 1)]
    me = bpy.data.meshes.new("stage")
    me.from_pydata([turned(job, p) for p in points], [], faces)
    me.polygons.foreach_set("use_smooth", np.ones(len(faces), bool))
    item = bpy.data.objects.new("stage", me)
    scene.collection.objects.link(item)
    m = bpy.data.materials.new("stage")
    m.use_nodes = True
    base = m.node_tree.nodes["Principled BSDF"]
    base.inputs["Base Color"].default_value = (0.8, 0.8, 0.8, 1)
    base.inputs["Roughness"].default_value = 1
    me.materials.append(m)
    return item


def set_up(scene, job):
    view = job.camera
    lens = bpy.data.cameras.new("camera")
    eye = bpy.data.objects.new("camera", lens)
    scene.collection.objects.link(eye)
    eye.location = view.position
    look_at(eye, view.target)
    lens.sensor_fit, lens.sensor_height = "VERTICAL", 24
    lens.lens = 24 * float(np.linalg.norm(view.target - view.position)) / view.height
    lens.clip_end = 1000
    scene.camera = eye
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device, cycles.seed = "CPU", 0
    # what is even takes a third of the samples; the denoiser does the rest
    cycles.use_adaptive_sampling, cycles.adaptive_threshold, cycles.adaptive_min_samples = True, 0.02, 6
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces, cycles.transmission_bounces = 4, 3, 2, 0
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.pixel_filter_type, cycles.filter_width = "BLACKMAN_HARRIS", 1.5
    cycles.sample_clamp_indirect = 4
    cycles.use_denoising = False
    cycles.denoiser = "OPENIMAGEDENOISE"
    scene.render.resolution_x, scene.render.resolution_y = job.width, job.height
    scene.view_settings.view_transform = "Standard"
    scene.use_nodes = True


def pass_(scene, job, samples, log, denoised, plain=None):
    """Renders and writes each pass as its own file; `denoised` and `plain` are file names by render pass."""
    tree = scene.node_tree
    tree.nodes.clear()
    layers = tree.nodes.new("CompositorNodeRLayers")
    composite = tree.nodes.new("CompositorNodeComposite")
    tree.links.new(layers.outputs["Image"], composite.inputs["Image"])
    out = tree.nodes.new("CompositorNodeOutputFile")
    out.base_path = str(job.folder)
    out.format.file_format, out.format.color_depth, out.format.exr_codec = "OPEN_EXR", "32", "ZIP"
    out.file_slots.clear()
    for name, source in {**denoised, **(plain or {})}.items():
        socket = layers.outputs[source]
        if name in denoised:
            clean = tree.nodes.new("CompositorNodeDenoise")
            clean.use_hdr, clean.prefilter = True, "FAST"
            tree.links.new(socket, clean.inputs["Image"])
            for have, want in (("Denoising Normal", "Normal"), ("Denoising Albedo", "Albedo")):
                tree.links.new(layers.outputs[have], clean.inputs[want])
            socket = clean.outputs["Image"]
        out.file_slots.new(f"{name}_")
        tree.links.new(socket, out.inputs[-1])
    scene.cycles.samples = samples
    start = time.monotonic()
    bpy.ops.render.render(write_still=False)
    log(f"rendered {', '.join(denoised)} in {time.monotonic() - start:.0f} s")
