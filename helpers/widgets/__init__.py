"""The explorers of the lessons, one module each. Every one has a static twin in `plots`.

Core ipywidgets and a PNG image where sliders will do (`picture`); a small local ES module
(anywidget) for the two where the mouse is the point.
"""

from helpers.widgets.conditional import explore_conditional
from helpers.widgets.drawing import explore_drawing
from helpers.widgets.latent import latent_explorer, noise_explorer
from helpers.widgets.likelihoods import bernoulli_explorer, gaussian_explorer
from helpers.widgets.mask_explorer import explore_masks
from helpers.widgets.pad import completion_pad
