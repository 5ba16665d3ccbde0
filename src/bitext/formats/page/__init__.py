"""The review page: one HTML file that works from disk, without network.

`template.html`, `css/` and `js/` are assembled into it; `rows.py` says what stands in a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bitext import __version__
from bitext.checks import REASONS
from bitext.checks.length import TERSENESS
from bitext.files import replacing
from bitext.formats.page import assets, rows, text
from bitext.languages import SCRIPTS, direction
from bitext.records import Header, Unit

if TYPE_CHECKING:
    from bitext.translation.memory import Match

NO_MATCHES: Mapping[str, Sequence[Match]] = MappingProxyType({})


def write(
    path: Path, header: Header, units: Sequence[Unit], *, date: str | None = None,
    matches: Mapping[str, Sequence[Match]] = NO_MATCHES,
) -> None:
    """Write the page of one document, whole or not at all. The same units give the same bytes.

    Args:
        path: the HTML file.
        header: of the units.
        units: in the order of the document.
        date: YYYYMMDDThhmmssZ, for the TMX that the page offers; None: it holds no dates.
        matches: what a memory suggests, by unit id.

    Raises:
        OutputError: the file can't be written.
    """
    page = render(header, units, date=date, matches=matches)
    with replacing(path) as f:
        f.write(page.encode("utf-8"))


def render(
    header: Header, units: Sequence[Unit], *, date: str | None = None,
    matches: Mapping[str, Sequence[Match]] = NO_MATCHES,
) -> str:
    """The page as text; what UTF-8 or HTML can't hold in it stands as U+FFFD."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("bitext.formats", "page", encoding="utf-8"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, newline_sequence="\n",
        finalize=text.finalized,
    )
    target_lang = header.target_lang or "en"
    style, script = assets.style(matches=bool(matches)), assets.script(matches=bool(matches))
    return env.get_template("template.html").render(
        header=header, rows=rows.rows(units, header.lang, target_lang, matches), hash=rows.units_hash(units),
        made_by=f"bitext {__version__}", date=date or "",
        reasons="\n".join(f"{word}={reason}" for word, reason in REASONS.items()),
        pair=pair(header.lang, target_lang),
        source=text.Side(header.lang, direction(header.lang)), target=text.Side(target_lang, direction(target_lang)),
        policy=assets.policy(style, script), style=style, script=script,
        reviewed=sum(u.status != "new" for u in units), total=len(units),
    )


def pair(lang: str, target_lang: str) -> dict[str, Any]:
    """What the page's own checks must know of the two languages."""
    letters = SCRIPTS.get(lang, "")
    return {"letters": letters, "foreign": "" if SCRIPTS.get(target_lang) == letters else letters,
            "terseness": [TERSENESS.get(lang, 1.0), TERSENESS.get(target_lang, 1.0)]}
