"""Things that do not fall: a cup turned from a profile, with a bent handle. Its flat coordinates are exact.

The handle points to the right of the front picture. On the wall x = 0 lies opposite the handle and grows to the right as
seen from outside, measured along the surface; y is the height above the table.
"""
import math

import numpy as np

from .sewing import Mesh

ROUND = 288  # vertices around
STEP = 0.12  # between vertices along the profile, cm


def arc(cx, cz, r, start, end, n=10):
    t = np.radians(np.linspace(start, end, n))
    return np.c_[cx + r * np.cos(t), cz + r * np.sin(t)]


def straight(a, b):
    n = max(2, math.ceil(math.dist(a, b) / STEP) + 1)
    return np.linspace(a, b, n)


def profile(f):
    """Pieces of the turned outline (radius, height), each beginning where the one before ends: up outside, down inside."""
    r, h, wall, foot = f["diameter"] / 2, f["height"], f["wall"], f["foot"]
    lip = wall / 2
    bend = 1.1  # between the inner wall and the floor
    return {
        "foot": np.concatenate([straight((r - foot - 0.7, 0.25), (r - foot - 0.4, 0.0)), straight((r - foot - 0.4, 0.0), (r - foot, 0.0))[1:],
                                arc(r - foot, foot, foot, -90, 0)[1:]]),
        "wall": straight((r, foot), (r, h - lip)),
        "rim": arc(r - lip, h - lip, lip, 0, 180, 16),
        "interior": np.concatenate([straight((r - wall, h - lip), (r - wall, wall + bend)),
                                    arc(r - wall - bend, wall + bend, bend, 0, -90)[1:],
                                    straight((r - wall - bend, wall), (0.02, wall))[1:]]),
    }


def turn(f):
    """Vertices, corners and triangles of the turned body."""
    r = f["diameter"] / 2
    angle = np.linspace(-math.pi, math.pi, ROUND + 1)
    # angle 0 looks away from the handle; seen from outside it grows to the right
    direction = np.c_[-np.cos(angle), -np.sin(angle)]
    position, uv, panel, vertex, triangles = [], [], [], [], []
    rings = corners = 0
    for k, (name, line) in enumerate(profile(f).items()):
        along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))] + (f["foot"] if name == "wall" else 0)
        first = rings if k == 0 else rings - 1  # the last ring of the piece before
        new = line if k == 0 else line[1:]
        for radius, z in new:
            position.append(np.c_[direction[:-1] * radius, np.full(ROUND, z)])
        rings += len(new)
        for j, y in enumerate(along):
            uv.append(np.c_[angle * r, np.full(ROUND + 1, y)])
            vertex.append((first + j) * ROUND + np.arange(ROUND + 1) % ROUND)
            panel.append(np.full(ROUND + 1, k))
        n = len(along)
        i, j = np.meshgrid(np.arange(ROUND), np.arange(n - 1))
        a = corners + j.ravel() * (ROUND + 1) + i.ravel()
        b, c, d = a + 1, a + ROUND + 2, a + ROUND + 1
        triangles += [np.c_[a, b, c], np.c_[a, c, d]]
        corners += n * (ROUND + 1)
    return [np.concatenate(x) for x in (position, uv, triangles, panel, vertex)]


def handle(f):
    """An oval bar bent into a D. Its ends lie within the wall and widen towards it, as glaze does."""
    g, r = f["handle"], f["diameter"] / 2
    n, m = 160, 56
    t = np.linspace(0, 1, n)[:, None]
    p = np.array([(r - 0.15, g["top"]), (r + g["reach"] * 1.32, g["top"] + g["lift"]), (r + g["reach"] * 1.32, g["bottom"] - 0.2), (r - 0.15, g["bottom"])])
    path = (1 - t) ** 3 * p[0] + 3 * (1 - t) ** 2 * t * p[1] + 3 * (1 - t) * t * t * p[2] + t**3 * p[3]
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1)[:, None]
    outward = np.c_[-tangent[:, 1], tangent[:, 0]]  # left of the way down: away from the cup
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))]
    end = np.minimum(along, along[-1] - along)
    flare = 1 + 0.42 * np.exp(-((end / 0.75) ** 2))
    a = np.linspace(0, 2 * math.pi, m + 1)
    # a squared oval
    c, s = (np.sign(v) * np.abs(v) ** 0.82 for v in (np.cos(a), np.sin(a)))
    across, thick = g["width"] / 2, g["thickness"] / 2
    x = path[:, None, 0] + outward[:, None, 0] * (thick * flare[:, None] * c)
    z = path[:, None, 1] + outward[:, None, 1] * (thick * flare[:, None] * c)
    y = across * (flare**0.7)[:, None] * s
    grid = np.stack([x, y, z], -1)
    position = grid[:, :-1].reshape(-1, 3)
    uv = np.stack(np.broadcast_arrays(a * (across + thick) / 2, along[:, None]), -1).reshape(-1, 2)
    vertex = (np.arange(n)[:, None] * m + np.arange(m + 1) % m).reshape(-1)
    i, j = np.meshgrid(np.arange(m), np.arange(n - 1))
    k = (j * (m + 1) + i).ravel()
    triangles = np.concatenate([np.c_[k, k + 1, k + m + 2], np.c_[k, k + m + 2, k + m + 1]])
    return position, uv, triangles, vertex


def build(f):
    position, uv, triangles, panel, vertex = turn(f)
    names = list(profile(f))
    hp, huv, ht, hv = handle(f)
    # triangles run against the clock as seen from outside
    middle = hp.reshape(-1, 56, 3).mean(1)
    corner = hp[hv[ht]]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    centre = middle[hv[ht[:, 0]] // 56]
    if ((corner.mean(1) - centre) * normal).sum(1).mean() < 0:
        ht = ht[:, ::-1]
    mesh = Mesh(
        np.r_[position, hp],
        np.r_[uv, huv],
        np.r_[triangles, ht + len(uv)],
        np.r_[panel, np.full(len(huv), len(names))],
        np.r_[vertex, hv + len(position)],
        np.zeros(0, int),
    )
    return mesh, [*names, "handle"]
