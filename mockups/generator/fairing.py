"""Takes the mesh-sized ripple out of a draped mesh: seams and hems as lines, the cloth beside them, the rest a little.

Taubin's smoothing, a step that shrinks and one that grows, keeps folds and size.
"""
import numpy as np
import scipy.sparse as sp


def edges(triangles):
    return np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), 1)


def mean_of(pairs, n):
    """The mean of each point's partners as a matrix, and how many there are."""
    a = sp.coo_matrix((np.ones(2 * len(pairs)), (np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]])), (n, n)).tocsr()
    degree = np.asarray(a.sum(1)).ravel()
    return sp.diags(1 / np.maximum(degree, 1)) @ a, degree


class Lines:
    """Seams and free edges of a sewn mesh, and what lies around each point."""

    def __init__(self, mesh, n):
        flat, count = np.unique(edges(mesh.triangles), axis=0, return_counts=True)
        lines = np.unique(np.sort(mesh.vertex[flat[count == 1]], 1), axis=0)
        sewn, count = np.unique(edges(mesh.faces), axis=0, return_counts=True)
        free = sewn[count == 1]
        self.on_free = np.zeros(n, bool)
        self.on_free[free] = True
        self.along_free, degree_free = mean_of(free, n)
        self.along_seam, degree_seam = mean_of(lines[~(self.on_free[lines].all(1))], n)
        self.around, _ = mean_of(sewn, n)
        self.free = (degree_free == 2)[:, None]
        self.seam = ((degree_seam == 2) & ~self.on_free)[:, None]
        self.all = self.on_free | (degree_seam > 0)

    def smoothed(self, x, rounds):
        """Takes ripple out of the lines; the cloth beside them follows."""
        y = x
        for _ in range(rounds):
            for factor in (0.5, -0.515):
                y = y + factor * (np.where(self.free, self.along_free @ y - y, 0) + np.where(self.seam, self.along_seam @ y - y, 0))
        shift = np.where(self.all[:, None], y - x, 0)
        for _ in range(30):
            shift = np.where(self.all[:, None], y - x, 0.94 * (self.around @ shift))
        return x + shift


def combed(mesh, bands, x):
    """Ribs run straight across a band: what lies between its sewn and its free edge slides along it until they do."""
    moved, count = np.zeros_like(x), np.zeros(len(x))
    for panel in bands:
        mine = np.flatnonzero(mesh.panel == panel)
        (u, v), at = mesh.uv[mine].T, x[mesh.vertex[mine]]
        depth = v.max()
        sewn, free = v < 1e-6, v > depth - 1e-6

        def line(rows, where):
            order = np.flatnonzero(rows)[np.argsort(u[rows])]
            return np.stack([np.interp(where, u[order], at[order, k]) for k in range(3)], 1)

        start = line(sewn, u)
        along = line(sewn, u + 0.3) - line(sewn, u - 0.3)
        along /= np.linalg.norm(along, axis=1)[:, None]
        share = lambda offset: (offset * along).sum(1)
        slide = v / depth * share(line(free, u) - start) - share(at - start)
        between = ~(sewn | free)
        np.add.at(moved, mesh.vertex[mine[between]], (slide[:, None] * along)[between])
        np.add.at(count, mesh.vertex[mine[between]], 1)
    return x + moved / np.maximum(count, 1)[:, None]


def fair(mesh, pattern, x, line_rounds=90, cloth_rounds=24):
    n, faces = len(x), mesh.faces
    lines = Lines(mesh, n)
    on_free, around = lines.on_free, lines.around
    weight = lines.all.astype(float)
    for ring in range(1, 6):
        weight = np.maximum(weight, (around @ weight > 0) * max(0.0, 1 - ring / 6))
    weight = np.maximum(weight, 0.2)[:, None]

    def normals():
        cross = np.cross(x[faces[:, 1]] - x[faces[:, 0]], x[faces[:, 2]] - x[faces[:, 0]])
        total = np.stack([sum(np.bincount(faces[:, k], cross[:, c], n) for k in range(3)) for c in range(3)], 1)
        return total / (np.linalg.norm(total, axis=1)[:, None] + 1e-12)

    # at the underarm cloth creases tighter than triangles can show
    under = underarms(mesh, pattern)
    for points in under:
        reach = np.linalg.norm(x - x[points].mean(0), axis=1)
        share = (0.5 * np.clip((9.0 - reach) / 5.0, 0, 1) * ~on_free)[:, None]
        for _ in range(5):
            x = x + share * (around @ x - x)
    for _ in range(2):
        towards = normals()
        for _ in range(cloth_rounds):  # along the normal only, so that nothing slides
            for factor in (0.55, -0.57):
                step = np.where(on_free[:, None], 0, around @ x - x)
                x = x + factor * weight * towards * (step * towards).sum(1, keepdims=True)
        x = lines.smoothed(x, line_rounds)
    return x


def underarms(mesh, pattern):
    """Vertices where front, back and a sleeve, or the binding of an armhole, meet."""
    of = [set(mesh.vertex[mesh.panel == i].tolist()) for i in range(len(pattern.panels))]
    trunk = [of[i] for i, panel in enumerate(pattern.panels) if panel.place["kind"] == "torso"]
    sleeves = [of[i] for i, panel in enumerate(pattern.panels) if panel.name.startswith(("sleeve", "bind_"))]
    if len(trunk) != 2:
        return []
    meets = [sorted(trunk[0] & trunk[1] & sleeve) for sleeve in sleeves]
    return [points for points in meets if points]
