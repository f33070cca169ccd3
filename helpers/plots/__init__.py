"""The figures of the course: one style, one module per theme, matplotlib only.

Every function draws one new figure and returns it. `style` holds palette and basics, and the other
modules build on it alone. This file only gathers their names.
"""

from helpers.plots.autoencoders import *
from helpers.plots.counting import *
from helpers.plots.densities import *
from helpers.plots.images import *
from helpers.plots.likelihoods import *
from helpers.plots.magnets import *
from helpers.plots.masks import *
from helpers.plots.palette import *
from helpers.plots.sampling import *
from helpers.plots.style import *
from helpers.plots.training import *

use_style()
