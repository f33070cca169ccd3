"""Lesson 7's explorer: choose a patient and a look, and see what the look finds.

The picture is the static twin's, `plots.finding`.
"""

import ipywidgets

from helpers import faults
from helpers.plots.faults import finding
from helpers.widgets.picture import redrawn


def explore_clinic():
    """Return two menus, patients by the names of their faults and looks, above a picture."""
    patients = {fault: kind() for fault, kind in faults.FAULTS.items()}
    name = "stale masks after reshuffling"
    fault = ipywidgets.Dropdown(options=list(patients), value=name, description="patient")
    look = ipywidgets.Dropdown(options=list(faults.LOOKS), value="flips", description="look")

    def draw():
        patient = patients[fault.value]
        ordering = patient.degrees[0].argsort()
        return finding(look.value, faults.LOOKS[look.value](patient), ordering)

    return redrawn(draw, [fault, look], width=480)
