"""Lesson 7's explorer: choose a patient and a look, and see what the look finds.

The picture is the static twin's, `plots.finding`. Without anywidget, patients are examined anew.
"""

import pathlib

from helpers import faults
from helpers.plots.masks import finding
from helpers.widgets.live import explorer

FINDINGS = pathlib.Path(__file__).parents[2] / "data" / "clinic.json"


def explore_clinic():
    """Return two menus, patients by the names of their faults and looks, above a picture."""
    state = clinic_state(FINDINGS.read_bytes)
    menus = {
        "patient": (state["patient"], [*faults.FAULTS]),
        "look": (state["look"], [*faults.LOOKS]),
    }

    def draw(fault, look):
        patient = faults.FAULTS[fault]()
        return finding(look, faults.LOOKS[look](patient), patient.degrees[0].argsort())

    return explorer("clinic", state, draw, menus)


def clinic_state(findings, patient="stale masks after reshuffling", look="flips") -> dict:
    """Return what the explorer is given; `findings`: a file of tools/clinic.py, or its address."""
    return {"findings": findings, "patient": patient, "look": look}
