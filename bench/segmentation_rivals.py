"""The other sentence cutters, run by bench/segmentation.py in an environment of their own.

usage: segmentation_rivals.py TEXTS.json RESULTS.json
TEXTS: {"lang": "ar", "texts": [...], "timed": "..."}; RESULTS: {name: {"cut": [[...], ...], "seconds": of timed}}.
"""
# mypy: ignore-errors

import json
import sys
import time
from pathlib import Path


def icu(lang):
    from icu import BreakIterator, Locale, UnicodeString

    def cut(text):
        breaks, string, start, pieces = BreakIterator.createSentenceInstance(Locale(lang)), UnicodeString(text), 0, []
        breaks.setText(string)
        for end in breaks:
            pieces.append(str(string[start:end]))
            start = end
        return pieces

    return cut


def pysbd(lang):
    from pysbd import Segmenter

    segmenter = Segmenter(language=lang, clean=False)
    return lambda text: [s for line in text.split("\n") for s in segmenter.segment(line)]


def punkt(lang, texts):
    """Trained on the very texts, as it learns its abbreviations without being told any."""
    from nltk.tokenize.punkt import PunktLanguageVars, PunktSentenceTokenizer, PunktTrainer

    class Vars(PunktLanguageVars):
        sent_end_chars = (".", "?", "!", "؟", "…")

    trainer = PunktTrainer(lang_vars=Vars())
    for text in texts:
        trainer.train(text, finalize=False)
    trainer.finalize_training()
    tokenizer = PunktSentenceTokenizer(trainer.get_params(), lang_vars=Vars())
    return lambda text: [s for line in text.split("\n") for s in tokenizer.tokenize(line)]


def main():
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    lang, texts = task["lang"], task["texts"]
    results = {}
    for name, cut in (("ICU", icu(lang)), ("pysbd", pysbd(lang)), ("punkt", punkt(lang, texts))):
        pieces = [[p for p in cut(text) if p.strip()] for text in texts]
        start = time.process_time()
        cut(task["timed"])
        results[name] = {"cut": pieces, "seconds": time.process_time() - start}
    Path(sys.argv[2]).write_text(json.dumps(results), encoding="utf-8")


if __name__ == "__main__":
    main()
