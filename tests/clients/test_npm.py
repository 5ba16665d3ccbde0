"""Readers from npm: tmexchange for TMX, xliff for XLIFF 2.1 and 1.2, run by Node."""

from dataclasses import replace

import pytest
from programs import HEADER, node, sample

from bitext.formats import tmx, xliff


@pytest.fixture(scope="module")
def units():
    found = sample()[1]
    return [replace(u, status=("new", "approved")[n % 2], note="A note." * (n % 3 == 0)) for n, u in enumerate(found)]


def test_tmexchange_reads_every_pair(tmp_path, units):
    tmx.write(tmp_path / "a.tmx", HEADER, units)
    read = node("read_tmx.mjs", tmp_path / "a.tmx")
    assert (read["version"], read["sourceLanguage"], read["creationTool"]) == ("1.4", "ar", "bitext")
    assert read["resources"] == {
        f"sample:{u.id}": {"ar": u.source_text, "en": u.target_text} for u in units}


def test_xliff_reads_every_pair(tmp_path, units):
    xliff.write(tmp_path / "2.xlf", HEADER, units)
    xliff.write(tmp_path / "1.xlf", HEADER, units, version="1.2")
    read = node("read_xliff.mjs", tmp_path / "2.xlf", tmp_path / "1.xlf")
    for reading in read.values():
        assert (reading["sourceLanguage"], reading["targetLanguage"]) == ("ar", "en")
    paragraphs = {f"g{p + 1}": [u for u in units if u.paragraph == p] for p in range(units[-1].paragraph + 1)}
    for groups in (read["two"]["resources"]["f1"], read["one"]["resources"]["sample"]):
        assert list(groups) == list(paragraphs)
        for name, members in paragraphs.items():
            found = groups[name]["groupUnits"]
            assert {i: (u["source"], u["target"]) for i, u in found.items()} == {
                u.id: (u.source_text, u.target_text) for u in members}
            assert {i: u.get("note") for i, u in found.items()} == {u.id: u.note or None for u in members}
