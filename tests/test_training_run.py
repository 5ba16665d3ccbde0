"""Batches, the loop, saving and resuming, optimizer, frozen states. Small networks, made-up pieces."""

import signal

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch isn't installed (extra `train`): training is not tested")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from bitext.errors import InputError  # noqa: E402
from bitext.training import checkpoints, run  # noqa: E402
from bitext.training.data import Corpus, batches, tensors  # noqa: E402
from bitext.training.model import BOS, EOS, PAD, Shape, Translator, attention  # noqa: E402
from bitext.training.optimizers import Muon, orthogonal  # noqa: E402
from bitext.training.run import Settings, train  # noqa: E402
from bitext.training.states import States  # noqa: E402

SHAPE = Shape(vs=40, vt=30, d=16, nd=2, h=2, f=32, ne=3, he=2)
SMALL = Settings(tokens=60, frozen=2, warm=3, save_every=5, threads=1, states_gb=0.001)


def corpus(lengths, weights=None) -> Corpus:
    rng = np.random.default_rng(5)
    source = np.cumsum([0, *(n for n, _ in lengths)])
    target = np.cumsum([0, *(n for _, n in lengths)])
    return Corpus(rng.integers(4, 40, source[-1], np.uint16), source, rng.integers(4, 30, target[-1], np.uint16), target,
                  np.array(weights or [1.0] * len(lengths), np.float32))


MIXED = corpus([(n % 9 + 1, n % 7 + 1) for n in range(40)], [1.5, 0.5, 1.0, 0.25] * 10)


def model() -> Translator:
    torch.manual_seed(0)
    return Translator(SHAPE)


def weights(folder):
    saved = checkpoints.load_last(folder)
    return saved.weights, saved.average


def assert_equal(a, b):
    for one, other in zip(a, b, strict=True):
        assert one.keys() == other.keys()
        for name in one:
            assert torch.equal(one[name], other[name]), name


# --- Batches ---------------------------------------------------------------------------------------------------------

@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=40), st.integers(0, 3),
       st.integers(32, 200))
def test_an_epoch_has_each_pair_by_its_weight_and_no_batch_is_too_big(lengths, seed, tokens):
    c = corpus(lengths, [float(i % 3) for i in range(len(lengths))])
    made = batches(c, c.usable(30), tokens=tokens, seed=seed, epoch=1)
    counts = np.bincount(np.concatenate(made), minlength=len(lengths)) if made else np.zeros(len(lengths))
    assert counts.tolist() == [i % 3 for i in range(len(lengths))]
    for b in made:
        longest = max(c.source_lengths[b].max(), c.target_lengths[b].max()) + 2
        assert len(b) == 1 or len(b) * longest <= tokens


def test_fractions_of_weights_are_met_in_the_mean():
    c = corpus([(3, 3)] * 4000, [0.25] * 4000)
    n = sum(len(b) for b in batches(c, c.usable(9), tokens=100, seed=1, epoch=0))
    assert 850 < n < 1150


def test_batches_are_the_same_for_a_seed_and_others_for_another_epoch():
    def made(**changes):
        asked = {"tokens": 60, "seed": 1, "epoch": 0} | changes
        return [b.tolist() for b in batches(MIXED, MIXED.usable(9), **asked)]

    assert made() == made()
    assert made() != made(epoch=1)
    assert made() != made(seed=2)


def test_pairs_that_are_too_long_or_empty_are_left_out():
    assert corpus([(3, 3), (0, 3), (3, 0), (9, 3), (3, 9)]).usable(8).tolist() == [0]


def test_tensors_pad_and_frame():
    c = Corpus(np.array([7, 8, 9], np.uint16), np.array([0, 1, 3]), np.array([5, 6], np.uint16), np.array([0, 2, 2]),
               np.ones(2, np.float32))
    b = tensors(c, np.array([0, 1]))
    assert b.source.tolist() == [[BOS, 7, EOS, PAD], [BOS, 8, 9, EOS]]
    assert b.target.tolist() == [[BOS, 5, 6], [BOS, PAD, PAD]]
    assert b.wanted.tolist() == [[5, 6, EOS], [EOS, PAD, PAD]]


# --- Network ---------------------------------------------------------------------------------------------------------

def test_attention_written_out_equals_the_fused_one():
    q, k, v = torch.randn(3, 2, 2, 5, 8)
    hidden = torch.zeros(2, 1, 1, 5, dtype=torch.bool)
    hidden[0, ..., 3:] = True
    with torch.no_grad():
        fused = attention(q, k, v, hidden)
    torch.testing.assert_close(attention(q, k, v, hidden), fused)


def test_what_stands_after_padding_and_later_pieces_change_nothing():
    m = model().eval()
    x, y = torch.tensor([[BOS, 9, 8, EOS]]), torch.tensor([[BOS, 7, 6]])
    padded = torch.tensor([[BOS, 9, 8, EOS, PAD, PAD]])
    torch.testing.assert_close(m(padded, y), m(x, y))
    torch.testing.assert_close(m(x, torch.tensor([[BOS, 7, 5]]))[:, :2], m(x, y)[:, :2])


@pytest.mark.parametrize("frozen", [1, 2, 3])
def test_lower_layers_apart_give_the_same(frozen):
    m = model().eval()
    x, y = torch.tensor([[BOS, 9, 8, EOS]]), torch.tensor([[BOS, 7, 6]])
    torch.testing.assert_close(m(x, y, states=m.enc.lower(x, frozen), frozen=frozen), m(x, y))


@pytest.mark.parametrize(("rows", "columns"), [(8, 8), (8, 24), (24, 8)])
def test_orthogonal(rows, columns):
    torch.manual_seed(1)
    singular = torch.linalg.svdvals(orthogonal(torch.randn(3, rows, columns)))
    assert singular.min() > 0.3
    assert singular.max() < 1.3


def test_muon_goes_down():
    torch.manual_seed(1)
    p = torch.nn.Parameter(torch.randn(24, 8))
    wanted = torch.randn(24, 8)
    optimizer = Muon([p], lr=0.1, weight_decay=0.0)
    first = last = None
    for _ in range(60):
        loss = (p - wanted).square().mean()
        first, last = first or loss.item(), loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert last < first / 4


# --- Frozen states ---------------------------------------------------------------------------------------------------

def test_states_are_kept_and_given_back(tmp_path):
    m = model().eval()
    pairs = np.array([3, 20, 8])
    x = tensors(MIXED, pairs).source
    states = States(tmp_path, m, MIXED, MIXED.usable(9), frozen=2, size=1 << 20)
    with torch.no_grad():
        expected = m.enc.lower(x, 2).bfloat16()
    first = states.get(m, pairs, x)
    m.enc.lower = lambda *_: pytest.fail("worked out again")
    again = States(tmp_path, m, MIXED, MIXED.usable(9), frozen=2, size=1 << 20).get(m, pairs, x)
    for i, n in enumerate(MIXED.source_lengths[pairs] + 2):
        torch.testing.assert_close(first[i, :n], expected[i, :n])
        assert torch.equal(again[i, :n], first[i, :n])


def test_states_hold_the_pairs_of_most_weight_and_work_the_others_out(tmp_path):
    m = model().eval()
    size = 2 * SHAPE.d * int((MIXED.source_lengths[MIXED.weights == 1.5] + 2).sum())
    states = States(tmp_path, m, MIXED, MIXED.usable(9), frozen=2, size=size)
    pairs = np.arange(40)
    x = tensors(MIXED, pairs).source
    expected = states.get(m, pairs, x)
    calls = []
    lower, m.enc.lower = m.enc.lower, lambda x, n: calls.append(len(x)) or lower(x, n)
    torch.testing.assert_close(states.get(m, pairs, x)[:, :1], expected[:, :1])
    assert calls == [30]


def test_states_of_other_weights_are_removed(tmp_path):
    m = model()
    States(tmp_path, m, MIXED, MIXED.usable(9), frozen=2, size=1 << 20)
    with torch.no_grad():
        m.enc.layers[1].o.weight += 1
    States(tmp_path, m, MIXED, MIXED.usable(9), frozen=2, size=1 << 20)
    assert len(list(tmp_path.glob("states-*"))) == 1


# --- The loop --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("changes", [{}, {"states_gb": 0.0}, {"frozen": 0}, {"frozen": 3, "muon": False}])
def test_resumed_equals_uninterrupted_bit_for_bit(tmp_path, changes):
    s = Settings(**{f: getattr(SMALL, f) for f in SMALL.__slots__} | changes)
    train(MIXED, tmp_path / "whole", s, model, steps=23, report=lambda _: None)
    for steps in (4, 11, 23):
        place = train(MIXED, tmp_path / "parts", s, model, steps=steps, report=lambda _: None)
        assert place.step == steps
    assert place.epoch > 1
    assert_equal(weights(tmp_path / "whole"), weights(tmp_path / "parts"))


def test_learns(tmp_path):
    c = corpus([(3, 3)] * 8)
    lines = []
    s = Settings(tokens=60, frozen=0, warm=5, rate=0.02, encoder_rate=0.02, dropout=0.0, smoothing=0.0, threads=1)
    train(c, tmp_path, s, model, steps=100, report=lines.append)
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in lines if "loss" in line]
    assert len(losses) == 2
    assert losses[1] < losses[0] / 2


def test_a_run_that_is_done_stays_as_it_is(tmp_path):
    train(MIXED, tmp_path, SMALL, model, steps=4, report=lambda _: None)
    before = (tmp_path / "last.pt").read_bytes()
    assert train(MIXED, tmp_path, SMALL, model, steps=3, report=lambda _: None).step == 4
    assert (tmp_path / "last.pt").read_bytes() == before


def test_nothing_to_learn(tmp_path):
    with pytest.raises(InputError, match="no pair to learn"):
        train(corpus([(9, 9)], [0.0]), tmp_path, SMALL, model, steps=4)


def test_frozen_layers_stay(tmp_path):
    train(MIXED, tmp_path, SMALL, model, steps=6, report=lambda _: None)
    after, average = weights(tmp_path)
    for name, before in model().state_dict().items():
        frozen = name.startswith("enc.") and not name.startswith("enc.layers.2.")
        assert torch.equal(before, after[name]) == frozen, name
        assert torch.equal(before, average[name]) == frozen, name


def test_sigterm_saves_and_stops(tmp_path):
    def report(line):
        if line.startswith("cpu"):
            signal.raise_signal(signal.SIGTERM)  # comes before the loop: nothing handles it yet

    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        original = run.Run.step

        def step(self, *args):
            if self.place.step == 2:
                signal.raise_signal(signal.SIGTERM)
            return original(self, *args)

        run.Run.step = step
        place = train(MIXED, tmp_path, SMALL, model, steps=50, report=report)
    finally:
        run.Run.step = original
        signal.signal(signal.SIGTERM, before)
    assert place.step == 3
    assert checkpoints.load_last(tmp_path).place == place


def test_cool_rate_ends_at_nothing(tmp_path):
    rates = []
    original = run.Run.step

    def step(self, pairs, cooled):
        rates.append(cooled)
        return original(self, pairs, cooled)

    run.Run.step = step
    try:
        s = Settings(**{f: getattr(SMALL, f) for f in SMALL.__slots__} | {"cool": 4})
        train(MIXED, tmp_path, s, model, steps=6, report=lambda _: None)
    finally:
        run.Run.step = original
    assert rates == [1.0, 1.0, 1.0, 0.75, 0.5, 0.25]


@pytest.mark.parametrize(("data", "message"), [
    (b"", "last.pt: can't be read|last.pt: no checkpoint"), (b"nonsense", "last.pt: "),
])
def test_damaged_checkpoint(tmp_path, data, message):
    (tmp_path / "last.pt").write_bytes(data)
    with pytest.raises(InputError, match=message):
        checkpoints.load_last(tmp_path)


def test_foreign_checkpoint(tmp_path):
    torch.save({"m": {}}, tmp_path / "last.pt")
    with pytest.raises(InputError, match="not of this version"):
        checkpoints.load_last(tmp_path)
    with pytest.raises(InputError, match="no averaged weights"):
        checkpoints.load_average(tmp_path / "last.pt")
    with pytest.raises(InputError, match="no such file"):
        checkpoints.load_average(tmp_path / "none.pt")
