import os
import subprocess
import sys
import time

import pytest

from bitext.errors import OutputError
from bitext.files import STALE_AFTER, replacing, replacing_text


def test_a_broken_off_block_leaves_the_old_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replacing(path) as f:
        f.write(b"new")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_utf8_with_line_ends_as_written(tmp_path):
    with replacing_text(tmp_path / "deep" / "a") as f:
        f.write("نعم\n")
    assert (tmp_path / "deep" / "a").read_bytes() == "نعم\n".encode()


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
def test_a_full_disk_is_one_line_and_leaves_the_old_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    code = ("import resource, sys; from pathlib import Path; from bitext.files import replacing\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
            "with replacing(Path(sys.argv[1])) as f: f.write(b'x' * 100_000)")
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert "OutputError" in done.stderr
    assert "File too large" in done.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(OutputError, match="can't be written"), replacing(tmp_path / "a") as f:
        f.write(b"new")


def test_a_file_for_a_parent(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(OutputError, match="can't be written"), replacing(tmp_path / "a" / "b"):
        pass


def test_leftovers_of_killed_runs_are_swept_when_old(tmp_path):
    old, young = tmp_path / ".a.1-1.part", tmp_path / ".a.2-2.part"
    old.touch()
    young.touch()
    long_ago = time.time() - STALE_AFTER - 60
    os.utime(old, (long_ago, long_ago))
    with replacing(tmp_path / "a") as f:
        f.write(b"x")
    assert not old.exists()
    assert young.exists()
