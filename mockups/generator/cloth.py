"""Height maps of what is sewn and knitted, on the flat panels: grain, ribs, seams, hems, stitches, puckers.

Heights are centimetres. The renderer turns them into bumps.
"""
import zlib
from dataclasses import dataclass

import numpy as np
import cv2
from scipy.ndimage import gaussian_filter, gaussian_filter1d
from scipy.spatial import cKDTree

from .pattern import at, length, load

TEXELS = 36.0  # a centimetre
RANGE = 0.15  # heights beyond it are cut off
MARGIN = 0.5

# material: loops, slubs, wales, clouds, small and large wrinkles, distance of wales
GRAINS = {
    "jersey": dict(fine=0.0020, slub=0.0010, wale=0.0026, cloud=0.0018, small=0.009, large=0.024, pitch=0.085),
    # smooth outside, with a napped back that rounds small wrinkles off
    "fleece": dict(fine=0.0022, slub=0.0008, wale=0.0030, cloud=0.0024, small=0.006, large=0.026, pitch=0.105),
    "canvas": dict(fine=0.0022, slub=0.0030, wale=0.0050, cloud=0.0015, small=0.006, large=0.014, pitch=0.11),
}


@dataclass
class Relief:
    height: np.ndarray  # (h, w), rows from the top
    low: np.ndarray  # flat coordinates of the lower left corner
    high: np.ndarray  # and of the upper right


def step(a, b, x):
    t = np.clip((x - a) / (b - a), 0, 1)
    return t * t * (3 - 2 * t)


class Along:
    """Texels within reach of a curve: their distance from it and how far along it they lie."""

    def __init__(self, places, curve, reach):
        s = np.arange(0, length(curve), 0.02)
        points = at(curve, s)
        flat = places.reshape(-1, 2)
        near = np.flatnonzero(((flat > points.min(0) - reach) & (flat < points.max(0) + reach)).all(1))
        d, i = cKDTree(points).query(flat[near], distance_upper_bound=reach)
        found = np.isfinite(d)
        self.texels, self.away, self.along = near[found], d[found], s[i[found]]

    def pucker(self, rng, spread, size):
        """Smooth noise along the curve."""
        noise = gaussian_filter1d(rng.standard_normal(int(self.along.max() * 20) + 2), spread) * size
        return np.interp(self.along, np.arange(len(noise)) / 20, noise)

    def stitches(self, offset, pitch=0.30, gap=0.07, width=0.045, depth=0.035, phase=0.0):
        """A run of lock stitches beside the curve: a groove with raised pieces of thread and holes between them."""
        r = np.abs(self.away - offset)
        u = (self.along + phase) % pitch
        thread = step(0, 0.05, u) * step(pitch - gap + 0.03, pitch - gap - 0.02, u)
        hole = np.exp(-((np.minimum(u, pitch - u) / 0.05) ** 2)) * np.exp(-((r / (width * 1.3)) ** 2))
        groove = np.exp(-((r / (width * 2.2)) ** 2))
        return depth * (1.25 * thread * np.exp(-((r / width) ** 2)) - groove - 0.8 * hole)


def noise(shape, rng, sigma):
    n = gaussian_filter(rng.standard_normal(shape).astype(np.float32), sigma)
    return n / n.std()


def slow_noise(shape, rng, cell):
    """Noise whose hills are about `cell` centimetres wide."""
    h, w = shape
    k = max(1, int(cell * TEXELS))
    n = noise((h // k + 4, w // k + 4), rng, 0.8)
    return cv2.resize(n, (w, h), interpolation=cv2.INTER_CUBIC)


def grain(shape, x, y, rng, g, weave):
    cloud = slow_noise(shape, rng, 1 / 3)
    threads = np.cos(2 * np.pi * x / g["pitch"] + 0.8 * cloud)
    if weave:
        across = np.cos(2 * np.pi * y / (g["pitch"] * 0.9) + 0.8 * slow_noise(shape, rng, 1 / 3))
        threads = np.maximum(threads, across) * np.sign(threads * across + 0.4)
    return (g["fine"] * noise(shape, rng, (2.2, 0.9)) + g["slub"] * noise(shape, rng, (2.0, 9.0))
            + g["wale"] * threads + g["cloud"] * cloud)


def relief(panel, material):
    rng = np.random.default_rng(zlib.crc32(panel.name.encode()))
    outline = panel.outline()
    low, high = outline.min(0) - MARGIN, outline.max(0) + MARGIN
    w, h = np.ceil((high - low) * TEXELS).astype(int)
    x, y = np.meshgrid(low[0] + (np.arange(w) + 0.5) / TEXELS, high[1] - (np.arange(h) + 0.5) / TEXELS)
    places = np.stack([x, y], -1)
    g = GRAINS[material]
    z = grain((h, w), x, y, rng, g, material == "canvas")
    if panel.rib:
        ridge = 0.5 + 0.5 * np.cos(2 * np.pi * x / 0.30 + 0.3 * np.sin(x * 0.7))
        z += 0.060 * (ridge**0.8 - 0.6) + 0.008 * slow_noise((h, w), rng, 0.6)
    else:
        z += g["small"] * slow_noise((h, w), rng, 1.0) + g["large"] * slow_noise((h, w), rng, 2.6)
    flat = z.reshape(-1)
    for name, kind, curve in lines(panel):
        finish(flat, places, curve, kind, rng, name)
    return Relief(z, np.array([low[0], high[1] - h / TEXELS]), np.array([low[0] + w / TEXELS, high[1]]))


def lines(panel):
    """Name, finish and points of each seam: halves of one smooth line, such as a neckline's, are sewn in one go."""
    joined = []
    for name, curve in panel.curves.items():
        kind = panel.finish.get(name, "rib-edge" if panel.rib else "seam")
        if joined and joined[-1][1] == kind:
            before, after = joined[-1][2][-1] - joined[-1][2][-2], curve[1] - curve[0]
            if before @ after > 0.97 * np.linalg.norm(before) * np.linalg.norm(after):
                joined[-1] = (joined[-1][0], kind, np.r_[joined[-1][2], curve[1:]])
                continue
        joined.append((name, kind, curve))
    return joined


def finish(flat, places, curve, kind, rng, name):
    match kind:
        case "plain":
            return
        case "rib-edge":  # where a rib is sewn on, or folded
            sewn = name == "sew"
            if name in ("sew", "top"):
                line = Along(places, curve, 0.6)
                deep, wide = (0.07, 0.10) if sewn else (0.05, 0.14)
                flat[line.texels] -= deep * np.exp(-((line.away / wide) ** 2))
        case "fold":
            line = Along(places, curve, 0.6)
            flat[line.texels] -= 0.05 * np.exp(-((line.away / 0.14) ** 2))
        case "rib":  # cloth that is sewn to a rib: gathered a little
            line = Along(places, curve, 2.4)
            flat[line.texels] -= 0.08 * np.exp(-((line.away / 0.10) ** 2))
            flat[line.texels] += 0.030 * line.pucker(rng, 6, 4.0) * np.exp(-line.away / 0.9)
        case "twin":  # a turned hem under a twin needle
            line = Along(places, curve, 3.4)
            pucker = line.pucker(rng, 9, 4.2)
            z = 0.028 * step(2.32, 2.14, line.away) - 0.03 * np.exp(-((line.away / 0.10) ** 2))
            around = np.exp(-(((line.away - 1.75) / 0.75) ** 2))
            z += 0.022 * around * pucker * (0.6 + 0.4 * np.cos(line.away * 2.1))
            z += line.stitches(2.05) + line.stitches(1.45, phase=0.13)
            flat[line.texels] += z
        case "neck":  # the seam allowance lies under a line of stitches
            line = Along(places, curve, 1.4)
            z = 0.022 * step(0.9, 0.6, line.away) - 0.06 * np.exp(-((line.away / 0.09) ** 2))
            flat[line.texels] += z + line.stitches(0.50)
        case "seam" | "stitched":
            line = Along(places, curve, 1.8)
            z = 0.020 * step(0.85, 0.45, line.away) - 0.075 * np.exp(-((line.away / 0.085) ** 2))
            z += 0.020 * line.pucker(rng, 8, 4.0) * np.exp(-((line.away / 0.8) ** 2))
            if kind == "stitched":
                z += 0.6 * line.stitches(0.55)
            flat[line.texels] += z
        case other:
            raise ValueError(f"there is no finish `{other}`")


def reliefs(name):
    pattern = load(name)
    return {panel.name: relief(panel, pattern.data["look"]["material"]) for panel in pattern.panels}


def write(relief, path):
    level = np.clip(0.5 + relief.height / (2 * RANGE), 0, 1)
    cv2.imwrite(str(path), (level * 65535 + 0.5).astype(np.uint16), [cv2.IMWRITE_PNG_COMPRESSION, 1])
