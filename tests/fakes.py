"""Plainly fake stand-ins, for tests that need no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bitext.languages import is_written_in
from bitext.records import Translation


class FakeTranslator:
    """Has the interface of Translator; "translates" by putting the text between marks, in capitals: `[ar→en] TEXT`.

    The score falls with the length, so that tests can tell sentences apart.
    """

    def __init__(self, from_code: str = "ar", to_code: str = "en") -> None:
        self.from_code = from_code
        self.to_code = to_code
        self.calls: list[tuple[tuple[str, ...], int]] = []

    @property
    def settings(self) -> dict[str, Any]:
        return {"package": ["fake"], "package_version": ["1.0"], "package_sha256": ["0" * 64]}

    def translate(self, sentences: Sequence[str], *, beam_size: int = 4,
                  progress: Callable[[int, int], None] | None = None) -> list[Translation]:
        self.calls.append((tuple(sentences), beam_size))
        results = []
        for n, s in enumerate(sentences, 1):
            if is_written_in(s, self.from_code):
                text = f"[{self.from_code}→{self.to_code}] {s.upper()}"
                results.append(Translation(f"s{n}", text, round(-len(s) / 1000, 4)))
            else:
                results.append(Translation(f"s{n}", s, None, "copy"))
            if progress:
                progress(n, len(sentences))
        return results
