"""From rendered passes to the layers of a view, as mockups/README.md describes them."""
import json
import os
import shutil

os.environ["OPENCV_IO_ENABLE_OPENEXR"] = "1"
import cv2
import numpy as np
from scipy.ndimage import distance_transform_edt

from . import VERSION, geometry, png

GROW = 2  # pixels that flat coordinates reach beyond the silhouette
LIGHT_MAX = 2.0  # light that the byte 255 stands for
# Strength of the deepest shadow. On a wall it lies beside the shaded side of white cloth, which would melt into a darker one.
SHADOW = {"wall": 0.36, "table": 0.8}
WHITE = 0.86  # albedo of a white garment, and the light it shall come to
WHITE_SHOWN = 0.80
SEEN = 0.02  # coverage that counts
ISLAND = 500  # pixels, at 2000 rows, below which a piece of inner side within the cloth is no opening
CONTINUED = 0.12  # longest step of coordinates in a pixel, cm, that is still one piece of cloth


def read(folder, name):
    picture = cv2.imread(str(folder / f"{name}_0001.exr"), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise SystemExit(f"{folder}/{name}_0001.exr is missing: render first")
    return picture[..., :3][..., ::-1].astype(np.float32) if picture.ndim == 3 else picture.astype(np.float32)


def bytes_of(x, bits=8):
    return np.round(np.clip(x, 0, 1) * (2**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)


def give_islands(covers, panels, alpha):
    """The inner side shows at openings. A small island of it elsewhere has come through a fold: it takes the fold's colour."""
    n, label, stats, _ = cv2.connectedComponentsWithStats((covers["inside"] > SEEN).astype(np.uint8), connectivity=8)
    for island in range(1, n):
        x, y, w, h, size = stats[island]
        if size > ISLAND * (alpha.shape[0] / 2000) ** 2:
            continue
        box = np.s_[max(0, y - 3) : y + h + 3, max(0, x - 3) : x + w + 3]
        mine = label[box] == island
        around = cv2.dilate(mine.astype(np.uint8), np.ones((5, 5))) > 0
        if alpha[box][around].min() < 0.98:
            continue
        most = max(panels, key=lambda name: (covers[name][box] * around).sum())
        covers[most][box] += covers["inside"][box] * mine
        covers["inside"][box][mine] = 0


def give_inner_sides(covers, mesh, panels, camera, width, height):
    """Sleeves, cuffs and collars show their inner sides in their own colour; the body's stays `inside`."""
    times = 3
    owner = geometry.flat_map(mesh, camera, width * times, height * times)[1]
    share_of = lambda mask: cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    inner = share_of(owner < 0)
    if inner.max() == 0:
        return
    near = distance_transform_edt(inner == 0, return_indices=True)[1]
    rest = covers["inside"].copy()
    for i, name in enumerate(panels):
        if name in ("front", "back"):
            continue
        share = (share_of(owner == -(i + 1)) / np.maximum(inner, 1e-6))[near[0], near[1]]
        covers[name] += rest * share
        covers["inside"] -= rest * share


def continued(cm, have, want):
    """Flat coordinates of wanted pixels from the nearest pixel that has them, carried on along the same line."""
    distance, (iy, ix) = distance_transform_edt(~have, return_indices=True)
    height, width = have.shape
    y, x = np.nonzero(want & ~have)
    ny, nx = iy[y, x], ix[y, x]
    my, mx = np.clip(2 * ny - y, 0, height - 1), np.clip(2 * nx - x, 0, width - 1)
    step = cm[ny, nx] - cm[my, mx]
    d = distance[y, x]
    smooth = have[my, mx] & (d < 8) & (np.linalg.norm(step, axis=1) < CONTINUED * d)
    result = cm.copy()
    result[y, x] = cm[ny, nx] + np.where(smooth[:, None], step, 0)
    return result


def stage_layers(folder, size, scene):
    """Shadow and backdrop: one soft wall, or a table on which the shadow touches the thing."""
    lit, bare = read(folder, "stage").mean(-1), read(folder, "stage_bare").mean(-1)
    scale = lit.shape[0] / 2000
    blur_lit, blur_bare = (22, 60) if scene == "wall" else (3, 60)
    blur = lambda x, s: cv2.GaussianBlur(x, (0, 0), max(0.3, s * scale), borderType=cv2.BORDER_REPLICATE)
    lit, bare = blur(lit, blur_lit), blur(bare, blur_bare)
    left = np.clip(lit / np.maximum(bare, 1e-4), 0, 1)
    dark = np.percentile(1 - left, 99.5)
    left = 1 - SHADOW[scene] * np.clip((1 - left) / max(dark, 1e-3), 0, 1)
    grow = lambda x: cv2.resize(x, size, interpolation=cv2.INTER_LINEAR)
    return grow(left), grow(bare / bare.max())


def pack(job, view, garment, seed, target):
    """Writes the layers and what `complete_manifest.py` needs to know, under another name until all is there."""
    folder, panels = job.folder, job.panels
    scratch = target.with_name(f"{target.name}.tmp{os.getpid()}")
    scratch.mkdir(parents=True, exist_ok=True)
    alpha = np.clip(read(folder, "alpha")[..., 0], 0, 1)
    height, width = alpha.shape
    whole = 1 / np.maximum(alpha, 1 / 512)  # edges keep full brightness

    def write(name, picture):
        png.write(scratch / name, picture)

    covers = {name: np.clip(read(folder, name)[..., 0], 0, 1) for name in [*panels, "inside"]}
    light = [read(folder, name).mean(-1) * whole for name in ("direct", "indirect", "gloss")]
    # light that comes from the table has not taken the garment's colour
    neutral = sum((covers[name] for name in job.look.get("neutral_bounce", [])), np.zeros_like(alpha))
    neutral = np.clip(neutral * whole, 0, 1)
    light[0], light[1] = light[0] + light[1] * neutral, light[1] * (1 - neutral)
    roots = np.stack([np.sqrt(np.clip(x / LIGHT_MAX, 0, 1)) for x in light], -1) * (alpha > 1 / 512)[..., None]
    write("light.png", bytes_of(roots))
    write("alpha.png", bytes_of(alpha))

    outer = lambda: np.stack([covers[name] for name in panels])
    give_islands(covers, panels, alpha)
    cover = np.clip(outer(), 0, 1)
    give_inner_sides(covers, job.mesh, panels, job.camera, width, height)
    masks = {name: f"mask_{name}.png" for name, mask in covers.items() if mask.max() >= SEEN}
    for name, file in masks.items():
        write(file, bytes_of(covers[name]))

    cm, seen = geometry.flat_map(job.mesh, job.camera, width, height)
    owner = np.where(cover.max(0) > SEEN, cover.argmax(0) + 1, 0)
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * GROW + 1,) * 2)
    rim = (cv2.dilate((alpha > SEEN).astype(np.uint8), disk) > 0) & (owner == 0) & (alpha <= SEEN)
    near = distance_transform_edt(owner == 0, return_indices=True)[1]
    owner = np.where(rim, owner[near[0], near[1]], owner)
    flat, done = np.zeros((height, width, 2)), np.zeros((height, width), bool)
    for k in range(1, len(panels) + 1):
        mine, have = owner == k, seen == k
        if mine.any() and have.any():
            flat[mine] = continued(cm, have, mine)[mine]
            done |= mine
    owner[~done] = 0
    origin = job.look.get("origin", [0.5, 0])
    code = np.round(np.clip(flat / 100 + origin, 0, 1) * 65535) * (owner > 0)[..., None]
    write("uv.png", np.dstack([code, owner]).astype(np.uint16))

    shadow, bare = stage_layers(folder, (width, height), job.look["scene"])
    write("shadow.png", bytes_of(np.sqrt(shadow)))
    write("backdrop.png", bytes_of(np.sqrt(bare)))

    direct = light[0][alpha > 0.9]
    manifest = {
        "garment": garment, "view": view, "width": width, "height": height,
        "px_per_cm": height * geometry.UNIT / job.camera.height,
        "albedo": 0.8, "exposure": round(float(WHITE_SHOWN / (WHITE * np.percentile(direct, 85))), 4),
        "light": {"file": "light.png", "encoding": "sqrt", "max": LIGHT_MAX, "channels": ["direct", "indirect", "specular"]},
        "alpha": "alpha.png", "uv": {"file": "uv.png", "unit_cm": 100, "origin": origin, "panels": ["none", *panels]},
        "masks": masks, "shadow": "shadow.png", "backdrop": "backdrop.png",
        "generator": {"name": "mockups/generator", "version": VERSION, "seed": seed, "renderer": "Cycles (bpy 4.5.15)"},
    }
    (scratch / "manifest.json").write_text(json.dumps(manifest, indent=1))
    old = target.with_name(f"{target.name}.old{os.getpid()}")
    if target.exists():
        target.rename(old)
    scratch.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    agree = (owner == seen)[alpha > 0.5].mean()
    return {"bytes": sum(p.stat().st_size for p in target.iterdir()), "same panel": round(float(agree), 4)}
