"""A garment's mesh from its pattern: cut, sew, drape, fair; or built outright where nothing falls (see solid.py)."""
import hashlib
import json
import pathlib

import numpy as np

from . import mannequin, solid
from .drape import distance, drape
from .fairing import fair
from .pattern import FOLDER, load, read
from .sewing import Mesh, sew

FIELDS = ("position", "uv", "triangles", "panel", "vertex", "seam")
CLEAR = 0.2  # least distance from the mannequin, cm
DRAPES = ("pattern.py", "mannequin.py", "sewing.py", "drape.py")


def draped(pattern, log):
    mesh = sew(pattern, pattern.data["drape"]["edge"])
    log(f"{pattern.name}: {len(mesh.position)} vertices, {len(mesh.triangles)} triangles")
    mesh.position = drape(mesh, pattern, mannequin.grid(pattern.data["drape"]), log)
    return mesh


def finished(mesh, pattern):
    """Fairing rounds off what is smaller than a triangle, which can draw cloth into the mannequin: it is put back."""
    mesh.position = fair(mesh, pattern, mesh.position)
    grid, low, cell = mannequin.grid(pattern.data["drape"])
    out = np.zeros(3)
    for _ in range(3):
        for point in mesh.position:
            d = distance(grid, low, cell, point, out)
            if d < CLEAR:
                point += out / (np.linalg.norm(out) + 1e-9) * (CLEAR - d)
    return mesh


def build(name, coarse=None, log=print):
    """(mesh, names of its panels, the pattern's facts). `coarse` is another side for the triangles, for drafts."""
    data = read(name)
    if "solid" in data:
        mesh, panels = solid.build(data["solid"])
        return mesh, panels, data
    pattern = load(name)
    if coarse:
        pattern.data["drape"]["edge"] = coarse
    return finished(draped(pattern, log), pattern), [panel.name for panel in pattern.panels], pattern.data


def cached(name, folder: pathlib.Path, log=print):
    """As `build`; how a garment fell is kept in a file until its pattern, the mannequin or the solver changes."""
    data = read(name)
    if "solid" in data:
        return build(name)
    pattern = load(name)
    facts = {key: value for key, value in data.items() if key not in ("manifest", "look")}
    sources = [pathlib.Path(__file__).with_name(file) for file in DRAPES] + [FOLDER / "mannequin.toml"]
    text = json.dumps(facts, sort_keys=True).encode() + b"".join(path.read_bytes() for path in sources)
    path = folder / f"{name}-{hashlib.sha256(text).hexdigest()[:16]}.npz"
    if path.exists():
        with np.load(path) as kept:
            mesh = Mesh(*(kept[field] for field in FIELDS))
    else:
        mesh = draped(pattern, log)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, **{field: getattr(mesh, field) for field in FIELDS})
    return finished(mesh, pattern), [panel.name for panel in pattern.panels], data
