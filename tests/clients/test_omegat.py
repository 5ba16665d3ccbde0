"""OmegaT, from Debian: it opens what we write and finds all of it."""

import re
import shutil
import subprocess
import unicodedata

import pytest
from programs import HEADER, program, sample, translated

from bitext import jsonl
from bitext.formats import omegat_project, tmx
from bitext.records import Unit

from conftest import NAME

COMPLAINT = re.compile(r"warn|error|severe|exception|fail", re.IGNORECASE)


@pytest.fixture(scope="module")
def omegat(tmp_path_factory):
    """Translates a project headless; returns what it logged, in lines, without the loading of plugins."""
    found = program("omegat", "apt-get install omegat")
    config = tmp_path_factory.mktemp("config")

    def translate(folder):
        done = subprocess.run([found, folder, "--mode=console-translate", f"--config-dir={config}"], timeout=150,
                              capture_output=True, encoding="utf-8", errors="replace", check=False)
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "Plugin" not in line]
        assert done.returncode == 0, lines
        return lines

    return translate


@pytest.fixture
def project(tmp_path):
    text, units = sample()
    folder = tmp_path / "project"
    omegat_project.write(folder, HEADER, units, text=text)
    return folder, text, units


def result(folder):
    return next((folder / "target").iterdir()).read_bytes().decode("utf-8").rstrip("\n")


def nfc(text):
    """As OmegaT holds any text."""
    return unicodedata.normalize("NFC", text).rstrip("\n")


def test_the_exported_project_is_translated_whole(omegat, project):
    folder, text, units = project
    assert len(units) > 300
    log = omegat(folder)
    assert not [line for line in log if COMPLAINT.search(line)]
    assert any("tm/auto/sample.tmx" in line for line in log)
    assert result(folder) == nfc(translated(text, units))


def test_without_the_memory_nothing_is_translated(omegat, project):
    folder, text, _ = project
    (folder / "tm" / "auto" / "sample.tmx").unlink()
    omegat(folder)
    assert result(folder) == nfc(text)


def test_rules_of_its_own_would_miss_segments(omegat, project):
    """That our rules are used, and that it is they that make the segments match."""
    folder, _, units = project
    for rules in folder.glob("omegat/segmentation.*"):
        rules.unlink()
    omegat(folder)
    filled = sum(nfc(u.target_text) in result(folder) for u in units)
    assert filled < 0.9 * len(units)


@pytest.mark.parametrize("form", ["gzip", "regions"])
def test_other_forms_of_the_memory(omegat, project, form):
    folder, text, units = project
    memory = folder / "tm" / "auto" / "sample.tmx"
    memory.unlink()
    if form == "gzip":
        tmx.write(memory.with_suffix(".tmx.gz"), HEADER, units)
    else:
        tmx.write(memory, HEADER, units, lang="ar-SA", target_lang="en-GB")
        settings = folder / "omegat.project"
        settings.write_text(settings.read_text().replace(">AR<", ">AR-SA<").replace(">EN<", ">EN-GB<"))
    omegat(folder)
    assert result(folder) == nfc(translated(text, units))


def test_the_article(omegat, built, tmp_path):
    header, units = jsonl.read_one(built / NAME / "units.jsonl" if (built / NAME).is_dir() else built / "units.jsonl", Unit)
    omegat_project.write(tmp_path / "p", header, units)
    log = omegat(tmp_path / "p")
    assert not [line for line in log if COMPLAINT.search(line)]
    assert result(tmp_path / "p").split("\n\n")[0] == nfc(units[0].target_text)
    assert all(nfc(u.target_text) in result(tmp_path / "p") for u in units)


def test_its_own_memory_comes_back(omegat, project, tmp_path):
    """What a translator's OmegaT saves is read like any memory."""
    folder, _, units = project
    omegat(folder)
    saved = [*folder.glob("*-omegat.tmx"), *folder.glob("*-level1.tmx")]
    assert saved
    for file in saved:
        shutil.copy(file, tmp_path / "x.tmx")
        assert {(u.source_text, u.target_text) for u in tmx.read_units(tmp_path / "x.tmx").units} == {
            (nfc(u.source_text), nfc(u.target_text)) for u in units}
