import pytest

from bitext.errors import InputError
from bitext.languages import check_code, direction, is_written_in


@pytest.mark.parametrize(("lang", "expected"), [("ar", "rtl"), ("fa", "rtl"), ("he", "rtl"), ("en", "ltr"), ("tr", "ltr")])
def test_direction(lang, expected):
    assert direction(lang) == expected


@pytest.mark.parametrize(("text", "lang", "expected"), [
    ("Thursday, 07/18/2024", "ar", False),
    ("في 2024", "ar", True),
    ("١٩٧٩", "ar", False),
    ("…", "en", False),
    ("42 km", "en", True),
    ("Привет", "ru", True),
    ("hello", "ru", False),
    ("", "ar", False),
])
def test_is_written_in(text, lang, expected):
    assert is_written_in(text, lang) is expected


def test_check_code():
    assert check_code("ckb") == "ckb"
    for wrong in ("", "a", "AR", "arab", "a-r", "ar/.."):
        with pytest.raises(InputError, match="code"):
            check_code(wrong)
