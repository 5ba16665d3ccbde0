"""The README's commands are executed, in a copy of the project's layout."""

import re
import shlex
import shutil

import pytest

from conftest import ROOT, bitext

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)


def commands():
    text = (ROOT / "README.md").read_text("utf-8")
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    return [line.partition("  #")[0].strip() for line in lines if line.startswith("bitext ")]


def test_there_are_commands():
    assert len(commands()) >= 6


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    d = tmp_path_factory.mktemp("readme")
    (d / "models").symlink_to(ROOT / "models")
    shutil.copytree(ROOT / "corpus", d / "corpus")
    return d


@pytest.mark.parametrize("command", [c for c in commands() if "download" not in c])
def test_command(command, desk):
    """They stand in the README in the order in which each finds what the one before wrote."""
    args, _, output = command.partition(" > ")
    done = bitext(*shlex.split(args)[1:], cwd=desk)
    assert done.returncode == 0, done.stderr
    if output:
        (desk / output).write_text(done.stdout, "utf-8")
