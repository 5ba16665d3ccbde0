"""A worker as the batch starts it, with a fake translator; documents that say so kill it, fill it or keep it waiting."""

import os
import signal
import time
from pathlib import Path

from bitext import pipeline
from bitext.batch import work, worker

from fakes import FakeTranslator

pipeline.load_translator = lambda lang, to, **_: FakeTranslator(lang, to)
original = work.Worker._segments


def _segments(self, source):
    text = source.text or (Path(source.path).read_text("utf-8", "replace") if Path(source.path).exists() else "")
    if "قاتل" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "العامل" in text and "BITEXT_TEST_DASK" in os.environ:  # the Dask worker that it belongs to
        os.kill(os.getppid(), signal.SIGKILL)
    if "ذاكرة" in text:
        bytearray(4 << 30)
    if "خلل" in text:
        raise ZeroDivisionError("a defect")
    if "مهل" in text:
        time.sleep(0.05)
    time.sleep(float(os.environ.get("BITEXT_TEST_SLOW", "0")))
    return original(self, source)


work.Worker._segments = _segments
if __name__ == "__main__":
    worker.main()
