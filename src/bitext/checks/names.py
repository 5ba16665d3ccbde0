"""Names that need no translation must survive it."""

from __future__ import annotations

import re

from bitext.languages import SCRIPTS

# Two Latin letters and more, with what stands inside such names: e-mail and web addresses, AT&T, F-16, x86_64
LATIN = re.compile(r"[A-Za-zÀ-ɏ][\w.&@/+-]*[A-Za-z0-9À-ɏ]")


def missing(source: str, target: str, lang: str) -> bool:
    """Whether a Latin name inside a text of another script is not in the target, whatever its case."""
    if lang not in SCRIPTS:
        return False
    target = target.casefold()
    return any(name.casefold() not in target for name in LATIN.findall(source))
