"""What every example draws, in words: the file that `test_figures_drawn.py` compares with.

After a figure was changed on purpose, write the words again, and read what changed in them:

    python tests/figures/drawn.py && git diff tests/baseline/drawn.txt
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "tests" / "baseline" / "drawn.txt"


def recorded() -> dict[str, str]:
    """``{name of a figure: its description}`` as it is stored."""
    parts = FILE.read_text(encoding="utf-8").split("=== ")[1:]
    return {name: text.strip() for name, text in (part.split("\n", 1) for part in parts)}


def main():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from artists import describe
    from examples import EXAMPLES

    parts = []
    for name, example in EXAMPLES.items():
        parts.append(f"=== {name}\n{describe(example())}\n")
        plt.close("all")
    FILE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
    main()
