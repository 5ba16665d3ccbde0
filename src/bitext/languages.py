"""What the pipeline must know of a language: its name, its direction, its letters."""

from __future__ import annotations

import re
from functools import cache

from bitext.errors import InputError

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

# Letters of the script that a language is written in, as ranges of a character class. A language that is not listed
# is taken to be written in any script, so that nothing is ever passed through untranslated by mistake.
_ARABIC = "\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdfb\ufe70-\ufefc"
_CYRILLIC = "\u0400-\u052f"
SCRIPTS = (
    dict.fromkeys(("ar", "fa", "ur", "ps", "ckb", "sd", "ug"), _ARABIC)
    | dict.fromkeys(("ru", "uk", "bg", "be", "mk"), _CYRILLIC)
    | {"he": "\u05d0-\u05ea", "el": "\u0370-\u03ff\u1f00-\u1fff", "hi": "\u0900-\u097f", "bn": "\u0980-\u09ff",
       "th": "\u0e00-\u0e7f", "ko": "\uac00-\ud7af\u1100-\u11ff", "ja": "\u3040-\u30ff\u4e00-\u9fff",
       "zh": "\u3400-\u4dbf\u4e00-\u9fff", "zt": "\u3400-\u4dbf\u4e00-\u9fff"}
)
CODE = re.compile(r"[a-z]{2,3}")
LETTER = re.compile(r"[^\W\d_]")


def direction(lang: str) -> str:
    """`rtl` or `ltr`, as HTML's dir attribute has it."""
    return "rtl" if lang in RIGHT_TO_LEFT else "ltr"


def is_written_in(text: str, lang: str) -> bool:
    """Whether there is anything in `text` to translate from `lang`: a letter of its script."""
    return bool(_letters(lang).search(text))


def name_and_language(name: str, default: str) -> tuple[str, str]:
    """Document name and language of `article.ar.txt`: ("article", "ar"); the default where the name says none."""
    stem = name.removesuffix(".txt")
    before, dot, code = stem.rpartition(".")
    return (before, code) if dot and before and CODE.fullmatch(code) else (stem, default)


def check_code(lang: str) -> str:
    """Returns the code.

    Raises:
        InputError: not a language code as Argos packages have them (two or three small letters).
    """
    if not CODE.fullmatch(lang):
        raise InputError(f"language {lang!r}: not a code; two or three small letters were expected, as in ar, en, ckb")
    return lang


@cache
def _letters(lang: str) -> re.Pattern[str]:
    return re.compile(f"[{SCRIPTS[lang]}]") if lang in SCRIPTS else LETTER
