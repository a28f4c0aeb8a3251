"""A garment's mesh from its pattern: cut, sew, drape, fair; or built outright where nothing falls (see solid.py)."""
import hashlib
import pathlib

import numpy as np

from . import mannequin, solid
from .drape import drape
from .fairing import fair
from .pattern import FOLDER, load, read
from .sewing import Mesh, sew

FIELDS = ("position", "uv", "triangles", "panel", "vertex", "seam")


def build(name, coarse=None, log=print):
    """(mesh, names of its panels, the pattern's facts). `coarse` is another side for the triangles, for drafts."""
    data = read(name)
    if "solid" in data:
        mesh, panels = solid.build(data["solid"])
        return mesh, panels, data
    pattern = load(name)
    if coarse:
        pattern.data["drape"]["edge"] = coarse
    mesh = sew(pattern, pattern.data["drape"]["edge"])
    log(f"{name}: {len(mesh.position)} vertices, {len(mesh.triangles)} triangles")
    mesh.position = fair(mesh, pattern, drape(mesh, pattern, mannequin.grid(pattern.data["drape"]), log))
    return mesh, [panel.name for panel in pattern.panels], pattern.data


def cached(name, folder: pathlib.Path, log=print):
    """The mesh of a garment, kept in a file until its pattern or the generator changes."""
    sources = sorted(pathlib.Path(__file__).parent.glob("*.py")) + sorted(FOLDER.glob("*.toml"))
    skip = {"render.py", "layers.py", "manifest.py", "cloth.py", "__main__.py"}
    key = hashlib.sha256(b"".join(p.read_bytes() for p in sources if p.name not in skip)).hexdigest()[:16]
    path = folder / f"{name}-{key}.npz"
    if path.exists():
        with np.load(path) as kept:
            return Mesh(*(kept[field] for field in FIELDS)), [str(n) for n in kept["names"]], read(name)
    mesh, names, data = build(name, log=log)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, names=np.array(names), **{field: getattr(mesh, field) for field in FIELDS})
    return mesh, names, data
