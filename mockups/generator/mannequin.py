"""The mannequin as a grid of signed distances, negative inside."""
import math
import tomllib

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from .pattern import FOLDER

FACTS = tomllib.loads((FOLDER / "mannequin.toml").read_text())


def form_of(drape):
    """The form's facts; with `like` and `scale` another form's, made smaller."""
    form = FACTS["forms"][drape.get("form", "lean")]
    form = {"arm": FACTS["arm"], **FACTS["forms"].get(form.get("like"), {}), **form}
    k = form.get("scale", 1.0)
    if k == 1.0:
        return form
    arm = {**form["arm"], **{key: (np.array(form["arm"][key]) * k).tolist() for key in ("shoulder", "length", "radius")}}
    return {**form, "trunk": np.array(form["trunk"]) * k, "bumps": np.array(form["bumps"]) * k, "arm": arm}


def arm_path(side, drape):
    """Points on the axis of an arm: 20 cm before the shoulder, shoulder, elbow, end. Both sides differ by a little."""
    arm = form_of(drape)["arm"]
    shoulder = np.array(arm["shoulder"]) * [side, 1, 1]
    upper = min(32.0, 0.8 * arm["length"])  # a stub has no elbow

    def direction(degrees, forward):
        a = math.radians(degrees)
        d = np.array([math.sin(a) * side, -forward, -math.cos(a)])
        return d / np.linalg.norm(d)

    off = drape["arm"] + 0.8 * side
    bent = drape.get("elbow", 0.0)
    first = direction(off, arm["forward"])
    second = direction(off - bent, arm["forward"] + bent / 60)
    elbow = shoulder + first * upper
    return np.array([shoulder - first * 20, shoulder, elbow, elbow + second * (arm["length"] - upper)])


def grid(drape):
    """(distances, low corner, cell size)"""
    low, high, cell = np.array(FACTS["low"]), np.array(FACTS["high"]), FACTS["cell"]
    n = np.round((high - low) / cell).astype(int) + 1
    axes = [low[k] + cell * np.arange(n[k]) for k in range(3)]
    x, y, z = np.meshgrid(*axes, indexing="ij", sparse=True)
    form = form_of(drape)
    trunk = np.array(form["trunk"])
    soft = lambda values: np.convolve(np.pad(values, 2, mode="edge"), np.ones(5) / 5, "valid")
    half_w, half_d, centre = (soft(np.interp(axes[2], trunk[:, 0], trunk[:, k])) for k in (1, 2, 3))
    half_w, half_d = half_w * form["size"], half_d * form["size"]
    q = (np.abs(x / half_w) ** 2.35 + np.abs((y - centre) / half_d) ** 2.2) ** (1 / 2.25)
    d = (q - 1) * np.minimum(half_w, half_d)

    def join(a, b, k=3.5):
        h = np.clip(0.5 + 0.5 * (b - a) / k, 0, 1)
        return b * (1 - h) + a * h - k * h * (1 - h)

    for side in (-1, 1):
        for cx, cy, cz, rx, ry, rz in form["bumps"]:
            r = np.sqrt(((x - cx * side) / rx) ** 2 + ((y - cy) / ry) ** 2 + ((z - cz) / rz) ** 2)
            d = join(d, (r - 1) * min(rx, ry, rz))
        path = arm_path(side, drape)[1:]
        r0, r1 = form["arm"]["radius"]
        done, whole = 0.0, form["arm"]["length"]
        arm = None
        for a, b in zip(path, path[1:]):
            run = np.linalg.norm(b - a)
            u = (b - a) / run
            t = np.clip((x - a[0]) * u[0] + (y - a[1]) * u[1] + (z - a[2]) * u[2], 0, run)
            radius = r0 + (r1 - r0) * (done + t) / whole
            bar = np.sqrt((x - a[0] - u[0] * t) ** 2 + (y - a[1] - u[1] * t) ** 2 + (z - a[2] - u[2] * t) ** 2) - radius
            arm = bar if arm is None else join(arm, bar, 1.5)
            done += run
        d = join(d, arm)
    # the formulas above are no true distances: measure them anew, finely near the surface
    near = gaussian_filter(np.clip(d, -4, 4), 1.2)
    within = near < 0
    far = np.where(within, 0.5 - distance_transform_edt(within), distance_transform_edt(~within) - 0.5) * cell
    steep = np.sqrt(sum(g**2 for g in np.gradient(near, cell))) + 1e-3
    exact = np.where(np.abs(near) < 1.2, near / np.maximum(steep, 0.35), far)
    return gaussian_filter(exact, 0.8).astype(np.float32), low.astype(float), float(cell)
