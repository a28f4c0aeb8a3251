"""Reads patterns/*.toml: measures, panels as closed outlines, seams; triangulates the panels.

Everything is in centimetres on the flat cloth. A panel's flat coordinates stay with its triangles through sewing,
draping and rendering: they are what prints are laid on.
"""
import ast
import math
import operator
import pathlib
import tomllib
from dataclasses import dataclass, field

import numpy as np
from scipy.spatial import Delaunay, cKDTree

FOLDER = pathlib.Path(__file__).parent / "patterns"
SAMPLES = 400  # points of a bezier

OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.USub: operator.neg, ast.UAdd: operator.pos,
}


def evaluate(value, measures):
    """A number, or an expression of numbers, measures and + - * / with brackets."""
    if not isinstance(value, str):
        return float(value)

    def walk(node):
        match node:
            case ast.Expression(body=body):
                return walk(body)
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name) if name in measures:
                return measures[name]
            case ast.UnaryOp(op=op, operand=operand):
                return OPERATORS[type(op)](walk(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return OPERATORS[type(op)](walk(left), walk(right))
        raise ValueError(f"`{value}` is no expression of the measures {', '.join(measures)}")

    return walk(ast.parse(value, mode="eval"))


# curves: arrays of points

def bezier(p0, p1, p2, p3):
    t = np.linspace(0, 1, SAMPLES + 1)[:, None]
    return (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t * t * p2 + t**3 * p3


def along(curve):
    """Distance from the start at every point."""
    return np.r_[0, np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))]


def length(curve):
    return float(along(curve)[-1])


def at(curve, distances):
    s = along(curve)
    return np.stack([np.interp(distances, s, axis) for axis in curve.T], 1)


def resample(curve, count):
    """`count` equal steps: `count + 1` points."""
    return at(curve, np.linspace(0, length(curve), count + 1))


def inside(outline, points):
    x, y = points.T
    result = np.zeros(len(points), bool)
    x0, y0 = outline[-1]
    for x1, y1 in outline:
        if y0 != y1:
            result ^= ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
        x0, y0 = x1, y1
    return result


def area(outline):
    x, y = outline.T
    return 0.5 * float(x @ np.roll(y, -1) - y @ np.roll(x, -1))


@dataclass
class Panel:
    name: str
    curves: dict  # name -> points, against the clock
    place: dict
    hems: dict = field(default_factory=dict)  # curve -> depth
    finish: dict = field(default_factory=dict)  # curve -> how it is sewn
    bend: float = 1.0  # stiffness of the cloth, by the garment's
    rib: bool = False
    counts: dict = field(default_factory=dict)  # curve -> segments
    uv: np.ndarray = None
    triangles: np.ndarray = None
    edge: dict = None  # curve -> indices of its points

    def outline(self):
        return np.concatenate([curve[:-1] for curve in self.curves.values()])

    def triangulate(self, side):
        """Points on the outline by `counts`, a lattice of equal triangles inside."""
        points, self.edge, start = [], {}, 0
        total = sum(self.counts.values())
        for name, curve in self.curves.items():
            part = resample(curve, self.counts[name])[:-1]
            self.edge[name] = np.r_[np.arange(start, start + len(part)), (start + len(part)) % total]
            points.append(part)
            start += len(part)
        rim = np.concatenate(points)
        dense = np.concatenate([resample(c, max(4, int(length(c) * 8))) for c in self.curves.values()])
        low, high = rim.min(0), rim.max(0)
        rows = []
        for j, y in enumerate(np.arange(low[1], high[1], side * math.sqrt(3) / 2)):
            xs = np.arange(low[0] - side, high[0] + side, side) + (side / 2 if j % 2 else 0)
            rows.append(np.c_[xs, np.full(len(xs), y)])
        lattice = np.concatenate(rows)
        lattice = lattice[inside(rim, lattice)]
        lattice = lattice[cKDTree(dense).query(lattice)[0] > 0.62 * side]
        self.uv = np.r_[rim, lattice]
        t = Delaunay(self.uv).simplices
        t = t[inside(rim, self.uv[t].mean(1))]
        doubled = cross2(self.uv[t[:, 1]] - self.uv[t[:, 0]], self.uv[t[:, 2]] - self.uv[t[:, 0]])
        t[doubled < 0] = t[doubled < 0][:, ::-1]
        self.triangles = t[np.abs(doubled) > 1e-6]


def cross2(a, b):
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


@dataclass
class Pattern:
    name: str
    data: dict
    measures: dict
    panels: list
    seams: list  # pairs of chains of (panel index, curve)

    def index(self, name):
        return next(i for i, panel in enumerate(self.panels) if panel.name == name)

    def chain(self, curves):
        return [(self.index(panel), curve) for panel, curve in (name.split(".") for name in curves)]

    def curve(self, name):
        panel, curve = name.split(".")
        return self.panels[self.index(panel)].curves[curve]

    def cut(self, side):
        """Shares out the points so that both sides of every seam have as many, then triangulates."""
        counts = {}
        whole = lambda key: max(2, round(length(self.panels[key[0]].curves[key[1]]) / side))
        for first, second in self.seams:
            n = [counts.setdefault(key, whole(key)) for key in first]
            if len(second) == 1:
                assert counts.setdefault(second[0], sum(n)) == sum(n), f"{second[0]} is sewn twice"
            else:
                for key, n_key in zip(second, reversed(n), strict=True):
                    counts[key] = n_key
        for i, panel in enumerate(self.panels):
            panel.counts = {name: counts.get((i, name), whole((i, name))) for name in panel.curves}
            if panel.rib:
                # the free edge of a band has as many points as the sewn one
                most = max(panel.counts.values())
                panel.counts = {k: most if length(panel.curves[k]) > 8 else n for k, n in panel.counts.items()}
            panel.triangulate(side)


def read(name):
    """The garment's file; with `base`, another garment's that it changes."""
    path = FOLDER / f"{name}.toml"
    if not path.exists():
        known = sorted(p.stem for p in FOLDER.glob("*.toml") if p.stem != "mannequin")
        raise SystemExit(f"there is no pattern `{name}`; there are {', '.join(known)}")
    data = tomllib.loads(path.read_text())
    if "base" not in data:
        return data
    base = read(data.pop("base"))
    panels = {panel["name"]: panel for panel in base.get("panels", [])}
    for panel in data.pop("panels", []):
        panels[panel["name"]] = {**panels.get(panel["name"], {}), **panel}
    for dropped in data.pop("without", []):
        panels.pop(dropped)
        base["fit"] = {key: fit for key, fit in base.get("fit", {}).items() if not fit["curve"].startswith(f"{dropped}.")}
    sewing = data.pop("sewing", base["sewing"])
    if "more_seams" in sewing:
        sewing["seams"] = base["sewing"]["seams"] + sewing.pop("more_seams")
    merged = {**base, "panels": list(panels.values()), "sewing": sewing}
    for key, value in data.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict) and key != "manifest"
        merged[key] = {**base[key], **value} if both else value
    return merged


def outline(entries, measures):
    curves = {}
    for name, kind, *numbers in entries:
        if kind == "mirror":
            curves[name] = (curves[numbers[0]] * [-1, 1])[::-1]
            continue
        points = np.array([evaluate(n, measures) for n in numbers]).reshape(-1, 2)
        curves[name] = bezier(*points) if kind == "bezier" else points
    return curves


def load(name):
    data = read(name)
    measures = {}
    for key, value in data["measures"].items():
        measures[key] = evaluate(value, measures)
    drawn = {panel["name"]: panel for panel in data["panels"]}
    entries = {key: drawn[panel.get("like", key)]["outline"] for key, panel in drawn.items()}

    def one(curve):
        panel, key = curve.split(".")
        return length(outline(entries[panel], measures)[key])

    for key, fit in data.get("fit", {}).items():
        low, high = fit["between"]
        times = evaluate(fit["times"], measures)
        for _ in range(60):
            measures[key] = (low + high) / 2
            short = one(fit["curve"]) < times * sum(map(one, fit["like"]))
            low, high = (measures[key], high) if short else (low, measures[key])
    panels = []
    for key, panel in drawn.items():
        like = drawn[panel.get("like", key)]
        take = lambda field, default: panel.get(field, like.get(field, default))
        panels.append(Panel(
            key, outline(entries[key], measures), panel["place"], take("hems", {}), take("finish", {}),
            float(take("bend", 1)), bool(take("rib", False)),
        ))
    pattern = Pattern(name, data, measures, panels, [])
    pattern.seams = [tuple(pattern.chain(side) for side in seam) for seam in data["sewing"]["seams"]]
    return pattern
