"""Lesson 7's explorer: choose a patient and a look, and see what the look finds.

The picture is the static twin's, `plots.finding`.
"""

import pathlib

import ipywidgets

from helpers import faults
from helpers.plots.faults import finding
from helpers.widgets.live import explorer
from helpers.widgets.picture import redrawn

FINDINGS = pathlib.Path(__file__).parents[2] / "data" / "clinic.json"


def explore_clinic():
    """Return two menus, patients by the names of their faults and looks, above a picture."""
    return explorer("clinic", clinic_state(FINDINGS.read_bytes), menus)


def clinic_state(findings, patient="stale masks after reshuffling", look="flips") -> dict:
    """Return what the explorer is given; `findings`: a file of tools/clinic.py, or its address."""
    return {"findings": findings, "patient": patient, "look": look}


def menus():
    """Return the explorer in core widgets, which examines the patients anew."""
    state, patients = clinic_state(None), {name: one() for name, one in faults.FAULTS.items()}
    fault = ipywidgets.Dropdown(
        options=list(patients), value=state["patient"], description="patient"
    )
    look = ipywidgets.Dropdown(options=list(faults.LOOKS), value=state["look"], description="look")

    def draw():
        patient = patients[fault.value]
        ordering = patient.degrees[0].argsort()
        return finding(look.value, faults.LOOKS[look.value](patient), ordering)

    return redrawn(draw, [fault, look], width=480)
