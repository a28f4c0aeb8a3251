"""Completes the manifest of a garment's view from its layers.

    python complete_manifest.py tee/front tee/back

Takes what the layer packer knows (a manifest with or without the fields below) and writes the form that
mockups/README.md describes: hashes, parts, the pattern's size, print areas, and for every panel the grid from pattern
centimetres to picture pixels. What the pattern knows stands in `generator/patterns/<garment>.toml` under `[manifest]`.
Needs Python 3.11, numpy, and opencv for 16-bit colour PNGs. Run it again whenever a layer file changes, for instance
after a lossless re-compression; the output depends on nothing but the layers and that file.
"""
import hashlib
import json
import os
import pathlib
import sys
import tomllib

import cv2
import numpy as np

STEP_CM = 2.0

PATTERNS = pathlib.Path(__file__).parent / "generator" / "patterns"

# The finest plate is 2000 px wide and filtering wants 1.4 texels for each of its pixels.
PLATE_MAX_PX = 2000
TEXELS_PER_PX = 1.4


def read_uv(folder, uv):
    """Pattern centimetres (H, W, 2), panel index (H, W); index 0 sees no outer side."""
    rgb = cv2.imread(str(folder / uv["file"]), cv2.IMREAD_UNCHANGED)[..., ::-1]
    cm = (rgb[..., :2] / 65535.0 - np.array(uv["origin"])) * uv["unit_cm"]
    return cm, rgb[..., 2]


def inverse_bilinear(corners, target):
    """The (s, t) in the unit square that a bilinear patch of four (u, v) corners takes to `target`."""
    p00, p10, p01, p11 = corners
    s = t = 0.5
    for _ in range(12):
        value = p00 * (1 - s) * (1 - t) + p10 * s * (1 - t) + p01 * (1 - s) * t + p11 * s * t - target
        ds = (p10 - p00) * (1 - t) + (p11 - p01) * t
        dt = (p01 - p00) * (1 - s) + (p11 - p10) * s
        det = ds[0] * dt[1] - ds[1] * dt[0]
        if abs(det) < 1e-12:
            return None
        s -= (value[0] * dt[1] - value[1] * dt[0]) / det
        t -= (ds[0] * value[1] - ds[1] * value[0]) / det
    return (s, t) if -1e-6 <= s <= 1 + 1e-6 and -1e-6 <= t <= 1 + 1e-6 else None


def panel_grid(cm, seen, step):
    """Picture position of every `step` cm of a panel, found inside the quad of four neighbouring pixel centres."""
    quads = seen[:-1, :-1] & seen[:-1, 1:] & seen[1:, :-1] & seen[1:, 1:]
    corners = np.stack([cm[:-1, :-1], cm[:-1, 1:], cm[1:, :-1], cm[1:, 1:]])
    low, high = corners.min(0), corners.max(0)
    smooth = (high - low).max(-1) < 0.5
    first = np.ceil(low / step - 1e-9)
    holds = (np.floor(high / step + 1e-9) >= first).all(-1) & quads & smooth
    if not holds.any():
        return None
    points = {}
    for y, x in zip(*np.nonzero(holds)):
        column, row = (int(k) for k in first[y, x])
        found = inverse_bilinear(corners[:, y, x], np.array([column, row]) * step)
        if found is not None:
            # pixel centres lie at half numbers
            points.setdefault((column, row), (x + 0.5 + found[0], y + 0.5 + found[1]))
    if not points:
        return None
    columns = [key[0] for key in points]
    rows = [key[1] for key in points]
    c0, c1, r0, r1 = min(columns), max(columns), min(rows), max(rows)
    # rows from the top of the garment downwards, as pictures are written
    table = [
        [[round(float(k), 2) for k in points[c, r]] if (c, r) in points else None for c in range(c0, c1 + 1)]
        for r in range(r1, r0 - 1, -1)
    ]
    return {"step_cm": step, "left_cm": c0 * step, "top_cm": r1 * step, "points": table}


def cut_piece(folder, piece, panel, height, cm, seen):
    """Moves what lies less than `height` cm above a panel's hem from the panel's mask to the mask of the piece.

    The edge is as soft as a pixel: coverage follows the height that one pixel spans. Doing it again changes nothing.
    """
    paths = [folder / f"mask_{name}.png" for name in (piece, panel)]
    whole = sum(cv2.imread(str(path), cv2.IMREAD_UNCHANGED).astype(int) for path in paths if path.exists())
    # pixels of the silhouette that belong to no panel take the place of the nearest that does
    labels = cv2.distanceTransformWithLabels((~seen).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)[1]
    above = np.zeros(labels.max() + 1)
    above[labels[seen]] = cm[..., 1][seen]
    above = above[labels]
    span = np.hypot(*np.gradient(above)).clip(0.01, 0.2)
    inside = (0.5 - (above - height) / span).clip(0, 1)
    part = np.rint(whole * inside).astype(np.uint8)
    for path, mask in zip(paths, (part, (whole - part).astype(np.uint8))):
        cv2.imwrite(str(path), mask, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return paths[0].name


def hashed(folder, name):
    return {"file": name, "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}


def name_of(entry):
    return entry if isinstance(entry, str) else entry["file"]


def complete(folder):
    old = json.loads((folder / "manifest.json").read_text())
    garment = folder.resolve().parent.name
    facts = tomllib.loads((PATTERNS / f"{garment}.toml").read_text())["manifest"]
    pieces = facts.get("pieces", {})
    uv = old["uv"]
    panel_names = uv.get("panel_index") or uv["panels"]
    cm, owner = read_uv(folder, uv)
    masks = {key: name_of(value) for key, value in old["masks"].items()}
    for piece, (panel, height) in pieces.items():
        if panel in masks:
            seen = owner == panel_names.index(panel)
            masks[piece] = cut_piece(folder, piece, panel, height, cm, seen)
    alpha = cv2.imread(str(folder / name_of(old["alpha"])), cv2.IMREAD_UNCHANGED)
    step = facts.get("grid_cm", STEP_CM)
    grids = {}
    for index, panel in enumerate(panel_names):
        # the UVs reach a little beyond the cloth for filtering; handles must not
        grid = panel_grid(cm, (owner == index) & (alpha > 127), step) if index and panel in masks else None
        if grid:
            grids[panel] = grid
    dpi = old["px_per_cm"] * PLATE_MAX_PX / old["width"] * TEXELS_PER_PX * 2.54
    areas = [
        {
            "id": area,
            "panel": known["panel"],
            "anchor_cm": [float(k) for k in known["anchor"]],
            "max_dpi": round(dpi),
        }
        # the far side of a hem may be seen, but nobody prints there
        for area, known in facts["areas"].items()
        if known["panel"] in grids and old["view"] in known["views"]
    ]
    light = {**hashed(folder, old["light"]["file"]), **{k: old["light"][k] for k in ("encoding", "max", "channels")}}
    manifest = {
        "format": 1,
        "garment": garment,
        "view": old["view"],
        "license": "CC0-1.0",
        "generator": old["generator"],
        "width": old["width"],
        "height": old["height"],
        "px_per_cm": round(old["px_per_cm"], 4),
        "pattern": {key: facts[key] for key in ("size", "chest_mm", "length_mm")},
        "albedo": old["albedo"],
        "exposure": old["exposure"],
        "default_colors": facts["default_colors"],
        "light": light,
        "alpha": hashed(folder, name_of(old["alpha"])),
        "uv": {
            **hashed(folder, uv["file"]),
            "unit_cm": uv["unit_cm"],
            "origin": uv["origin"],
            "panels": panel_names,
        },
        "masks": {
            key: hashed(folder, name) | ({"panel": pieces[key][0]} if key in pieces else {})
            for key, name in masks.items()
        },
        "parts": {part: [m for m in members if m in masks] for part, members in facts["parts"].items()},
        "shadow": hashed(folder, name_of(old["shadow"])),
        "backdrop": hashed(folder, name_of(old["backdrop"])),
        "print_areas": areas,
        "grids": grids,
    }
    write(folder / "manifest.json", manifest)
    seen = {panel: sum(p is not None for row in g["points"] for p in row) for panel, g in grids.items()}
    print(folder, "grid points", seen, "areas", [a["id"] for a in areas])


def write(path, manifest):
    """One key a line, one row of a grid a line; under a temporary name first, so that no reader sees half a file."""
    grids = manifest.pop("grids")
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in manifest.items()]
    blocks = []
    for panel, grid in grids.items():
        rows = ",\n".join("    " + json.dumps(row, separators=(",", ":")) for row in grid["points"])
        head = ", ".join(f'"{k}": {grid[k]}' for k in ("step_cm", "left_cm", "top_cm"))
        blocks.append(f"  {json.dumps(panel)}: {{{head}, \"points\": [\n{rows}\n  ]}}")
    lines.append(' "grids": {\n' + ",\n".join(blocks) + "\n }")
    temporary = path.with_suffix(".tmp")
    temporary.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    os.replace(temporary, path)


for argument in sys.argv[1:]:
    complete(pathlib.Path(argument))
