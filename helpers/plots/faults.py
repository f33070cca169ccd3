"""The figures of lesson 7: what a look finds at a patient."""

from helpers.plots.masks import dependencies
from helpers.plots.palette import BLUE, GREY, VERMILION
from helpers.plots.style import label, subplots

UNITS = {"Σp": "Σp", "draws": "share of the draws misplaced", "audit": "test rows seen before"}
UNITS |= {"twin": "largest change of a score (nats)", "again": "largest change of a score (nats)"}
UNITS |= {"score": "mean NLL (nats)"}


def finding(look, found, ordering):
    """Draw one finding: who depends on whom, or a number beside what it should be.

    Args:
        look: its name, one of `faults.LOOKS`.
        found: a `faults.Finding`.
        ordering: the order in which the patient claims to visit its pixels.
    """
    title = f"{look}: {'red' if found.red else 'green'}\n{found.words}"
    if look not in UNITS:
        return dependencies({title: found.picture}, ordering, size=4.2)
    fig, ax = subplots(figsize=(6.4, 2.4))
    ax.barh(["found", "should be"], found.picture, color=[VERMILION if found.red else BLUE, GREY])
    for y, value in enumerate(found.picture):
        label(ax, f"{value:.4g}", (value, y), (5, 0), va="center")
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.2 * max(*found.picture, 1e-9)), xlabel=UNITS[look])
    ax.set_title(title, fontsize=12)
    return fig
