"""The cut itself: choppa-srx, a port of the Java library that LanguageTool cuts with."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from bitext.errors import InputError
from bitext.segmentation.srx import Rule


class Cutter:
    """The rules of one language, compiled.

    Args:
        rules: in order.
        file: where they are from, for messages.

    Raises:
        InputError: a rule's regular expression is broken; the message names the rule.
    """

    def __init__(self, rules: tuple[Rule, ...], file: str) -> None:
        choppa = _choppa()
        document = choppa.SrxDocument()
        document.add_language_map(".*", choppa.structures.LanguageRule(
            file, [choppa.structures.Rule(r.breaks, r.before, r.after) for r in rules]))
        self._iterator, self._document = choppa.SrxTextIterator, document
        last_break = max(i for i, rule in enumerate(rules) if rule.breaks)
        for rule in rules[last_break + 1:]:  # choppa never looks at these
            _check(rule, document, file)
        try:
            next(self.ends(" "))  # compiles all others, exceptions in one pattern
        except Exception:
            for rule in rules:
                _check(rule, document, file)
            raise

    def ends(self, text: str) -> Iterator[int]:
        """Where each piece ends, rising, the last at the text's end; pieces are contiguous."""
        end = 0
        for piece in self._iterator(self._document, "", text):
            end += len(piece)
            yield end


def _check(rule: Rule, document: Any, file: str) -> None:
    import regex

    try:
        for pattern in (rule.before, rule.after):
            document.compile(pattern)
        if not rule.breaks:
            document.compile(f"(?<={rule.before})")
    except (regex.error, RecursionError, OverflowError) as e:
        raise InputError(f"{file}: {rule.name}: broken regular expression ({e}) in {pattern!r}; mend it") from None


def _choppa() -> Any:
    """The engine without xmlschema, which it imports for a validation that is never asked for here.

    `import choppa` takes 0.14 s, 0.12 s of them are xmlschema's; the stand-in loads it on first use.
    """
    if "xmlschema" in sys.modules:
        return _import()
    stand_in = ModuleType("xmlschema")
    stand_in.__dict__["__getattr__"] = lambda name: getattr(importlib.import_module("xmlschema"), name)
    sys.modules["xmlschema"] = stand_in
    try:
        return _import()
    finally:
        del sys.modules["xmlschema"]


def _import() -> Any:
    import choppa
    import choppa.structures

    return choppa
