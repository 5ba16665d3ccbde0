"""The other aligners, run by bench/alignment.py in an environment of their own.

usage: alignment_peers.py TASKS.json RESULTS.json
TASKS: [{id, source, target, bridge}, …]; RESULTS: {peer: {"links": {id: [[source …], [target …]], …}, "seconds": CPU}}.
Its path has to lead to bitext's dependencies too: sentalign is given the same encoder as we use.
"""
# mypy: ignore-errors

import io
import json
import multiprocessing
import sys
import time
from pathlib import Path


def gale_church(task):
    """Rust; lengths alone."""
    import galechurch

    beads = galechurch.align(task["source"], task["target"]).beads
    return [[list(range(*_span(b, "source"))), list(range(*_span(b, "target")))] for b in beads]


def _span(bead, side):
    start = getattr(bead, f"{side}_start")
    return start, getattr(bead, f"{side}_end")


class Vecalign:
    """Thompson and Koehn's search, on vectors of our encoder."""

    def __init__(self):
        from bitext.alignment.encoder import UniversalSentenceEncoder

        self.encoder = UniversalSentenceEncoder()

    def __call__(self, task):
        from sentalign import sentalign

        blocks = sentalign(task["source"], task["target"], self.encoder).alignments
        return [[list(b.src_indices), list(b.tgt_indices)] for b in blocks]


def bleualign(task):
    """Sennrich and Volk's; needs the bridge."""
    if not task["bridge"]:
        return None
    from bleualign import align

    align.multiprocessing_enabled = 0
    # its lists end at a line of nothing, so empty texts get a word
    sides = [[t.replace("\n", " ") or "∅" for t in task[side]] for side in ("source", "target", "bridge")]
    aligner = align.Aligner({"srcfile": sides[0], "targetfile": sides[1], "srctotarget": [sides[2]], "verbosity": 0,
                             "log_to": io.StringIO()})
    aligner.mainloop()
    return [[list(s), list(t)] for (s, t), _ in aligner.multialign]


def main():
    multiprocessing.set_start_method("fork")
    tasks = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    results = {}
    for name, run in (("galechurch", gale_church), ("sentalign", Vecalign()), ("Bleualign", bleualign)):
        start = time.process_time()
        links = {t["id"]: run(t) for t in tasks}
        results[name] = {"links": {k: v for k, v in links.items() if v is not None},
                         "seconds": time.process_time() - start}
    Path(sys.argv[2]).write_text(json.dumps(results), encoding="utf-8")


if __name__ == "__main__":
    main()
