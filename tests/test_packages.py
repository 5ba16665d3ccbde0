import hashlib
import io
import os
import re
import stat
import zipfile
from pathlib import Path

import pytest

from bitext.errors import OutputError, PackageError
from bitext.translation import containers
from bitext.translation.install import install_package
from bitext.translation.packages import argos_folder, checksum_file, find_packages, list_packages, open_package

from package_factory import TOP, make_folder, make_package, members


def refused(path, match):
    """The package is refused in one line that names it."""
    with pytest.raises(PackageError, match=match) as e:
        open_package(path).verify()
    assert str(path) in str(e.value)
    assert "\n" not in str(e.value)


@pytest.mark.parametrize("make", [make_package, make_folder])
@pytest.mark.parametrize("tokenizer", ["sentencepiece", "bpe"])
def test_a_sound_package_opens(tmp_path, make, tokenizer):
    path = make(tmp_path / "translate-ar_en-1_0.argosmodel", tokenizer=tokenizer, target_prefix="__en__")
    p = open_package(str(path)).verify()
    assert (p.path, p.name, p.pair) == (path, "translate-ar_en-1_0", "ar→en")
    assert (p.from_name, p.to_name, p.version, p.target_prefix) == ("Arabic", "English", "1.0", "__en__")
    assert p.tokenizer == tokenizer
    held = members(tokenizer=tokenizer)
    assert p.model_files() == {n.removeprefix("model/"): d for n, d in held.items() if n.startswith("model/")}
    assert p.tokenizer_model() == held.get("sentencepiece.model", held.get("bpe.model"))


def test_the_sha256_of_a_file_is_that_of_its_bytes(tmp_path):
    path = make_package(tmp_path / "p.argosmodel")
    assert open_package(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_sha256_of_a_folder_is_of_what_is_used(tmp_path):
    one, two = make_folder(tmp_path / "one"), make_folder(tmp_path / "two")
    before = open_package(one).sha256
    (two / "README.md").write_text("A card.", encoding="utf-8")
    (two / "stanza").mkdir()
    (two / "stanza" / "ar.pt").write_bytes(b"unused")
    assert open_package(two).sha256 == before
    with (two / "model" / "model.bin").open("ab") as f:
        f.write(b"\0")
    assert open_package(two).sha256 != before


def test_names_fall_back_to_codes(tmp_path):
    p = open_package(make_package(tmp_path / "p.argosmodel", from_name=None, to_name=None))
    assert (p.from_name, p.to_name) == ("ar", "en")


@pytest.mark.parametrize(("metadata", "match"), [
    (b"", "no JSON"),
    (b"\xff\xfe", "no JSON"),
    (b"[" * 100_000, "no JSON"),
    (b"[]", "an object was expected, found list"),
    (b" " * (2 << 20), "2,097,152 bytes"),
    (b"{}", "from_code is missing"),
    (b'{"from_code": "ar"}', "to_code is missing"),
    (b'{"from_code": "ar", "to_code": 7, "package_version": "1"}', "to_code is 7, a string was expected"),
    (b'{"from_code": "../x", "to_code": "en", "package_version": "1"}', "from_code '../x' is no language code"),
    (b'{"from_code": "ar", "to_code": "en"}', "package_version is missing"),
    (b'{"from_code": "ar", "to_code": "en", "package_version": 1.0}', "package_version is 1.0"),
    (b'{"from_code": "ar", "to_code": "en", "package_version": "new"}', "package_version 'new' is no version"),
    (b'{"from_code": "ar", "to_code": "en", "package_version": "1", "target_prefix": null}', "target_prefix is None"),
    (b'{"from_code": "ar", "to_code": "en", "package_version": "1", "target_prefix": ["a"]}', "target_prefix is"),
    (b'{"from_code": "ar", "to_code": "en", "package_version": "1", "from_name": "\\u001b[2J"}', "control characters"),
    (b'{"type": "sbd", "from_code": "ar", "to_code": "en", "package_version": "1"}', "type 'sbd'"),
])
def test_bad_metadata(tmp_path, metadata, match):
    refused(make_package(tmp_path / "p.argosmodel", extra={"metadata.json": metadata}), match)


@pytest.mark.parametrize(("missing", "match"), [
    (("metadata.json",), "metadata.json is missing"),
    (("sentencepiece.model",), "no tokenizer"),
    (("model/model.bin",), "model/model.bin is missing"),
    (("model/shared_vocabulary.json", "model/source_vocabulary.json", "model/target_vocabulary.json"), "no vocabulary"),
])
def test_missing_members(tmp_path, missing, match):
    path = make_package(tmp_path / "p.argosmodel", extra=dict.fromkeys(missing))
    refused(path, match)
    folder = make_folder(tmp_path / "folder")
    for name in missing:
        (folder / name).unlink(missing_ok=True)
    refused(folder, match)


def add(name, data=b"x", **changes):
    """A change to a package: one more member, its zip entry altered."""
    def change(path):
        info = zipfile.ZipInfo("placeholder")
        info.filename = info.orig_filename = name
        for key, value in changes.items():
            setattr(info, key, value)
        with zipfile.ZipFile(path, "a") as z:
            z.writestr(info, data, changes.get("compress_type"))
    return change


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("change", "match"), [
    (add("/etc/passwd"), "absolute"),
    (add("C:/windows/x"), "absolute"),
    (add(f"{TOP}\\..\\x"), "absolute or foreign"),
    (add(f"{TOP}/../../x"), "leads out of its folder"),
    (add(f"{TOP}/a\nb"), "absolute or foreign"),
    (add("../x"), "leads out of its folder"),
    (add(f"{TOP}/./x"), "leads out of its folder"),
    (add(f"{TOP}//x"), "leads out of its folder"),
    (add(f"{TOP}/link", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16), "link or special file"),
    (add(f"{TOP}/pipe", external_attr=(stat.S_IFIFO | 0o777) << 16), "link or special file"),
    (add(f"{TOP}/metadata.json"), "there twice"),
    (add(f"{TOP}/x", compress_type=zipfile.ZIP_LZMA), "packed by method 14"),
    (add(f"{TOP}/bomb", bytes(20 << 20), compress_type=zipfile.ZIP_DEFLATED), "would grow from"),
    (add("elsewhere/x"), "one folder that holds all"),
    (add("x"), "one folder that holds all"),
])
def test_hostile_members(tmp_path, change, match):
    path = make_package(tmp_path / "p.argosmodel")
    change(path)
    refused(path, match)


def patch(path, offset, *data, signature=b"PK\x01\x02"):
    """Overwrite bytes at an offset into the last central directory entry."""
    raw = bytearray(path.read_bytes())
    at = raw.rindex(signature) + offset
    raw[at:at + len(data)] = bytes(data)
    path.write_bytes(raw)


def test_an_encrypted_member(tmp_path):
    path = make_package(tmp_path / "p.argosmodel")
    patch(path, 8, 0x01)
    refused(path, "encrypted")


def test_a_member_that_declares_a_huge_size(tmp_path, monkeypatch):
    path = make_package(tmp_path / "p.argosmodel")
    monkeypatch.setattr(containers, "MAX_SIZE", 10_000)
    refused(path, "more than .* unpacked")


def test_a_member_larger_than_declared_is_damaged(tmp_path):
    path = make_package(tmp_path / "p.argosmodel")
    patch(path, 24, 1, 0, 0, 0)  # the last member, a vocabulary, is said to have one byte
    refused(path, "damaged")


def test_too_many_members(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "MAX_MEMBERS", 3)
    refused(make_package(tmp_path / "p.argosmodel"), "members, 3 are the most")
    refused(make_folder(tmp_path / "folder"), "more than 3 files")


@pytest.mark.parametrize(("data", "match"), [
    (b"", "not a zip file"),
    (b"just text", "not a zip file"),
    (b"PK\x03\x04 and no more", "damaged or cut zip file"),
])
def test_no_zip(tmp_path, data, match):
    path = tmp_path / "p.argosmodel"
    path.write_bytes(data)
    refused(path, match)


def test_an_empty_zip(tmp_path):
    path = tmp_path / "p.argosmodel"
    with zipfile.ZipFile(path, "w"):
        pass
    refused(path, "found nothing")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_file(tmp_path, share):
    path = make_package(tmp_path / "p.argosmodel")
    data = path.read_bytes()
    path.write_bytes(data[:int(len(data) * share)])
    refused(path, "damaged or cut zip file")


def test_every_damaged_byte_is_seen(tmp_path):
    """A flipped byte in a member's data fails its CRC, wherever it is."""
    path = make_package(tmp_path / "p.argosmodel")
    data = path.read_bytes()
    end = data.index(b"PK\x01\x02")
    for at in range(60, end, end // 40):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1:])
        with pytest.raises(PackageError) as e:
            open_package(path).verify()
        assert str(path) in str(e.value)


def test_missing_unreadable_and_special_files(tmp_path):
    refused(tmp_path / "no.argosmodel", "no such file")
    refused(tmp_path / ("n" * 300), "can't be read")
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "neither a file nor a folder")
    refused(tmp_path, "metadata.json is missing")


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX")
def test_a_file_without_permission(tmp_path, monkeypatch):
    path = make_package(tmp_path / "p.argosmodel")

    def no(*args, **kwargs):
        raise PermissionError(13, "Permission denied")
    monkeypatch.setattr(zipfile, "ZipFile", no)  # root reads everything, so the refusal is played
    refused(path, r"can't be read \(Permission denied\)")


@pytest.mark.parametrize("name", ["sentencepiece.model", "model", "extra"])
def test_links_that_leave_the_folder(tmp_path, name):
    folder = make_folder(tmp_path / "folder")
    target = folder / name
    if target.is_dir() or target.exists():
        target.rename(tmp_path / "outside")
    else:
        (tmp_path / "outside").write_bytes(b"secret")
    target.symlink_to(tmp_path / "outside")
    refused(folder, f"{name} is a link that leaves the folder")


def test_links_within_the_folder_are_fine(tmp_path):
    folder = make_folder(tmp_path / "folder")
    (folder / "sentencepiece.model").rename(folder / "sp")
    (folder / "sentencepiece.model").symlink_to("sp")
    (folder / "itself").symlink_to("itself")
    (folder / "model" / "up").symlink_to("..")
    assert open_package(folder).verify().tokenizer == "sentencepiece"


def test_a_kept_checksum_is_compared(tmp_path):
    path = make_package(tmp_path / "p.argosmodel")
    checksum_file(path).write_text(f"{open_package(path).sha256}  {path.name}\n", encoding="utf-8")
    open_package(path).verify()
    checksum_file(path).write_text("", encoding="utf-8")
    refused(path, "its SHA-256 is")


def write(folder, *packages):
    for name, options in packages:
        make_package(folder / f"{name}.argosmodel", **options)


def found(*args, **kwargs):
    return [p.name for p in find_packages(*args, **kwargs)]


def test_the_newest_of_the_first_folder_that_serves(tmp_path):
    mine, argos = tmp_path / "models", tmp_path / "argos"
    write(mine, ("a", {"package_version": "1.9"}), ("b", {"package_version": "1.10"}), ("c", {"package_version": "1.2"}))
    write(argos, ("newer", {"package_version": "9.0"}), ("de", {"from_code": "de"}))
    (mine / "README.md").write_text("No package.", encoding="utf-8")
    assert found("ar", "en", folders=[mine, argos]) == ["b"]
    assert found("ar", "en", folders=[argos, mine]) == ["newer"]
    assert found("de", "en", folders=[mine, argos]) == ["de"]
    assert found("ar", "en", folders=[tmp_path / "none", mine]) == ["b"]


def test_two_packages_meet_in_english(tmp_path):
    write(tmp_path, ("ar_en", {}), ("en_de", {"from_code": "en", "to_code": "de"}))
    assert found("ar", "de", folders=[tmp_path]) == ["ar_en", "en_de"]
    write(tmp_path, ("ar_de", {"to_code": "de"}))
    assert found("ar", "de", folders=[tmp_path]) == ["ar_de"]


def test_the_users_own_choice_must_serve(tmp_path):
    path = make_package(tmp_path / "p.argosmodel")
    assert found("ar", "en", path=path) == ["p"]
    with pytest.raises(PackageError, match="translates ar→en, fa→en was asked for"):
        find_packages("fa", "en", path=path, folders=[tmp_path])


def test_nothing_found_says_what_there_is_and_what_to_do(tmp_path):
    write(tmp_path, ("p", {}))
    (tmp_path / "broken.argosmodel").write_bytes(b"no zip")
    with pytest.raises(PackageError) as e:
        find_packages("fa", "en", folders=[tmp_path])
    assert re.search(r"fa→en: no package.*found ar→en.*unusable: .*broken.*models/.*download fa en", str(e.value))
    with pytest.raises(PackageError, match="found no package in no folder"):
        find_packages("fa", "en")


def test_a_broken_entry_stops_nothing(tmp_path):
    write(tmp_path, ("b", {}))
    (tmp_path / "a.argosmodel").write_bytes(b"no zip")
    (tmp_path / "stray").mkdir()
    (tmp_path / ".hidden").mkdir()
    make_folder(tmp_path / "unpacked")
    entries = list_packages([tmp_path, tmp_path / "none"])
    assert [e.name if not isinstance(e, PackageError) else "error" for e in entries] == ["error", "b", "unpacked"]
    assert "a.argosmodel: not a zip file" in str(entries[0])


@pytest.mark.parametrize(("env", "folder"), [
    ({"ARGOS_PACKAGES_DIR": "/a"}, "/a"),
    ({"ARGOS_PACKAGES_DIR": "/a", "XDG_DATA_HOME": "/x"}, "/a"),
    ({"XDG_DATA_HOME": "/x"}, "/x/argos-translate/packages"),
    ({}, "/h/.local/share/argos-translate/packages"),
])
def test_the_users_argos_folder(monkeypatch, env, folder):
    for name in ("ARGOS_PACKAGES_DIR", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/h")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert argos_folder() == Path(folder)


def test_install_copies_a_file_and_packs_a_folder(tmp_path):
    file, folder = make_package(tmp_path / "one.argosmodel"), make_folder(tmp_path / "two")
    models = tmp_path / "models"
    one, two = install_package(file, models), install_package(folder, models)
    assert one.path.read_bytes() == file.read_bytes()
    assert two.verify().model_files() == open_package(folder).model_files()
    assert sorted(p.name for p in models.iterdir()) == ["one.argosmodel", "one.argosmodel.sha256",
                                                        "two.argosmodel", "two.argosmodel.sha256"]
    for p in (one, two):
        assert checksum_file(p.path).read_text(encoding="utf-8") == f"{p.sha256}  {p.path.name}\n"
    before = two.path.read_bytes()
    assert install_package(folder, models).path.read_bytes() == before
    assert install_package(one.path, models).path == one.path


def test_install_leaves_no_half_file(tmp_path):
    path = make_package(tmp_path / "p.argosmodel")
    data = path.read_bytes()
    path.write_bytes(data[:-100])
    with pytest.raises(PackageError):
        install_package(path, tmp_path / "models")
    assert not (tmp_path / "models").exists()
    path.write_bytes(data)
    (tmp_path / "models").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError):
        install_package(path, tmp_path / "models")


def test_nothing_is_read_past_what_the_list_declares(tmp_path):
    """A zip bomb whose list lies about its size gives an error, not a gigabyte."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in {**members(), "model/model.bin": bytes(5 << 20)}.items():
            z.writestr(f"{TOP}/{name}", content)
    path = tmp_path / "p.argosmodel"
    path.write_bytes(data.getvalue().replace((5 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    refused(path, "damaged")
