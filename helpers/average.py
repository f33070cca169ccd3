"""The average of several models: a distribution again, which scores and draws. NumPy alone.

What is averaged is the probability that each member gives to a whole example. (An average of their
logits, or of their conditionals pixel by pixel, is no average of distributions: lesson 6.)
"""

import numpy as np

from helpers.likelihood import log_mean_exp
from helpers.protocol import as_network, conditions
from helpers.sampling import sample, uniform_numbers


class Average:
    """p(x) = the mean of p_k(x) over the members, as plain arrays of their weights of now.

    Args:
        members: whatever the course calls a model, all of the same data; their orderings may
            differ, and so may how they are shown the data. A model with several mask sets counts
            as the average of these.

    Raises:
        ValueError: without members, or for one that is no model or is of other data.
    """

    def __init__(self, *members):
        if not members:
            raise ValueError("members must be at least one model, got none.")
        self.members = [_member(f"members[{k}]", model) for k, model in enumerate(members)]
        for what in ("n_inputs", "outputs", "n_conditions"):
            first, *others = [getattr(member, what) for member in self.members]
            setattr(self, what, first)
            for k, own in enumerate(others, 1):
                if own != first and (what != "outputs" or _values(own) != _values(first)):
                    rule = f"members[{k}] must have the {what} of the first one, {first}"
                    raise ValueError(f"{rule}, got {own}.")

    def __repr__(self) -> str:
        return f"Average({len(self.members)} members, {self.n_inputs} inputs)"

    def astype(self, dtype) -> "Average":
        """Return a copy that computes in `dtype` (float64 for proofs)."""
        return Average(*(member.astype(dtype) for member in self.members))

    def log_prob(self, x, condition=None) -> np.ndarray:
        """Return log p(x | condition) in nats, ``(n,)``, for `x` of shape ``(n, D)``."""
        every = [member.log_prob(x, condition) for member in self.members]
        return log_mean_exp(np.stack(every), axis=0)

    def sample(self, n: int, seed=0, uniforms=None, temperature=1.0, condition=None) -> np.ndarray:
        """Draw `n` examples, each as a whole from one member, which a coin picks.

        Args:
            n, seed, temperature, condition: as in `sampling.sample`.
            uniforms: ``(n, D + 1)`` in [0, 1); the first picks the member (and within it,
                if it is an average, the next one), the others go to it.

        Returns:
            ``(n, D)``, of the type of the members' `outputs`.
        """
        k, d = len(self.members), self.n_inputs
        u = uniform_numbers(n, d + 1, seed, uniforms)
        who, out = (u[:, 0] * k).astype(int), np.empty((n, d), self.outputs.dtype)
        given = conditions(condition, n, self.n_conditions)
        for i, member in enumerate(self.members):
            rows = who == i
            options = {"temperature": temperature, "condition": given[rows]}
            if isinstance(member, Average):
                rest = (u[rows, :1] * k) % 1  # what the choice has left of its number
                own = np.column_stack([rest, u[rows, 1:]])
                out[rows] = member.sample(rows.sum(), uniforms=own, **options)
            else:
                out[rows] = sample(member, rows.sum(), uniforms=u[rows, 1:], **options)
        return out


def _values(outputs):  # however members are shown them
    return [family.support for family in outputs.families]


def _member(name, model):
    if isinstance(model, Average):
        return model
    if getattr(model, "n_masks", 1) > 1:
        return Average(*(model.network(k) for k in range(model.n_masks)))
    return as_network(name, model)
