"""translate-toolkit, which Weblate and Virtaal stand on: it reads what we write, and we read what it writes."""

from dataclasses import replace

import pytest
from programs import HEADER, module, sample

from bitext.formats import tmx, xliff

HOW = "pip install translate-toolkit"


@pytest.fixture(scope="module")
def units():
    found = sample()[1]
    return [replace(u, status=("new", "approved")[n % 2], note="A note." * (n % 3 == 0)) for n, u in enumerate(found)]


def pairs(units):
    return [(u.source_text, u.target_text) for u in units]


def test_tmx(tmp_path, units):
    toolkit = module("translate.storage.tmx", HOW)
    tmx.write(tmp_path / "a.tmx", HEADER, units)
    store = toolkit.tmxfile.parsefile(str(tmp_path / "a.tmx"))
    store.setsourcelanguage("ar")
    store.settargetlanguage("en")
    assert [(str(u.source), str(u.target)) for u in store.units] == pairs(units)
    assert [u.getnotes() for u in store.units] == [u.note for u in units]
    assert store.translate(units[5].source_text) == units[5].target_text


def test_tmx_that_it_writes(tmp_path, units):
    toolkit = module("translate.storage.tmx", HOW)
    store = toolkit.tmxfile()
    for u in units:
        store.addtranslation(u.source_text, "ar", u.target_text, "en", comment=u.note)
    store.savefile(str(tmp_path / "b.tmx"))
    reading = tmx.read_units(tmp_path / "b.tmx", lang="ar", target_lang="en")
    assert pairs(reading.units) == pairs(units)


@pytest.mark.parametrize(("version", "name", "cls"), [("1.2", "xliff", "Xliff1File"), ("2.1", "xliff2", "Xliff2File")])
def test_xliff_and_back(tmp_path, units, version, name, cls):
    toolkit = module(f"translate.storage.{name}", HOW)
    path = tmp_path / "a.xlf"
    xliff.write(path, HEADER, units, version=version)
    store = getattr(toolkit, cls, None) or toolkit.xlifffile
    store = store.parsefile(str(path))
    assert [(u.source, u.target) for u in store.units] == pairs(units)
    assert store.getsourcelanguage(), store.gettargetlanguage() == ("ar", "en")
    store.units[3].target = "A translator's <better> words"
    store.savefile(str(path))
    _, changes = xliff.read_changes(path, units)
    assert [(c.before, c.fits) for c in changes] == [(units[3], True)]
    assert changes[0].after.target_text == "A translator's <better> words"
    assert changes[0].after.status == "approved"
