"""The figures of the course: one style, one module per theme, matplotlib only.

Every function draws one new figure and returns it. `style` holds palette and basics, and the other
modules build on it alone. This file only gathers their names.
"""

from helpers.noise import add_noise
from helpers.plots.autoencoders import (
    autoencoder_diagram,
    below_the_floor,
    codes_and_prior,
    error_against_size,
    filters,
    growing_box,
    image_rows,
    latent_map,
    latent_walk,
    nll_table,
    probe_scores,
    struck_scoreboard,
    totals,
)
from helpers.plots.counting import q_errors
from helpers.plots.densities import conditional, density_maps
from helpers.plots.faults import finding
from helpers.plots.likelihoods import (
    bernoulli_likelihood,
    gaussian_fit,
    impossible_pixel,
    mean_or_median,
    naive_and_stable,
    nll_against_mean,
    noise_bands,
    price_of_sigma,
    underflow,
)
from helpers.plots.magnets import magnet
from helpers.plots.masks import (
    caught_or_missed,
    degree_masks,
    dependencies,
    mask_network,
    mask_networks,
    mask_squares,
    missed_degrees,
    probability_tree,
    running_totals,
    sample_frequencies,
)
from helpers.plots.orderings import against_sets, coin_tables
from helpers.plots.sampling import (
    ablation,
    completions,
    drawing_moment,
    drawing_steps,
    final_steps,
    hidden_gaps,
    histograms,
    neighbours,
    rows_of_digits,
    times,
)
from helpers.plots.style import (
    BLACK,
    BLUE,
    COLORS,
    DIGITS,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    digits,
    png_bytes,
    scoreboard,
    show_image,
    use_style,
)
from helpers.plots.training import (
    LiveCurve,
    by_class,
    by_rank,
    close_scores,
    cost_by_rank,
    differences,
    initial_scores,
    intruders,
    learning_curve,
    reading,
    surprise,
)

use_style()
