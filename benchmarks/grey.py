"""The grey digits behind the fixed binarized training set, and fresh draws from them.

The fixed set was drawn once, pixel by pixel, from MNIST's grey values, in an order that was not
published. Which grey digit each binary one was drawn from can be found for almost all: the most
probable way to give every binary digit one of its own. A model can then be trained on fresh draws
of the same 50,000 digits. SciPy comes with `requirements-benchmark.txt`.
"""

import numpy as np

from helpers import data

FLOOR = 1e-4  # the probability given to a pixel that a grey digit excludes


def sources(binary: np.ndarray, grey: np.ndarray, candidates: int = 10) -> np.ndarray:
    """Return the rows of `grey` that the rows of `binary` were drawn from, each used at most once.

    Of all such assignments this is the one under which `binary` is most probable, with the
    `candidates` best sources of each digit allowed.

    Args:
        binary: ``(n, D)``, zeros and ones.
        grey: ``(m, D)``, probabilities of a one, m at least n.
        candidates: how many sources of each digit to weigh.

    Returns:
        integers ``(n,)``.

    Raises:
        ValueError: if the candidates do not allow an assignment.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    p = np.clip(np.asarray(grey, np.float32), FLOOR, 1 - FLOOR)
    log_odds, rest = np.log(p / (1 - p)).T.copy(), np.log1p(-p).sum(axis=1)
    columns, costs = [], []
    for start in range(0, len(binary), 1000):
        nll = -(binary[start : start + 1000].astype(np.float32) @ log_odds + rest)
        best = np.argpartition(nll, candidates - 1, axis=1)[:, :candidates]
        columns.append(best.copy())  # a view would keep all m columns in memory
        costs.append(np.take_along_axis(nll, best, axis=1))
    columns, costs = np.concatenate(columns), np.concatenate(costs).astype(np.float64)
    rows = np.arange(len(binary)).repeat(candidates)
    shape = (len(binary), len(grey))
    graph = csr_matrix((costs.ravel() - costs.min() + 1, (rows, columns.ravel())), shape)
    return min_weight_full_bipartite_matching(graph)[1]


def train_digits(split: data.Split) -> np.ndarray:
    """Return the grey digits, ``(50000, 784)`` in [0, 1], that the fixed training set came from.

    The validation digits take part in the assignment, so that few of their sources are among them;
    look-alikes may be exchanged.

    Raises:
        ValueError: if a digit has a pixel that its grey digit excludes: these are not draws then.
    """
    mnist = data.load("mnist", "grey")
    grey = np.concatenate([mnist.train, mnist.valid])
    binary = np.concatenate([split.train, split.valid])
    rows = sources(binary, grey)
    if np.abs(binary - grey[rows]).max() == 1:
        raise ValueError(f"split must be drawn from MNIST's training digits, got {split!r}.")
    return grey[rows[: len(split.train)]]


def fresh(x: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return a draw of shifted grey digits as inputs, and the shifted grey digits as targets.

    Given its grey digit, a pixel of a draw is independent of all others. So the cross-entropy with
    the grey value is the mean of the NLL over all draws of the target: the same gradient, less
    noise.
    """
    grey = data.shift(x, rng)
    return data.draw_binary(grey, rng), grey
