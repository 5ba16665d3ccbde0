import hashlib
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext.documents import check_text, read_document
from bitext.errors import InputError

ARABIC = "اجتمع الوزراء في العاصمة صباح اليوم. وقالت مصادر إن القرار سيعلن غدا بعد جلسة مغلقة.\n"


def write(folder, data, name="a.ar.txt"):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def error(path, lang="ar"):
    with pytest.raises(InputError) as e:
        read_document(path, lang)
    message = str(e.value)
    assert "\n" not in message
    assert str(path) in message
    return message


@pytest.mark.parametrize(("file", "name"), [
    ("article.ar.txt", "article"), ("article.txt", "article"), ("article.en.txt", "article.en"), ("article", "article"),
    ("ARTICLE.AR.TXT", "ARTICLE"), ("a.b.ar.txt", "a.b"), ("article.ar", "article"), ("article.text", "article"),
    (".txt", ".txt"), ("تقرير.ar.txt", "تقرير"),
])
def test_name(tmp_path, file, name):
    assert read_document(write(tmp_path, ARABIC, file), "ar").name == name


def test_fields(tmp_path):
    data = ARABIC.encode()
    document = read_document(write(tmp_path, data), "ar")
    assert (document.lang, document.text, document.sha256) == ("ar", ARABIC, hashlib.sha256(data).hexdigest())


def test_byte_order_mark_is_no_text(tmp_path):
    assert read_document(write(tmp_path, b"\xef\xbb\xbf" + ARABIC.encode()), "ar").text == ARABIC


def test_line_ends(tmp_path):
    assert read_document(write(tmp_path, "a\r\nb\rc\n\rd"), "en").text == "a\nb\nc\n\nd"


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200f", "\u200d", "\ufeff", "\t", "\u00a0", "😀"])
def test_marks_are_kept(tmp_path, char):
    assert read_document(write(tmp_path, f"ا{char}ب"), "ar").text == f"ا{char}ب"


@pytest.mark.parametrize("encoding", ["windows-1256", "iso-8859-6", "utf-16", "utf-16-le", "utf-16-be"])
def test_other_encoding_is_named_with_how_to_convert(tmp_path, encoding):
    message = error(write(tmp_path, ARABIC.encode(encoding)))
    named = encoding.upper().replace("-LE", "LE").replace("-BE", "BE")
    assert f"iconv -f {named} -t UTF-8 {tmp_path}/a.ar.txt > new.txt" in message


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_latin_utf_16_without_mark(tmp_path, encoding):
    assert encoding.upper().replace("16-", "16") in error(write(tmp_path, "plain words".encode(encoding)))


def test_name_with_spaces_is_quoted_for_the_shell(tmp_path):
    assert f"'{tmp_path}/a b.txt' > new.txt" in error(write(tmp_path, ARABIC.encode("windows-1256"), "a b.txt"))


def test_cyrillic_utf_16_without_mark(tmp_path):
    assert "UTF-16LE" in error(write(tmp_path, "простые слова".encode("utf-16-le")), "ru")


def test_broken_utf_8_names_byte_and_line(tmp_path):
    assert "byte 0xff in line 3" in error(write(tmp_path, ARABIC.encode() * 2 + b"\xff" + ARABIC.encode()))


@pytest.mark.parametrize(("data", "found"), [
    (b"", "empty"), (b"\xef\xbb\xbf", "blank"), (b" \n\t\r\n\xc2\xa0\n", "blank"),
    (b"PK\x03\x04rest", "docx"), (b"%PDF-1.7 rest", "PDF"), (b"{\\rtf1 rest", "RTF"),
    (b"ab\n\x00", "line 2, column 1: NUL character U+0000"),
    (b"ab\r\nc\x07", "line 2, column 2: control character U+0007"),
    (b"\x1b[0m", "line 1, column 1: control character U+001B"), ("a\x85b", "control character U+0085"),
    ("a\x0cb", "U+000C"), ("a\x7fb", "U+007F"), ("a\ufffeb", "noncharacter U+FFFE"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe", "no text, it holds NUL bytes"),
    (b"ab\xed\xa0\x80", "not UTF-8 (byte 0xed in line 1)"),
])
def test_bad_content(tmp_path, data, found):
    assert found in error(write(tmp_path, data))


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a.ar.html", "a.PDF", "a.odt", "a.srt"])
def test_other_kinds_of_files(tmp_path, name):
    assert "save it as UTF-8 text, a.ar.txt" in error(write(tmp_path, ARABIC, name))


def test_missing(tmp_path):
    assert "no such file" in error(tmp_path / "none.txt")


def test_folder(tmp_path):
    assert "is a folder" in error(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything")
def test_unreadable(tmp_path):
    path = write(tmp_path, ARABIC)
    path.chmod(stat.S_IWUSR)
    assert "Permission denied" in error(path)


@pytest.mark.parametrize(("e", "found"), [
    (PermissionError(13, "Permission denied"), "Permission denied"), (OSError(5, "Input/output error"), "Input/output"),
])
def test_unreadable_for_any_reason(tmp_path, monkeypatch, e, found):
    path = write(tmp_path, ARABIC)

    def fail(self):
        raise e

    monkeypatch.setattr(Path, "read_bytes", fail)
    assert found in error(path)


def test_long_line(tmp_path):
    text = ARABIC.strip().replace("\n", " ") * 80_000
    assert len(text.encode()) > 10_000_000
    assert len(read_document(write(tmp_path, text), "ar").text) == len(text)


def test_lone_surrogate():
    with pytest.raises(InputError, match=r"text: line 1, column 2: lone surrogate U\+D800"):
        check_text("a\ud800", "text")


def test_position_counts_any_line_end():
    with pytest.raises(InputError, match="line 4, column 3"):
        check_text("a\rb\r\nc\nde\0", "text")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from("\t\n\r\u202e")))
def test_any_other_text_passes(text):
    check_text(text, "text")
