"""One command for a garment and a view:

    python -m generator tee front --out /tmp/layers/tee/front

Run it in the folder `mockups`. A draft is small and grainy but takes a minute instead of five.
"""
import argparse
import pathlib
import sys
import time

from . import geometry, sculpt
from .pattern import FOLDER

VIEWS = {"front": {"turn": 0.0}, "back": {"turn": 180.0}}


def arguments():
    parser = argparse.ArgumentParser(prog="python -m generator", description=__doc__.split("\n")[0])
    known = sorted(p.stem for p in FOLDER.glob("*.toml") if p.stem != "mannequin")
    parser.add_argument("garment", choices=known)
    parser.add_argument("view")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the layers; replaced when all are there")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/platen-generator"), help="folder for meshes and passes")
    parser.add_argument("--draft", action="store_true", help="640 x 800 with few samples")
    parser.add_argument("--samples", type=int, help="of the light, for each pixel; default 48, draft 16")
    parser.add_argument("--pack-only", action="store_true", help="take the passes that were rendered last time")
    return parser.parse_args()


def main():
    a = arguments()
    start = time.monotonic()

    def log(line):
        print(f"{time.monotonic() - start:6.0f} s  {line}", flush=True)

    mesh, panels, data = sculpt.cached(a.garment, a.work / "meshes", log)
    look = data["look"]
    views = look.get("views", VIEWS)
    if a.view not in views:
        raise SystemExit(f"{a.garment} has no view `{a.view}`; it has {', '.join(views)}")
    bands = [i for i, panel in enumerate(data.get("panels", [])) if panel["place"]["kind"] in ("ring", "opening")]
    mesh = geometry.refine(mesh, look.get("subdivide", 1), bands)
    width, height = (640, 800) if a.draft else (1600, 2000)
    samples = a.samples or (16 if a.draft else 48)

    from . import cloth, layers, render

    soft = look["material"] != "glaze"
    job = render.Job(
        mesh, panels, look, geometry.camera(mesh.position, look=look, **views[a.view]),
        a.work / f"{a.garment}-{a.view}{'-draft' if a.draft else ''}", width, height, samples, max(8, samples // 2),
        cloth.reliefs(a.garment) if soft and not a.pack_only else {},
    )
    if not a.pack_only:
        log("rendering")
        render.run(job, log)
    log(layers.pack(job, a.view, a.garment, data.get("drape", {}).get("seed", 0), a.out))


if __name__ == "__main__":
    sys.exit(main())
