"""The cloth solver: extended position-based dynamics on the sewn mesh.

Rest lengths and bending come from the flat pattern, so a centimetre of pattern stays a centimetre of cloth. Springs are
solved one after the other in a fixed order and without fast-math: one seed gives one mesh.
"""
import math

import numpy as np
import scipy.sparse as sp
from numba import njit
from scipy.spatial import cKDTree

from .pattern import cross2, resample

STEPS = 20  # of the solver in a frame while folds form
FINE = 60  # and at the end: stretch by the cloth's own weight falls with the square of the steps, from 8 to 1 %
FRAMES = 60  # a second
RIB_PULL = 0.07  # a rib is sewn stretched: its free edge draws in by so much
SEAM_PULL = 0.978  # thread draws a seam together
EDGE_PULL = 0.988
MAX_SPEED = 250.0


@njit(cache=True)
def distance(grid, low, cell, p, gradient):
    fx, fy, fz = (p[0] - low[0]) / cell, (p[1] - low[1]) / cell, (p[2] - low[2]) / cell
    i, j, k = int(math.floor(fx)), int(math.floor(fy)), int(math.floor(fz))
    if i < 0 or j < 0 or k < 0 or i >= grid.shape[0] - 1 or j >= grid.shape[1] - 1 or k >= grid.shape[2] - 1:
        return 1e3
    fx -= i
    fy -= j
    fz -= k
    c00 = grid[i, j, k] + (grid[i + 1, j, k] - grid[i, j, k]) * fx
    c10 = grid[i, j + 1, k] + (grid[i + 1, j + 1, k] - grid[i, j + 1, k]) * fx
    c01 = grid[i, j, k + 1] + (grid[i + 1, j, k + 1] - grid[i, j, k + 1]) * fx
    c11 = grid[i, j + 1, k + 1] + (grid[i + 1, j + 1, k + 1] - grid[i, j + 1, k + 1]) * fx
    lower = c00 + (c10 - c00) * fy
    upper = c01 + (c11 - c01) * fy
    gradient[2] = (upper - lower) / cell
    gradient[1] = ((c10 - c00) + ((c11 - c01) - (c10 - c00)) * fz) / cell
    x0 = (grid[i + 1, j, k] - grid[i, j, k]) * (1 - fy) + (grid[i + 1, j + 1, k] - grid[i, j + 1, k]) * fy
    x1 = (grid[i + 1, j, k + 1] - grid[i, j, k + 1]) * (1 - fy) + (grid[i + 1, j + 1, k + 1] - grid[i, j + 1, k + 1]) * fy
    gradient[0] = (x0 * (1 - fz) + x1 * fz) / cell
    return lower + (upper - lower) * fz


@njit(cache=True)
def frame(x, v, w, edge, rest, give, hinge, cot, soft, pairs, apart, grid, low, cell, gravity, damping, friction, gap, n, dt):
    before = np.empty_like(x)
    normal = np.zeros(3)
    per = 1.0 / (dt * dt)
    for _ in range(n):
        for i in range(x.shape[0]):
            for c in range(3):
                before[i, c] = x[i, c]
            if w[i] > 0.0:
                v[i, 2] -= gravity * dt
                for c in range(3):
                    x[i, c] += v[i, c] * dt
        for q in range(edge.shape[0]):
            a, b = edge[q, 0], edge[q, 1]
            dx, dy, dz = x[a, 0] - x[b, 0], x[a, 1] - x[b, 1], x[a, 2] - x[b, 2]
            span = math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-12
            push = -(span - rest[q]) / (w[a] + w[b] + give[q] * per) / span
            x[a, 0] += w[a] * push * dx
            x[a, 1] += w[a] * push * dy
            x[a, 2] += w[a] * push * dz
            x[b, 0] -= w[b] * push * dx
            x[b, 1] -= w[b] * push * dy
            x[b, 2] -= w[b] * push * dz
        for q in range(hinge.shape[0]):
            i0, i1, i2, i3 = hinge[q, 0], hinge[q, 1], hinge[q, 2], hinge[q, 3]
            k0, k1, k2, k3 = cot[q, 0], cot[q, 1], cot[q, 2], cot[q, 3]
            push = -1.0 / (w[i0] * k0 * k0 + w[i1] * k1 * k1 + w[i2] * k2 * k2 + w[i3] * k3 * k3 + soft[q] * per)
            for c in range(3):
                f = push * (k0 * x[i0, c] + k1 * x[i1, c] + k2 * x[i2, c] + k3 * x[i3, c])
                x[i0, c] += w[i0] * k0 * f
                x[i1, c] += w[i1] * k1 * f
                x[i2, c] += w[i2] * k2 * f
                x[i3, c] += w[i3] * k3 * f
        for q in range(pairs.shape[0]):
            a, b = pairs[q, 0], pairs[q, 1]
            dx, dy, dz = x[a, 0] - x[b, 0], x[a, 1] - x[b, 1], x[a, 2] - x[b, 2]
            square = dx * dx + dy * dy + dz * dz
            if square < apart * apart:
                span = math.sqrt(square) + 1e-9
                push = 0.5 * (apart - span) / span
                x[a, 0] += push * dx
                x[a, 1] += push * dy
                x[a, 2] += push * dz
                x[b, 0] -= push * dx
                x[b, 1] -= push * dy
                x[b, 2] -= push * dz
        for i in range(x.shape[0]):
            d = distance(grid, low, cell, x[i], normal)
            if d < gap:
                size = math.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2) + 1e-9
                deep = min(gap - d, 0.8)
                for c in range(3):
                    normal[c] /= size
                    x[i, c] += normal[c] * deep
                tx, ty, tz = x[i, 0] - before[i, 0], x[i, 1] - before[i, 1], x[i, 2] - before[i, 2]
                out = tx * normal[0] + ty * normal[1] + tz * normal[2]
                tx -= out * normal[0]
                ty -= out * normal[1]
                tz -= out * normal[2]
                slide = math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-12
                hold = min(1.0, friction * max(deep, gravity * dt * dt) / slide)
                x[i, 0] -= tx * hold
                x[i, 1] -= ty * hold
                x[i, 2] -= tz * hold
        keep = max(0.0, 1.0 - damping * dt)
        for i in range(x.shape[0]):
            for c in range(3):
                v[i, c] = min(max((x[i, c] - before[i, c]) / dt * keep, -MAX_SPEED), MAX_SPEED)


def springs(mesh, pattern, rng):
    """Inverse masses, edges with rest length and compliance, hinges with weights and compliance."""
    facts = pattern.data["drape"]
    flat, faces = mesh.uv[mesh.triangles], mesh.faces
    areas = 0.5 * np.abs(cross2(flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]))
    mass = np.zeros(len(mesh.position))
    np.add.at(mass, faces.ravel(), np.repeat(areas * facts["weight"] / 3, 3))
    sides = {}
    for t, face in enumerate(faces.tolist()):
        for k in range(3):
            a, b, o = face[k], face[(k + 1) % 3], face[(k + 2) % 3]
            pa, pb, po = flat[t, k], flat[t, (k + 1) % 3], flat[t, (k + 2) % 3]
            entry = (math.dist(pa, pb), t, o, *((pa, pb) if a < b else (pb, pa)), po)
            sides.setdefault((min(a, b), max(a, b)), []).append(entry)
    edge = np.array(list(sides), np.int64)
    rest = np.array([sum(s[0] for s in both) / len(both) for both in sides.values()])
    seam = np.zeros(len(mesh.position), bool)
    seam[mesh.seam] = True
    on_seam = seam[edge].all(1)
    free = np.array([len(both) == 1 for both in sides.values()])
    rest *= np.where(on_seam, SEAM_PULL, 1) * np.where(free, EDGE_PULL, 1)

    # washed cotton is never flat: rest lengths vary smoothly
    flat_of = np.zeros((len(mesh.position), 2))
    flat_of[mesh.vertex] = mesh.uv + mesh.panel[:, None] * 37.0
    middle, wave = flat_of[edge].mean(1), np.zeros(len(edge))
    for _ in range(40):
        k = rng.normal(0, 1, 2)
        k *= 2 * math.pi / rng.uniform(5, 16) / np.linalg.norm(k)
        wave += np.sin(middle @ k + rng.uniform(0, 6.28)) / math.sqrt(20)
    rib = np.zeros(len(mesh.position))
    for i, panel in enumerate(pattern.panels):
        if panel.rib:
            mine = mesh.panel == i
            y = mesh.uv[mine, 1] / mesh.uv[mine, 1].max()
            # how far from the sewn edge
            away = y if "sew" in panel.curves and panel.curves["sew"][0, 1] < 1e-9 else 1 - y
            np.maximum.at(rib, mesh.vertex[mine], away)
    rib = rib[edge].mean(1)
    rest *= (1 + facts.get("uneven", 0.013) * wave * np.where(on_seam | free, 0.25, 1) * (rib == 0)) * (1 - RIB_PULL * rib)

    stiff = np.zeros(len(faces))
    of_face = mesh.panel[mesh.triangles[:, 0]]
    for i, panel in enumerate(pattern.panels):
        mine = of_face == i
        centre = flat[mine].mean(1)
        k = np.full(len(centre), panel.bend)
        for curve, depth in panel.hems.items():
            k = np.where(cKDTree(resample(panel.curves[curve], 400)).query(centre)[0] < depth, 4.0, k)
        stiff[mine] = k
    hinge, weights, soft = [], [], []
    cot = lambda o, u, w: float((u - o) @ (w - o)) / max(abs(float(cross2(u - o, w - o))), 1e-6)
    for key, both in sides.items():
        if len(both) != 2:
            continue
        (_, t0, o0, a0, b0, c0), (_, t1, o1, a1, b1, c1) = both
        ca0, cb0, ca1, cb1 = cot(a0, b0, c0), cot(b0, a0, c0), cot(a1, b1, c1), cot(b1, a1, c1)
        hinge.append((*key, o0, o1))
        weights.append((cb0 + cb1, ca0 + ca1, -(ca0 + cb0), -(ca1 + cb1)))
        k = max(stiff[t0], stiff[t1]) * (1.5 if of_face[t0] != of_face[t1] else 1)
        soft.append((areas[t0] + areas[t1]) / (3 * facts["bend"] * k))
    give = np.full(len(edge), 1 / facts["stretch"])
    return 1 / mass, edge, rest, give, np.array(hinge, np.int64), np.array(weights), np.array(soft)


def neighbours(faces, n, rings=3):
    i = np.concatenate([faces[:, k] for k in (0, 1, 2)])
    j = np.concatenate([faces[:, k] for k in (1, 2, 0)])
    one = sp.coo_matrix((np.ones(len(i), np.int8), (i, j)), (n, n)).tocsr()
    one = ((one + one.T + sp.eye(n)) > 0).astype(np.int32)
    near = one
    for _ in range(rings - 1):
        near = ((near @ one) > 0).astype(np.int32)
    return near


def close_pairs(x, near, reach):
    """Points that may touch, other than neighbours in the cloth."""
    pairs = cKDTree(x).query_pairs(reach, output_type="ndarray")
    if len(pairs) == 0:
        return np.zeros((0, 2), np.int64)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    keep = np.asarray(near[pairs[:, 0], pairs[:, 1]]).ravel() == 0
    return np.ascontiguousarray(pairs[keep]).astype(np.int64)


def drape(mesh, pattern, body, log=print):
    """Lets the mesh fall: slowly around the body, then with its weight and one smooth shake, then to its true size."""
    facts = pattern.data["drape"]
    rng = np.random.default_rng(facts["seed"])
    side = facts["edge"]
    w, edge, rest, give, hinge, cot, soft = springs(mesh, pattern, rng)
    grid, low, cell = body
    x = mesh.position + rng.normal(0, 0.02, mesh.position.shape)
    v = np.zeros_like(x)
    near = neighbours(mesh.faces, len(x))
    apart = 0.62 * side
    seconds = facts["seconds"]
    phases = [(0.5, 100.0, 20.0, STEPS), (seconds, 981.0, 2.5, STEPS), (0.7, 981.0, 8.0, facts.get("fine", FINE))]
    for phase, (time, gravity, damping, steps) in enumerate(phases):
        if phase == 1:
            for _ in range(6):
                k, d = rng.normal(0, 0.11, 3), rng.normal(0, 1, 3)
                v += np.sin(x @ k + rng.uniform(0, 6.28))[:, None] * d * facts["shake"]
        for _ in range(round(time * FRAMES)):
            pairs = close_pairs(x, near, apart + 0.25)
            frame(x, v, w, edge, rest, give, hinge, cot, soft, pairs, apart, grid, low, cell, gravity, damping,
                  facts.get("friction", 0.3), 0.35, steps, 1 / (FRAMES * steps))
        span = np.linalg.norm(x[edge[:, 0]] - x[edge[:, 1]], axis=1) / rest
        log(f"drape {phase}: speed {np.abs(v).mean():.2f} cm/s, strain {np.percentile(span, 1):.3f} to {np.percentile(span, 99):.3f}")
    return x
