"""The explorers of the lessons, one module each. Every one has a static twin in `plots`.

Each is a small local ES module (`live`), which the website mounts too. Where anywidget is missing,
core ipywidgets and a PNG image do the same (`picture`).
"""

from helpers.widgets.clinic import explore_clinic
from helpers.widgets.conditional import explore_conditional
from helpers.widgets.eraser import erase_and_complete
from helpers.widgets.latent import latent_explorer, noise_explorer
from helpers.widgets.likelihoods import bernoulli_explorer, gaussian_explorer
from helpers.widgets.magnet import explore_magnet
from helpers.widgets.mask_explorer import explore_masks
from helpers.widgets.pad import completion_pad, explore_drawing
from helpers.widgets.reading import explore_reading
