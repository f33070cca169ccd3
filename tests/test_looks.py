"""Exercise 3.5: the answers that its checker wants are what the four looks find."""

import numpy as np
import pytest

from helpers import checks, masks
from helpers.exercises import lesson_3
from helpers.network import Network

D = 10
ORDER = np.random.default_rng(0).permutation(D)
DEGREES = masks.make_degrees(D, (30, 30), ORDER, seed=0)


def faulty(fault):
    """The masks that look 1 multiplies, and the network that runs."""
    made, rng = masks.make_masks(DEGREES), np.random.default_rng(1)
    if fault in "bc":
        made[-1] = masks.hidden_mask(DEGREES[-1], DEGREES[0])
    if fault == "d":
        made[:-1] = [masks.output_mask(a, b) for a, b in zip(DEGREES, DEGREES[1:])]
    kernels = [rng.normal(size=m.shape) * m for m in made]
    if fault == "b":
        kernels[-1] *= 0
    direct = rng.normal(size=(D, D)) if fault == "a" else None
    return made, Network(DEGREES, kernels, [rng.normal(size=m.shape[1]) for m in made], direct)


@pytest.mark.parametrize("fault", lesson_3._CATCHES)
def test_each_fault_is_caught_by_the_looks_that_the_checker_wants(fault):
    made, network = faulty(fault)
    every, forbidden = checks.all_binary(D), ~masks.allowed(ORDER)
    looks = [
        masks.count_paths(made)[forbidden].any(),
        checks.moved_outputs(network, every)[forbidden].any(),
        abs(checks.total_probability(network) - 1) > 1e-9,
        checks.gradient_dependencies(network, every[::8])[forbidden].any(),
    ]
    found = {number for number, caught in enumerate(looks, 1) if caught}
    beyond = {3} if fault == "c" else set()  # which has 784 inputs: too many terms to add
    assert found - beyond == lesson_3._CATCHES[fault]
