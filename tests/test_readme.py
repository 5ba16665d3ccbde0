"""The README's commands are executed, in a copy of the project's layout."""

import re
import shlex
import shutil

from conftest import ROOT, bitext

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)


def commands():
    text = (ROOT / "README.md").read_text("utf-8")
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    return [line.partition("  #")[0].strip() for line in lines if line.startswith("bitext ")]


def test_there_are_commands():
    assert len(commands()) >= 6


def test_commands(tmp_path):
    """They stand in the README in the order in which each finds what the one before wrote."""
    (tmp_path / "models").symlink_to(ROOT / "models")
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    for command in commands():
        if "download" not in command:
            args, _, output = command.partition(" > ")
            done = bitext(*shlex.split(args)[1:], cwd=tmp_path)
            assert done.returncode == 0, f"{command}\n{done.stderr}"
            if output:
                (tmp_path / output).write_text(done.stdout, "utf-8")
