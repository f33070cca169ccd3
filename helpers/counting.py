"""How many rows of a table match a query, asked of a model of its rows (lesson 9). NumPy alone.

A query says which values some of the columns may take: ``{0: range(5, 8), 4: [1, 11]}`` asks for
the rows whose column 0 is 5, 6 or 7 *and* whose column 4 is 1 or 11. The probability of a match is
estimated by progressive sampling (Yang et al., *Deep unsupervised cardinality estimation*, PVLDB
13, 2019): draw each column from its conditional, restricted to what the query allows, and multiply
the probabilities that the conditionals gave to all that was allowed. The mean of these products is
the probability, without bias.
"""

import dataclasses

import numpy as np

from helpers import arguments
from helpers.outputs import Categorical
from helpers.protocol import as_network

FORBIDDEN = -1e9  # added to a logit, leaves nothing of its share


def restrict(network, query):
    """Return the network that draws what `query` allows: each conditional without the rest.

    The logits of the values that are not allowed fall out of reach, through their biases.

    Args:
        network: a trained model of categories, one mask set.
        query: ``{column: values}``.
    """
    network = _of_categories(network)
    low = np.where(allowed(network, query), 0, FORBIDDEN).astype(network.dtype)
    biases = [*network.biases[:-1], network.biases[-1] + low]
    return dataclasses.replace(network, biases=biases)


def log_mass(network, x, query) -> np.ndarray:
    """Return the log of what the conditionals gave to all that `query` allows: ``(n,)``, nats.

    It is a sum over the columns, each given the values that `x` ``(n, D)`` has before it.
    """
    network = _of_categories(network)
    logits = np.asarray(network.logits(network.outputs.check("x", x)), np.float64)
    starts = np.searchsorted(network.outputs.params, np.arange(network.n_inputs))
    top = np.maximum.reduceat(logits, starts, axis=1)
    shares = np.exp(logits - top[:, network.outputs.params])
    kept = np.add.reduceat(shares * allowed(network, query), starts, axis=1)
    with np.errstate(divide="ignore"):  # what the model rules out has mass 0
        return (np.log(kept) - np.log(np.add.reduceat(shares, starts, axis=1))).sum(axis=1)


def count(network, query, n_rows: int, n: int = 200, seed=0) -> tuple[float, float]:
    """Return how many of `n_rows` rows match, by a model of the rows, and its standard error.

    Args:
        network: a trained model of categories, one mask set.
        query: ``{column: values}``, columns and values counted from 0; of a column that is not
            named, every value matches.
        n_rows: of the table.
        n: draws, at least 2. The error says how far another seed would be, not how good the model
            is.
        seed: an integer or a `numpy.random.Generator`.

    Raises:
        ValueError: for a column or a value that the model does not have, or a column of which no
            value may be taken; for a model with other outputs than categories.
    """
    network = _of_categories(network)
    n_rows = arguments.whole("n_rows", n_rows, at_least=0)
    n = arguments.whole("n", n, at_least=2)
    mass = np.exp(log_mass(network, restrict(network, query).sample(n, seed), query))
    return float(n_rows * mass.mean()), float(n_rows * mass.std(ddof=1) / np.sqrt(n))


def matches(rows, query) -> np.ndarray:
    """Return which `rows` ``(n, D)`` match: ``(n,)`` booleans. Their sum is the true count."""
    rows = np.asarray(rows)
    if rows.ndim != 2:
        raise ValueError(f"rows must have shape (n, D), got {rows.shape}.")
    found = np.ones(len(rows), bool)
    for column, values in _conditions(query, rows.shape[1]):
        found &= np.isin(rows[:, column], values)
    return found


def q_error(estimate, truth) -> np.ndarray:
    """Return by which factor each estimate is off, 1 at best, whichever way: ``(…)``.

    Counts below one row are taken for one, as is usual.
    """
    estimate, truth = (np.maximum(count, 1.0) for count in (estimate, truth))
    return np.maximum(estimate / truth, truth / estimate)


def allowed(network, query) -> np.ndarray:
    """Return which parameters of `network` belong to values that `query` allows: ``(P,)``."""
    keep = np.ones(len(network.outputs.params), bool)
    for column, values in _conditions(query, network.n_inputs):
        own = np.flatnonzero(network.outputs.params == column)
        arguments.whole(f"a value of query[{column}]", max(values), at_most=len(own) - 1)
        keep[own] = np.isin(np.arange(len(own)), values)
    return keep


def _conditions(query, n_columns):
    """Return the columns of a query, each with a list of the values that it allows."""
    if not isinstance(query, dict):
        raise ValueError(f"query must be a dictionary {{column: values}}, got {query!r:.60}.")
    read = []
    for column, values in query.items():
        column = arguments.whole("query's column", column, 0, n_columns - 1)
        name = f"query[{column}]"
        if isinstance(values, str) or not np.iterable(values):
            raise ValueError(f"{name} must be a collection of values, got {values!r:.60}.")
        read.append((column, [arguments.whole(f"a value of {name}", v, 0) for v in values]))
        if not read[-1][1]:
            raise ValueError(f"{name} must allow at least one value, got none.")
    return read


def _of_categories(model):
    network = as_network("network", model)
    other = [f for f in network.outputs.families if not isinstance(f, Categorical)]
    if other or network.n_conditions:
        rule = "network must have categories for outputs, and no conditions"
        raise ValueError(f"{rule}, got {other[0] if other else network.n_conditions}.")
    return network
