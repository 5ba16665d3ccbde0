"""The search against all paths counted one by one."""

import numpy as np
import pytest

from bitext.alignment.coarse import Side, find
from bitext.alignment.search import SHAPES, Band, Scores, best_path, posteriors


def all_paths(n, m, scores):
    """Every path with its weight, source gaps before target gaps."""
    found = []

    def go(i, j, state, weight, path):
        if (i, j) == (n, m):
            found.append((weight, path))
        for k, (a, b) in enumerate(SHAPES):
            if i + a <= n and j + b <= m:
                go(i + a, j + b, 0, weight + scores.beads[k, (i + a) * (m + 1) + j + b], [*path, (i, i + a, j, j + b)])
        if i < n and state != 2:
            go(i + 1, j, 1, weight + scores.source[i] + scores.open * (state != 1), [*path, (i, i + 1, j, j)])
        if j < m:
            go(i, j + 1, 2, weight + scores.target[j] + scores.open * (state != 2), [*path, (i, i, j, j + 1)])

    go(0, 0, 0, 0.0, [])
    return found


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (2, 0), (3, 4), (4, 3), (1, 4), (4, 4)])
def test_best_path_and_posteriors(n, m):
    rng = np.random.default_rng(n * 10 + m)
    band = Band.full(n, m)
    scores = Scores(rng.normal(size=(len(SHAPES), band.size)).astype(np.float32), rng.normal(size=n), rng.normal(size=m), -0.7)
    paths = all_paths(n, m, scores)
    weights = np.array([w for w, _ in paths])
    assert best_path(band, scores) == paths[int(weights.argmax())][1]

    found, beads, source, target = posteriors(band, scores), np.zeros_like(scores.beads), np.zeros(n), np.zeros(m)
    for p, (_, path) in zip(np.exp(weights - np.logaddexp.reduce(weights)), paths, strict=True):
        for i0, i1, j0, j1 in path:
            if i1 > i0 and j1 > j0:
                beads[SHAPES.index((i1 - i0, j1 - j0)), i1 * (m + 1) + j1] += p
            elif i1 > i0:
                source[i0] += p
            else:
                target[j0] += p
    assert found.total == pytest.approx(np.logaddexp.reduce(weights), abs=1e-4)
    for ours, theirs in ((found.beads, beads), (found.source, source), (found.target, target)):
        assert np.allclose(ours, theirs, atol=1e-5)


def test_narrow_band_gives_what_the_full_one_gives():
    rng = np.random.default_rng(1)
    n, m = 30, 28
    meaning = rng.normal(size=(n, 32)).astype(np.float32)
    side = Side(meaning / np.linalg.norm(meaning, axis=1, keepdims=True), np.full(n, 80.0))
    other = Side(np.delete(side.vectors, [9, 20], axis=0), np.full(m, 80.0))
    band, path = find(side, other)
    assert (9, 10, 9, 9) in path
    assert (20, 21, 19, 19) in path
    assert band.size < (n + 1) * (m + 1)


def test_long_texts_with_a_passage_left_out():
    rng = np.random.default_rng(2)
    meaning = rng.normal(size=(1500, 32)).astype(np.float32)
    vectors = meaning / np.linalg.norm(meaning, axis=1, keepdims=True)
    kept = np.r_[0:400, 700:1500]
    band, path = find(Side(vectors, np.full(1500, 80.0)), Side(vectors[kept], np.full(1200, 80.0)))
    assert sum(i1 - i0 == j1 - j0 == 1 and kept[j0] == i0 for i0, i1, j0, j1 in path) == 1200
    assert band.size < 1500 * 60 + 300 * 60
