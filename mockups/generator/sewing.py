"""Puts the panels around the mannequin and sews them: points of both sides of a seam become one."""
import math
from dataclasses import dataclass

import numpy as np

from . import mannequin
from .pattern import at, length


@dataclass
class Mesh:
    """Corners keep the flat coordinates of their panel; several corners share a sewn vertex."""
    position: np.ndarray  # (vertices, 3)
    uv: np.ndarray  # (corners, 2), flat
    triangles: np.ndarray  # (n, 3) corners
    panel: np.ndarray  # (corners,) index of the panel
    vertex: np.ndarray  # (corners,) the sewn vertex
    seam: np.ndarray  # vertices on seams

    @property
    def faces(self):
        return self.vertex[self.triangles]


def sew(pattern, side):
    pattern.cut(side)
    panels = pattern.panels
    offset = np.cumsum([0] + [len(panel.uv) for panel in panels])
    parent = np.arange(offset[-1])

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def corners(chain, backwards):
        """Corner indices along a chain of curves; its curves are named in the order of the outline."""
        parts = [panels[i].edge[curve] + offset[i] for i, curve in chain]
        return [part[::-1] for part in reversed(parts)] if backwards else parts

    sewn = []
    for first, second in pattern.seams:
        a = corners(first, True)
        b = corners(second, False)
        if len(b) == 1 and len(a) > 1:
            cuts = np.cumsum([len(part) - 1 for part in a])[:-1]
            b = [b[0][low : high + 1] for low, high in zip([0, *cuts], [*cuts, len(b[0]) - 1])]
        for part_a, part_b in zip(a, b, strict=True):
            assert len(part_a) == len(part_b), (first, second)
            for i, j in zip(part_a, part_b):
                i, j = root(i), root(j)
                if i != j:
                    parent[j] = i
            sewn += [part_a, part_b]
    _, vertex = np.unique([root(i) for i in range(offset[-1])], return_inverse=True)
    placed = place(pattern)
    count = np.bincount(vertex)
    position = np.stack([np.bincount(vertex, placed[:, k]) / count for k in range(3)], 1)
    return Mesh(
        position,
        np.concatenate([panel.uv for panel in panels]),
        np.concatenate([panel.triangles + o for panel, o in zip(panels, offset)]),
        np.concatenate([np.full(len(panel.uv), i) for i, panel in enumerate(panels)]),
        vertex,
        np.unique(vertex[np.concatenate(sewn)]),
    )


# Where panels begin before they fall. Offsets are wide enough that no panel starts inside the mannequin.

def torso(pattern, side, shift=0.0, ratio=1.0):
    """Half of the trunk; `ratio` and `shift` as for sleeves, for a band below the hem."""
    m = pattern.measures
    wide = m["chest"] / 27.0

    def to_space(uv):
        x, y = uv[:, 0] / ratio, uv[:, 1] + shift
        turn = x / m["chest"] * math.pi / 2
        around = np.c_[20.5 * np.sin(turn), -13.0 * np.cos(turn)] * wide
        slope = (np.abs(x) - m["neck"]) / (m["shoulder"] - m["neck"])
        below = np.clip(m["length"] - np.clip(slope, 0, 1.3) * m["shoulder_drop"] - y, 0, None)
        flat = np.c_[x * 0.97, -9.5 * wide * np.sqrt(np.clip(below / 16, 0, 1.2))]
        z = y - m["length"]
        share = np.clip((z + 32) / 18, 0, 1)
        share = (share * share * (3 - 2 * share))[:, None]
        xy = around + (flat - around) * share
        return np.c_[xy * side, z + 1.6]

    return to_space


def sleeve(pattern, side, shift=0.0, ratio=1.0):
    """A tube around the arm; `ratio` for a narrower band, `shift` for one that continues the sleeve beyond its hem."""
    m = pattern.measures
    path = mannequin.arm_path(side, pattern.data["drape"])
    reach, tip = m["sleeve"], m["sleeve_armpit"]
    tangent = lambda s: (at(path, s + 0.5) - at(path, s - 0.5))
    start = path[1]
    d = tangent(np.array([2.0]))[0]
    d[1] = 0
    d /= np.linalg.norm(d)
    up = np.array([-d[2] * side, 0, d[0] * side])
    centre = np.array([m["shoulder"] * side, 0, -m["shoulder_drop"] + 1.6]) - up * (m["bicep"] / math.pi + 0.3)
    s0 = float((centre - start) @ d)
    aside = centre - (start + d * s0)

    def to_space(uv):
        x, y = uv[:, 0] / ratio, uv[:, 1] + shift
        width = np.where(y > tip, m["bicep"], m["opening"] + (m["bicep"] - m["opening"]) * np.clip(y, 0, None) / tip)
        radius = width / math.pi + 0.6
        turn = x / width * math.pi
        s = reach - y
        fade = np.clip(s / 18, 0, 1)
        fade = (1 - fade * fade * (3 - 2 * fade))[:, None]
        # the path's first point lies 20 cm before the shoulder
        distance = s + s0 + 20
        axis = at(path, distance) + aside * fade
        d = tangent(distance)
        d /= np.linalg.norm(d, axis=1)[:, None]
        up = np.c_[-d[:, 2] * side, np.zeros(len(d)), d[:, 0] * side]
        up /= np.linalg.norm(up, axis=1)[:, None]
        across = np.cross(d, up) * -1
        across *= np.sign(across[:, 1:2] * side + 1e-12)
        return axis + up * (radius * np.cos(turn))[:, None] + across * (radius * np.sin(turn))[:, None]

    return to_space


def ring(pattern, panel, placed, inward, up=None):
    """A band along the curves that it is sewn to, a neckline's; without `up` an opening's, towards its middle."""
    first = next(a for a, b in pattern.seams if b == [(pattern.index(panel.name), "sew")])
    line = np.concatenate([placed[i][pattern.panels[i].edge[curve]][::-1] for i, curve in reversed(first)])
    keep = np.r_[True, np.linalg.norm(np.diff(line, axis=0), axis=1) > 1e-6]
    line = line[keep]
    whole = length(panel.curves["sew"])

    def to_space(uv):
        q = np.clip(uv[:, 0] / whole, 0, 1) * (len(line) - 1)
        p = np.stack([np.interp(q, np.arange(len(line)), line[:, k]) for k in range(3)], 1)
        towards = (np.array([0, 0.5, 0]) if up is not None else line.mean(0)) - p
        if up is not None:
            towards[:, 2] = 0
        towards /= np.linalg.norm(towards, axis=1)[:, None] + 1e-9
        return p + towards * (uv[:, 1] * inward)[:, None] + np.array([0, 0, 1.0]) * (uv[:, 1] * (up or 0.0))[:, None]

    return to_space


def place(pattern):
    placed = {}
    for i, panel in enumerate(pattern.panels):
        match panel.place:
            case {"kind": "torso", "side": side, **more}:
                to_space = torso(pattern, side, more.get("shift", 0.0), more.get("ratio", 1.0))
            case {"kind": "sleeve", "side": side, **more}:
                to_space = sleeve(pattern, side, more.get("shift", 0.0), more.get("ratio", 1.0))
            case {"kind": "ring", "inward": inward, "up": up}:
                to_space = ring(pattern, panel, placed, inward, up)
            case {"kind": "opening", "inward": inward}:
                to_space = ring(pattern, panel, placed, inward)
            case other:
                raise ValueError(f"panel {panel.name}: there is no placement {other}")
        placed[i] = to_space(panel.uv)
    return np.concatenate([placed[i] for i in range(len(placed))])
