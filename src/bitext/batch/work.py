"""A task's documents → units and formats. What is wrong with one document is said, and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bitext import pipeline
from bitext.batch import places, state
from bitext.batch.tasks import Done, Failure, Options, Source, Task
from bitext.errors import BitextError
from bitext.records import Translation
from bitext.translation import Translator


class Worker:
    """Keeps the translators that it has loaded, one a source language."""

    def __init__(self, options: Options) -> None:
        self.options, self._out = options, places.folder(options.out)
        self._translators: dict[str, Translator | BitextError] = {}

    def do(self, task: Task) -> Done:
        """Write the results of a task; that they are there is noted last, so that a killed worker leaves nothing half.

        Raises:
            OutputError: the results can't be written.
        """
        failed: list[Failure] = []
        cut: list[tuple[Source, pipeline.Segments, pipeline.Segments | None]] = []
        for source in task.sources:
            try:
                cut.append((source, *self._segments(source)))
            except Exception as e:  # the next document may be fine
                failed.append(_failure(source, e))
        self._translate_together([segments for _, segments, _ in cut])
        done: list[tuple[Source, pipeline.Units]] = []
        for source, segments, target in cut:
            try:
                units = self._units(segments, target)
                if source.output is not None:
                    state.write_results(self._out, source, self.options.formats, units)
                done.append((source, units))
            except Exception as e:
                failed.append(_failure(source, e))
        count = sum(len(segments[1]) for _, segments, _ in cut)
        result = Done(len(done), count, tuple(failed))
        if task.part is not None:
            state.write_part(self._out, task, [units for _, units in done], result)
        else:
            for f in failed:
                source = next(s for s in task.sources if s.where == f.where)
                state.set_aside(self._out, source, f, self.options)
        return result

    def _segments(self, source: Source) -> tuple[pipeline.Segments, pipeline.Segments | None]:
        self._translator(source.lang)
        if source.path is None:
            assert source.text is not None
            return pipeline.segment_text(source.name, source.lang, source.text, srx=self.options.path("srx"),
                                         wrapped=self.options.wrapped), None
        segments = self._cut_file(source.path, source.lang, "s")
        return segments, self._cut_file(source.target, self.options.to, "t") if source.target else None

    def _cut_file(self, where: str, lang: str, side: str) -> pipeline.Segments:
        with places.fetched(where) as path:
            try:
                return pipeline.segment_file(path, lang, side=side, srx=self.options.path("srx"),
                                             wrapped=self.options.wrapped)
            except BitextError as e:
                raise type(e)(str(e).replace(str(path), where)) from None

    def _translator(self, lang: str) -> Translator:
        o = self.options
        if lang not in self._translators:
            try:
                if lang == o.to:
                    raise BitextError(f"is in {lang} already")
                self._translators[lang] = pipeline.load_translator(
                    lang, o.to, model=o.path("model"), models=Path(o.models), threads=o.threads)
            except BitextError as e:
                self._translators[lang] = e
        found = self._translators[lang]
        if isinstance(found, BitextError):
            raise found
        return found

    def _translate_together(self, documents: Sequence[pipeline.Segments]) -> None:
        """Translate what all documents hold in one call, which fills the batches.

        A translation depends on its sentence alone, so that each document then finds its own.
        """
        self._known: dict[str, _Known] = {}
        for lang in dict.fromkeys(header.lang for header, _ in documents):
            texts = dict.fromkeys(s.text for header, segments in documents if header.lang == lang for s in segments)
            known = self._known[lang] = _Known(self._translator(lang))
            if self.options.memory is None:
                known.learn(texts, self.options.beam)

    def _units(self, segments: pipeline.Segments, target: pipeline.Segments | None) -> pipeline.Units:
        o = self.options
        translations = pipeline.translate_with(self._known[segments[0].lang], segments, beam=o.beam,
                                               memory=o.path("memory"))
        return pipeline.align_documents(segments, target, translations, encoder=o.encoder)


class _Known(Translator):
    """A translator that has the answers already; it asks the real one where it hasn't."""

    def __init__(self, real: Translator) -> None:
        self._real = real
        self.from_code, self.to_code = real.from_code, real.to_code
        self._answers: dict[str, Translation] = {}

    @property
    def settings(self) -> dict[str, Any]:
        return self._real.settings

    def learn(self, texts: Iterable[str], beam_size: int) -> None:
        texts = list(texts)
        try:
            answers = self._real.translate(texts, beam_size=beam_size)
        except BitextError:
            return  # each document is asked about alone then, and says itself what is wrong
        self._answers = dict(zip(texts, answers, strict=True))

    def translate(self, sentences: Sequence[str], *, beam_size: int = 4, progress: Any = None) -> list[Translation]:
        if any(s not in self._answers for s in sentences):
            return self._real.translate(sentences, beam_size=beam_size, progress=progress)
        return [replace(self._answers[s], id=f"s{n}") for n, s in enumerate(sentences, 1)]


def _failure(source: Source, e: Exception) -> Failure:
    if isinstance(e, MemoryError):
        reason = "out of memory; split the document, or give the workers more"
    else:
        reason = str(e) if isinstance(e, BitextError | OSError) else f"a defect of bitext: {type(e).__name__}: {e}"
    return Failure(source.name, source.where, " ".join(reason.split()))
