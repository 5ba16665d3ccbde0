"""bitext: offline translation and bilingual alignment.

`import bitext` only defines names; each is loaded on first use (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from bitext.alignment import align as align
    from bitext.errors import BitextError as BitextError
    from bitext.records import Bead as Bead
    from bitext.records import Segment as Segment
    from bitext.records import Translation as Translation
    from bitext.records import Unit as Unit
    from bitext.segmentation import segment as segment
    from bitext.translation import Translator as Translator

_HOMES = {
    "segment": "segmentation", "align": "alignment", "Translator": "translation", "BitextError": "errors",
    "Segment": "records", "Translation": "records", "Bead": "records", "Unit": "records",
}
__all__ = ["Bead", "BitextError", "Segment", "Translation", "Translator", "Unit", "align", "segment"]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'bitext' has no attribute {name!r}")
    value = getattr(import_module(f"bitext.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
