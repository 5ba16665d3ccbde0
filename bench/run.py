"""Run the benchmarks that need only bitext's own environment.

usage: run.py [NAME …]   (default: startup memory tmx; segmentation and alignment read the measuring sets in ../shared,
or where BITEXT_SHARED says, and set up their rivals; each script's first lines say more)
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DEFAULT = {"startup": [], "memory": [], "tmx": ["200000"]}  # name: arguments


def main() -> None:
    failed = []
    for name in sys.argv[1:] or DEFAULT:
        print(f"== {name}", flush=True)
        script = Path(__file__).with_name(f"{name}.py")
        if subprocess.run([sys.executable, script, *DEFAULT.get(name, [])], check=False).returncode:
            failed.append(name)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
