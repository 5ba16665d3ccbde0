"""Style and script of the page.

They are made from the plain modules in `css/` and `js/` by `npm run build` in tests/browser, which bundles and packs
them: a page opened from disk may not import modules, and every page that is mailed carries them.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources


@cache
def style(*, matches: bool) -> str:
    """The style sheet; with what suggestions of a memory need, where there are any."""
    return _read("page.matches.css" if matches else "page.css")


@cache
def script(*, matches: bool) -> str:
    """The script, the same."""
    return _read("page.matches.js" if matches else "page.js")


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy: this style, this script, nothing else and no network."""
    return (f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
            "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'")


def _read(name: str) -> str:
    return resources.files("bitext.formats.page").joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
