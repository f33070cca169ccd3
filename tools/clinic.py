"""Examine lesson 7's patients and write what the looks find to data/clinic.json, for its page.

`python tools/clinic.py` takes some seconds. helpers/widgets/clinic.js reads the file.
"""

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from helpers import faults, files, masks  # noqa: E402
from helpers.plots.masks import UNITS  # noqa: E402

CLINIC = ROOT / "data" / "clinic.json"


def codes(found, order) -> list:
    """Squares as the page draws them: 0 nothing, 1 allowed, 2 a leak, 3 allowed and missing."""
    there, allowed = np.asarray(found) != 0, masks.allowed(order)
    kinds = np.where(allowed, np.where(there, 1, 3), np.where(there, 2, 0))
    return kinds[order][:, order].tolist()


def told(patient, finding) -> dict:
    """One finding, ready for JSON."""
    held = {"red": bool(finding.red), "words": finding.words}
    if isinstance(finding.picture, tuple):
        return held | {"numbers": [float(f"{number:.6g}") for number in finding.picture]}
    order = np.argsort(patient.degrees[0])
    return held | {"codes": codes(finding.picture, order), "order": (order + 1).tolist()}


def table() -> dict:
    """Every finding at every patient, by the name of its fault."""
    found = {}
    for name, kind in faults.FAULTS.items():
        patient = kind()
        findings = faults.examine(patient)
        found[name] = {look: told(patient, finding) for look, finding in findings.items()}
    return {"patients": found, "units": UNITS}


if __name__ == "__main__":
    files.write_text(CLINIC, json.dumps(table(), ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{CLINIC.name}: {CLINIC.stat().st_size:,} bytes")
