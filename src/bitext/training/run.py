"""The training loop: resumable to the step, the same weights for the same settings on one machine."""

from __future__ import annotations

import ctypes
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from bitext.errors import InputError
from bitext.training import checkpoints
from bitext.training.checkpoints import Place, Saved
from bitext.training.data import Corpus, batches, tensors
from bitext.training.model import PAD, Translator
from bitext.training.optimizers import Muon
from bitext.training.states import States

REPORT_EVERY = 50   # steps
AVERAGE_EVERY = 4   # steps
CLIP = 1.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is made with."""

    tokens: int = 3000          # padded pieces a side in a batch
    longest: int = 110          # pieces a side of a pair, longer ones are left out
    frozen: int = 12            # lower encoder layers that are not trained; 0: its embeddings are trained too
    muon: bool = True           # Muon for the matrices of linear layers; False: AdamW for everything
    rate: float = 1e-3
    encoder_rate: float = 1e-4
    warm: int = 200             # steps of rising rate
    cool: int = 0               # last steps, in which the rate goes down to nothing
    smoothing: float = 0.1
    dropout: float = 0.1
    save_every: int = 150       # steps
    states_gb: float = 8.0      # of frozen states kept at most
    seed: int = 1
    threads: int = 2


def train(corpus: Corpus, folder: Path, settings: Settings, start: Callable[[], Translator], *, steps: int | None,
          minutes: float | None = None, report: Callable[[str], None] = print) -> Place:
    """Train until `steps` in all, so many minutes, or SIGTERM; then, and now and then, everything is saved.

    Args:
        corpus: what to learn.
        folder: last.pt, to resume from, and ema.pt, averaged weights in half precision, are kept here.
        settings: a resumed run may have others.
        start: makes the network that a new run begins with.
        steps: None: no end but by the clock, and `cool` has no effect.
        minutes: by the clock; does not change what is learnt until then.
        report: takes lines on progress.

    Returns:
        Where it ended.

    Raises:
        InputError: there is nothing to learn, or what the run saved is damaged.
        OutputError: it can't be saved.
    """
    keep_memory()
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(corpus, folder, settings, start, device)
    report(run.about())
    if steps is not None and run.place.step >= steps:
        return run.place
    began = mark = time.monotonic()
    seen, losses = run.place.seen, []
    with _asked_to_stop() as stop:
        for pairs in run.batches():
            losses.append(run.step(pairs, 1.0 if not settings.cool or steps is None else
                                   min(1.0, (steps - run.place.step) / settings.cool)))
            now = time.monotonic()
            place = run.place
            if place.step % REPORT_EVERY == 0:
                loss = torch.stack(losses).mean().item()
                report(f"{(now - began) / 60:.1f} min, epoch {place.epoch}, step {place.step}, loss {loss:.3f}, "
                       f"{(place.seen - seen) / (now - mark):.0f} target tokens/s, {place.seen / 1e6:.2f} M seen")
                mark, seen, losses = now, place.seen, []
            end = place.step == steps or (minutes is not None and now - began >= minutes * 60) or bool(stop)
            if end or place.step % settings.save_every == 0:
                run.save()
            if end:
                break
    report(f"saved at step {run.place.step}")
    return run.place


class Run:
    """Network, optimizers and place, moved on a step at a time."""

    def __init__(self, corpus: Corpus, folder: Path, settings: Settings, start: Callable[[], Translator],
                 device: torch.device) -> None:
        self.corpus, self.folder, self.settings, self.device = corpus, folder, settings, device
        self.usable = corpus.usable(settings.longest)
        if corpus.weights[self.usable].sum() <= 0:
            raise InputError(f"no pair to learn: all have the weight 0, or more than {settings.longest} pieces")
        saved = checkpoints.load_last(folder)
        self.model = start() if saved is None else Translator.of(saved.shape, saved.weights)
        self.model.dropout = settings.dropout
        self.model.to(device).train()
        self.optimizers = _optimizers(self.model, settings)
        self.average = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        self.place = Place()
        if saved is not None:
            self.place = saved.place
            self.average = {k: v.to(device) for k, v in saved.average.items()}
            if saved.trained == _trained(self.optimizers, self.model):
                for optimizer, state in zip(self.optimizers, saved.optimizers, strict=True):
                    optimizer.load_state_dict(state)
            torch.set_rng_state(saved.random)
        self.states: States | None = None
        if settings.frozen and settings.states_gb and device.type == "cpu":
            self.states = States(folder, self.model, corpus, self.usable, frozen=settings.frozen,
                                 size=int(settings.states_gb * 1e9))

    def about(self) -> str:
        trained = sum(p.numel() for p in self.model.parameters() if p.requires_grad)
        fixed = sum(p.numel() for p in self.model.parameters() if not p.requires_grad)
        return (f"{self.device.type}, {len(self.usable)} pairs, {trained / 1e6:.1f} M parameters trained, "
                f"{fixed / 1e6:.1f} M fixed, from step {self.place.step}")

    def batches(self) -> Iterator[Any]:
        """The batches from the place on, epoch after epoch; the place moves on with them."""
        while True:
            made = batches(self.corpus, self.usable, tokens=self.settings.tokens, seed=self.settings.seed,
                           epoch=self.place.epoch)
            for pairs in made[self.place.batch:]:
                self.place.batch += 1
                yield pairs
            self.place.epoch, self.place.batch = self.place.epoch + 1, 0

    def step(self, pairs: Any, cooled: float) -> Tensor:
        """One update; returns the loss."""
        place, s = self.place, self.settings
        warmed = min(1.0, (place.step + 1) / s.warm)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = (s.encoder_rate if group["encoder"] else s.rate) * warmed * cooled
        x, y, wanted = (t.to(self.device) for t in tensors(self.corpus, pairs))
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            states = None if self.states is None else self.states.get(self.model, pairs, x)
            real = wanted != PAD
            logits = self.model.logits(self.model(x, y, states=states, frozen=s.frozen)[real])
        loss = functional.cross_entropy(logits.float(), wanted[real], label_smoothing=s.smoothing)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        place.step += 1
        place.seen += int(real.sum())
        if place.step % AVERAGE_EVERY == 0:
            self._average()
        return loss.detach()

    @torch.no_grad()
    def _average(self) -> None:
        """Over about the last tenth of all steps, 2,000 at most."""
        kept = min(0.998, 1 - 10 / (self.place.step / AVERAGE_EVERY + 20))
        for name, p in self.model.named_parameters():
            if p.requires_grad:
                self.average[name].lerp_(p, 1 - kept)

    def save(self) -> None:
        checkpoints.save(self.folder, Saved(
            self.model.shape, self.model.state_dict(), self.average, self.place,
            [o.state_dict() for o in self.optimizers], _trained(self.optimizers, self.model), torch.get_rng_state()))


def _optimizers(model: Translator, settings: Settings) -> list[torch.optim.Optimizer]:
    """AdamW, and Muon where wanted; parameters of frozen layers are set so."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, p in model.named_parameters():
        encoder = name.startswith("enc.")
        layer = int(name.split(".")[2]) if name.startswith("enc.layers.") else -1
        p.requires_grad_(not encoder or not settings.frozen or layer >= settings.frozen)
        if p.requires_grad:
            muon = settings.muon and p.ndim == 2 and (layer >= 0 or name.startswith("dec."))
            groups.setdefault((muon, encoder), []).append(p)
    made: list[torch.optim.Optimizer] = []
    for muon in (False, True):
        chosen = [{"params": ps, "encoder": encoder} for (m, encoder), ps in groups.items() if m == muon]
        if chosen:
            made.append(Muon(chosen, lr=0.0) if muon else
                        torch.optim.AdamW(chosen, lr=0.0, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.01))
    return made


def _trained(optimizers: list[torch.optim.Optimizer], model: Translator) -> list[list[str]]:
    """The names of what each optimizer moves: its saved state fits no other list."""
    names = {p: name for name, p in model.named_parameters()}
    return [[names[p] for group in o.param_groups for p in group["params"]] for o in optimizers]


def keep_memory() -> None:
    """Have glibc keep freed memory: big tensors otherwise come from the system and go back to it in every step.

    That took 25 % of the processor's time; with large pages, see the package's __init__, it takes 3 %.
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        trim_threshold, mmap_max = -1, -4
        libc.mallopt(mmap_max, 0)
        libc.mallopt(trim_threshold, 2**31 - 1)


@contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    """A list that is no longer empty once SIGTERM has come."""
    came: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: came.append(number))
    try:
        yield came
    finally:
        signal.signal(signal.SIGTERM, before)
