"""The hand-over files between stages: JSON Lines, a header line, then its records.

Files may be concatenated: a shard is many documents, and the same readers serve both. Keys stand in a fixed order and
text is written as it is (UTF-8), so the same input gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO, TypeVar

from bitext import __version__
from bitext.errors import HandoverError, InputError
from bitext.files import replacing_text
from bitext.records import Header, Segment, Translation, Unit

VERSION = 1
R = TypeVar("R", Segment, Translation, Unit)
Json = dict[str, Any]


def format_segment(s: Segment) -> Json:
    return {"id": s.id, "paragraph": s.paragraph, "start": s.start, "end": s.end, "text": s.text}


def parse_segment(o: Json) -> Segment:
    return Segment(get_text(o, "id"), get_int(o, "paragraph"), get_int(o, "start"), get_int(o, "end"),
                   get_text(o, "text"))


def format_translation(t: Translation) -> Json:
    o: Json = {"id": t.id, "text": t.text, "score": t.score, "origin": t.origin}
    return o | ({"flags": list(t.flags)} if t.flags else {})


def parse_translation(o: Json) -> Translation:
    score = None if o["score"] is None else get_number(o, "score")
    return Translation(get_text(o, "id"), get_text(o, "text"), score, get_text(o, "origin"), get_texts(o, "flags", ()))


def format_unit(u: Unit) -> Json:
    o: Json = {"id": u.id, "source": list(u.source), "target": list(u.target), "source_text": u.source_text,
               "target_text": u.target_text, "score": u.score, "origin": u.origin, "flags": list(u.flags),
               "status": u.status, "paragraph": u.paragraph}
    return o | ({"note": u.note} if u.note else {})


def parse_unit(o: Json) -> Unit:
    return Unit(get_text(o, "id"), get_texts(o, "source"), get_texts(o, "target"), get_text(o, "source_text"),
                get_text(o, "target_text"), get_number(o, "score"), get_text(o, "origin"), get_texts(o, "flags"),
                get_text(o, "status"), get_int(o, "paragraph"), get_text(o, "note") if "note" in o else "")


def format_header(h: Header) -> Json:
    o: Json = {"schema": f"bitext/{h.schema}", "version": VERSION, "doc": h.doc, "lang": h.lang}
    if h.target_lang is not None:
        o["target_lang"] = h.target_lang
    return o | {"made_by": h.made_by or f"bitext {__version__}", "settings": dict(h.settings),
                "source_sha256": h.source_sha256}


def parse_header(o: Json, where: str = "header") -> Header:
    """Args: o: the first line's object; where: file and line, for the message.

    Raises:
        HandoverError: not a header of ours, or of a version that this bitext does not know.
    """
    schema, version = o.get("schema"), o.get("version")
    if not isinstance(schema, str) or not schema.startswith("bitext/"):
        raise HandoverError(f"{where}: no header of a bitext hand-over file (schema {schema!r}); "
                            "give a file that a bitext stage wrote")
    if version != VERSION:
        raise HandoverError(f"{where}: {schema} version {version!r} is unknown, this bitext reads version {VERSION}; "
                            "write the file anew or use the bitext that wrote it")
    target = get_text(o, "target_lang") if "target_lang" in o else None
    settings = o.get("settings", {})
    if not isinstance(settings, dict):
        raise TypeError("settings is no object")
    return Header(schema.removeprefix("bitext/"), get_text(o, "doc"), get_text(o, "lang"),
                  get_text(o, "source_sha256"), target, settings, get_text(o, "made_by"))


SCHEMAS: dict[type[Any], tuple[str, Callable[[Any], Json], Callable[[Json], Any]]] = {
    Segment: ("segments", format_segment, parse_segment),
    Translation: ("translations", format_translation, parse_translation),
    Unit: ("units", format_unit, parse_unit),
}


def write(path: Path, header: Header, records: Iterable[R]) -> None:
    """One document: header line and records, whole or not at all.

    Raises:
        OutputError: the file can't be written.
        InputError: a record holds a lone surrogate, which UTF-8 can't say.
    """
    with replacing_text(path) as f:
        try:
            write_lines(f, header, records)
            f.flush()
        except UnicodeEncodeError as e:
            raise InputError(f"{header.doc}: lone surrogate {e.object[e.start]!r} in its text; no UTF-8 file can hold "
                             "it, remove it") from None


def write_lines(f: TextIO, header: Header, records: Iterable[R]) -> None:
    """The same into an open file; `header.schema` says which kind of record follows."""
    form = next(form for schema, form, _ in SCHEMAS.values() if schema == header.schema)
    f.write(_line(format_header(header)))
    f.writelines(_line(form(r)) for r in records)


def read(path: Path, kind: type[R]) -> Iterator[tuple[Header, list[R]]]:
    """The documents of a file, one after another; only one is held at a time.

    Raises:
        HandoverError: cut mid-line, foreign, of another kind or version; names file and line.
        InputError: the file can't be read.
    """
    schema, _, parse = SCHEMAS[kind]
    header: Header | None = None
    records: list[R] = []
    for where, o in objects(path):
        try:
            if "schema" in o:
                if header is not None:
                    yield header, records
                header, records = parse_header(o, where), []
                if header.schema != schema:
                    raise HandoverError(f"{where}: holds {header.schema}, {schema} are needed here")
            elif header is None:
                raise HandoverError(f"{where}: a record stands before any header; the file has lost its first line")
            else:
                records.append(parse(o))
        except (KeyError, TypeError) as e:
            what = f"key {e} is missing" if isinstance(e, KeyError) else e
            raise HandoverError(f"{where}: {what}; write the file anew with the stage that makes it") from None
    if header is None:
        raise HandoverError(f"{path}: empty, a bitext/{schema} header line was expected; write the file anew")
    yield header, records


def read_one(path: Path, kind: type[R]) -> tuple[Header, list[R]]:
    """The only document of a file.

    Raises:
        HandoverError: as `read`, or there are several documents in it.
    """
    documents = read(path, kind)
    first = next(documents)
    if (second := next(documents, None)) is not None:
        raise HandoverError(f"{path}: holds several documents ({first[0].doc}, {second[0].doc}, …); give one at a time")
    return first


def derive(header: Header, schema: str, **changes: Any) -> Header:
    """The header of the next stage: the document's facts carried on, `made_by` filled in anew."""
    return replace(header, schema=schema, made_by="", **changes)


def objects(path: Path) -> Iterator[tuple[str, Json]]:
    """The objects of any JSON Lines file, each with its place ("file:line").

    Raises:
        HandoverError: cut mid-line, no JSON, not UTF-8.
        InputError: the file can't be read.
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as f:
            for n, line in enumerate(f, 1):
                where = f"{path}:{n}"
                if not line.endswith("\n"):
                    raise HandoverError(f"{where}: the last line is cut off ({len(line)} characters, no line end); "
                                        "write the file anew")
                try:
                    o = json.loads(line)
                except (ValueError, RecursionError) as e:
                    raise HandoverError(f"{where}: no JSON ({e}); write the file anew") from None
                if not isinstance(o, dict):
                    raise HandoverError(f"{where}: a JSON object was expected, found {type(o).__name__}")
                yield where, o
    except UnicodeDecodeError as e:
        raise HandoverError(f"{path}: not UTF-8 at byte {e.start}; write the file anew") from None
    except OSError as e:
        raise InputError(f"{path}: can't be read ({e.strerror or e})") from e


def _line(o: Json) -> str:
    return json.dumps(o, ensure_ascii=False, separators=(",", ":")) + "\n"


def get_text(o: Json, key: str) -> str:
    """A string by its key; KeyError where it is missing, TypeError where it is something else. So the following."""
    value = o[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is {type(value).__name__}, a string was expected")
    return value


def get_int(o: Json, key: str) -> int:
    """A whole number."""
    value = o[key]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{key} is {type(value).__name__}, a whole number was expected")
    return value


def get_number(o: Json, key: str) -> float:
    """A number."""
    value = o[key]
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{key} is {type(value).__name__}, a number was expected")
    return float(value)


def get_texts(o: Json, key: str, missing: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """A list of strings; `missing`: what stands for a key that is not there."""
    value = o[key] if missing is None else o.get(key, missing)
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise TypeError(f"{key} is no list of strings")
    return tuple(value)
