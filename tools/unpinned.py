"""Print what the course needs without pins: python tools/unpinned.py

The first part of requirements.txt, what the course itself imports or runs, as names (with extras
and markers); what these need in turn is left to pip. For a test against the newest versions.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECOND_PART = "# What these need in turn"


def unpinned(text: str) -> list[str]:
    """The requirements above `SECOND_PART`, without versions."""
    first, mark, _ = text.partition(f"\n{SECOND_PART}\n")
    if not mark:
        raise ValueError(f"requirements.txt must hold the line {SECOND_PART!r}.")
    lines = [line for line in first.splitlines() if line.strip() and not line.startswith("#")]
    return [re.sub(r"\s*==[\w.]+", "", line) for line in lines]


if __name__ == "__main__":
    print("\n".join(unpinned((ROOT / "requirements.txt").read_text(encoding="utf-8"))))
    sys.exit(0)
