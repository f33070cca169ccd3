"""Fresh orderings: the degrees of a MADE drawn anew for every batch, inside the compiled step.

What is drawn is what `masks.make_degrees` draws, in `keras.ops` and from a `SeedGenerator`, so that
a step is traced once and draws anew each time it runs, on every backend.

An input that the masks cut off adds 0, whatever its weight. Where orderings change, a 0 that is
seen must not look like that: such a model is shown 2x − 1, which is −1 or 1
(`outputs.Bernoulli`).
"""

import numpy as np
from keras import ops, random

from helpers import arguments, masks


def draw_degrees(
    n_inputs: int, hidden_units, ordering="random", how="random", seed=0, n_conditions=0
) -> list:
    """Return the degrees of all layers as int32 tensors, inputs first: ``[(D,), (units_1,), …]``.

    Arguments are those of `masks.make_degrees`, but for `seed`, a `keras.random.SeedGenerator`,
    which goes on with every draw. An ordering that is not ``"random"`` is kept, and only the hidden
    degrees are drawn.
    """
    if isinstance(ordering, str) and ordering == "random":
        ranks = ops.argsort(random.uniform((n_inputs,), dtype="float32", seed=seed)) + 1
    else:
        ranks = masks.input_degrees(masks.make_ordering(n_inputs, ordering))
    degrees = [ops.cast(ranks, "int32")]
    lowest = ops.cast(0 if n_conditions else 1, "int32")
    for units in hidden_units:
        if arguments.one_of("degrees", how, masks.HIDDEN_DEGREES) == "even":
            steps = ops.cast(np.arange(units), "int32") * (n_inputs - lowest) // units
        else:
            u = random.uniform((units,), dtype="float32", seed=seed)
            steps = ops.floor(u * ops.cast(n_inputs - lowest, "float32"))
            steps = ops.cast(steps, "int32")  # below: rounding may have reached D
        degrees.append(ops.minimum(lowest + steps, n_inputs - 1))
        lowest = ops.min(degrees[-1])
    return degrees
