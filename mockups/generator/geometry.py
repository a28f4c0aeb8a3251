"""Subdivision of sewn meshes, normals, the camera, and the exact raster of flat coordinates."""
from dataclasses import dataclass

import numpy as np
from numba import njit

from .fairing import Lines, combed, edges
from .sewing import Mesh

UNIT = 0.1  # scene units for a centimetre
DISTANCE = 34.0  # of the camera, scene units


def subdivide(mesh):
    """Loop's scheme: positions are smoothed across seams, flat coordinates stay linear in each triangle."""
    x, faces = mesh.position, mesh.faces
    n, n_corners, n_faces = len(x), len(mesh.uv), len(faces)
    pairs, inverse = np.unique(edges(faces), axis=0, return_inverse=True)
    inverse = inverse.ravel()
    opposite = np.concatenate([faces[:, 2], faces[:, 0], faces[:, 1]])
    count = np.bincount(inverse, minlength=len(pairs))
    across = np.stack([np.bincount(inverse, x[opposite, k], len(pairs)) for k in range(3)], 1)
    both = x[pairs].sum(1)
    odd = np.where((count == 2)[:, None], 3 / 8 * both + 1 / 8 * across, 0.5 * both)
    rim = pairs[count == 1]
    on_rim = np.zeros(n, bool)
    on_rim[rim] = True
    total, valence, rim_total, rim_valence = np.zeros_like(x), np.zeros(n), np.zeros_like(x), np.zeros(n)
    for a, b in ((0, 1), (1, 0)):
        np.add.at(total, pairs[:, a], x[pairs[:, b]])
        np.add.at(valence, pairs[:, a], 1)
        np.add.at(rim_total, rim[:, a], x[rim[:, b]])
        np.add.at(rim_valence, rim[:, a], 1)
    beta = np.where(valence == 3, 3 / 16, 3 / (8 * np.maximum(valence, 1)))[:, None]
    even = (1 - valence[:, None] * beta) * x + beta * total
    even[on_rim] = 0.75 * x[on_rim] + 0.25 * rim_total[on_rim] / np.maximum(rim_valence[on_rim], 1)[:, None]
    flat_pairs, flat_inverse = np.unique(edges(mesh.triangles), axis=0, return_inverse=True)
    flat_inverse = flat_inverse.ravel()
    vertex_of = np.zeros(len(flat_pairs), int)
    vertex_of[flat_inverse] = inverse
    m = n_corners + flat_inverse.reshape(3, n_faces).T  # middles of 01, 12, 20
    t = mesh.triangles
    return Mesh(
        np.r_[even, odd],
        np.r_[mesh.uv, mesh.uv[flat_pairs].mean(1)],
        np.concatenate([np.c_[t[:, 0], m[:, 0], m[:, 2]], np.c_[m[:, 0], t[:, 1], m[:, 1]],
                        np.c_[m[:, 2], m[:, 1], t[:, 2]], np.c_[m[:, 0], m[:, 1], m[:, 2]]]),
        np.r_[mesh.panel, mesh.panel[flat_pairs[:, 0]]],
        np.r_[mesh.vertex, n + vertex_of],
        mesh.seam,
    )


def refine(mesh, times, bands=()):
    """Subdivides cloth. Loop's scheme draws a seam to the side where more triangles meet: what ripple that leaves goes.
    `bands` are the panels of ribs along openings."""
    for _ in range(times):
        mesh = subdivide(mesh)
        mesh.position = Lines(mesh, len(mesh.position)).smoothed(mesh.position, 120)
    mesh.position = combed(mesh, bands, mesh.position)
    return mesh


@dataclass
class Camera:
    """Looks at `target` from `position`; `height` scene units at the target's distance fill the frame."""
    position: np.ndarray
    target: np.ndarray
    height: float
    turn: float  # degrees around the garment, 0 in front

    def project(self, x, width, height):
        """Picture coordinates and depth of points in centimetres; pixel centres lie at halves."""
        forward = self.target - self.position
        reach = np.linalg.norm(forward)
        forward = forward / reach
        right = np.cross(forward, [0, 0, 1.0])
        right /= np.linalg.norm(right)
        up = np.cross(right, forward)
        p = x * UNIT - self.position
        z = p @ forward
        scale = reach / self.height * height
        return np.c_[width / 2 + p @ right / z * scale, height / 2 - p @ up / z * scale, z]


def camera(x, turn, look, aside=0.0):
    """A frame of 4:5 around the garment, the same for all views; `aside` moves it, cm to the right of the picture."""
    low, high = x.min(0), x.max(0)
    tall = max((high[2] - low[2]) * 1.17, (high[0] - low[0]) * 1.25 * 1.10) * UNIT
    tall = look.get("frame_cm", tall / UNIT) * UNIT
    a = np.radians(turn)
    target = np.array([aside * np.cos(a), aside * np.sin(a), look.get("target_z", (low[2] + high[2]) / 2)]) * UNIT
    rise = look.get("rise", 0.02)
    position = target + DISTANCE * np.array([np.sin(a), -np.cos(a), rise])
    return Camera(position, target, tall, turn)


@njit(cache=True)
def rasterise(points, triangles, values, panel, width, height):
    """Nearest triangle at each pixel centre: its value with perspective, its panel + 1 (negative from behind)."""
    depth = np.full((height, width), 1e9)
    value = np.zeros((height, width, 2))
    owner = np.zeros((height, width), np.int32)
    for t in range(triangles.shape[0]):
        ia, ib, ic = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        a, b, c = points[ia], points[ib], points[ic]
        det = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        if abs(det) < 1e-12:
            continue
        for y in range(max(0, int(min(a[1], b[1], c[1]) - 1)), min(height - 1, int(max(a[1], b[1], c[1])) + 1) + 1):
            for x in range(max(0, int(min(a[0], b[0], c[0]) - 1)), min(width - 1, int(max(a[0], b[0], c[0])) + 1) + 1):
                px, py = x + 0.5, y + 0.5
                w1 = ((px - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (py - a[1])) / det
                w2 = ((b[0] - a[0]) * (py - a[1]) - (px - a[0]) * (b[1] - a[1])) / det
                w0 = 1 - w1 - w2
                if w0 >= 0 and w1 >= 0 and w2 >= 0:
                    z = 1 / (w0 / a[2] + w1 / b[2] + w2 / c[2])
                    if z < depth[y, x]:
                        depth[y, x] = z
                        owner[y, x] = panel[t] + 1 if det < 0 else -(panel[t] + 1)
                        for k in range(2):
                            value[y, x, k] = (w0 * values[ia, k] / a[2] + w1 * values[ib, k] / b[2] + w2 * values[ic, k] / c[2]) * z
    return value, owner, depth


def flat_map(mesh, view, width, height):
    """Flat centimetres and owner of every pixel."""
    points = view.project(mesh.position, width, height)[mesh.vertex]
    return rasterise(points, mesh.triangles, mesh.uv, mesh.panel[mesh.triangles[:, 0]], width, height)[:2]
