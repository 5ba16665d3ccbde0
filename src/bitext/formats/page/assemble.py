"""Style and script of the page, out of the plain modules in `css/` and `js/`.

A page opened from disk may not import modules, so they are put into one script: `main.js` and what it imports, each
after what it needs, without their import and export words. A browser sees one scope; names are unique in it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib import resources

STYLES = ("base.css", "rows.css", "tools.css", "print.css")
IMPORT = re.compile(r'^import\s*\{[^}]*\}\s*from\s*"\./([\w-]+\.js)";\n', re.MULTILINE)
NAME = re.compile(r"^(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
COMMENT = re.compile(r"^\s*//.*\n|/\*(?s:.*?)\*/ ?", re.MULTILINE)  # no string and no pattern there holds "/*"


@cache
def style() -> str:
    """The style sheet."""
    return "".join(_bare(_read("css", name)) for name in STYLES)


@cache
def script() -> str:
    """The script.

    Raises:
        ValueError: two modules use one name, or import each other in a circle.
    """
    done: dict[str, str] = {}
    _add("main.js", done, ())
    code = "".join(done.values())
    names = NAME.findall(code)
    if twice := {n for n in names if names.count(n) > 1}:
        raise ValueError(f"js/: {', '.join(sorted(twice))} named in two modules")
    return '(() => {\n"use strict";\n' + code + "})();\n"


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy: this style, this script, nothing else and no network."""
    return (f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
            "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'")


def _add(name: str, done: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"js/: {' imports '.join((*above, name))}")
    if name not in done:
        code = _read("js", name)
        for needed in IMPORT.findall(code):
            _add(needed, done, (*above, name))
        done[name] = re.sub(r"^export ", "", _bare(IMPORT.sub("", code)), flags=re.MULTILINE)


def _bare(code: str) -> str:
    """Without comments, indentation and empty lines."""
    return "".join(f"{line.strip()}\n" for line in COMMENT.sub("", code).split("\n") if line.strip())


def _read(*names: str) -> str:
    return resources.files("bitext.formats.page").joinpath(*names).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
