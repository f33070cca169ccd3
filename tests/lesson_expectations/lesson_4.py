"""What lesson 4 must show in a fresh, whole run: cell → conditions, checked after it."""

EXPECTED = {
    "start-scores": ["abs(score['all zero'] - 784 * np.log(2)) < 0.01"],
    "bias": ["model.nll(split.valid).mean() < 215"],
    "train": ["75 < history.best_valid < 80"],
    "overfit": ["greedy_history.train[-1] < greedy_history.best_valid - 3"],
    "overfit-figure": ["greedy_history.valid[-1] > greedy_history.best_valid"],
    "intruder-numbers": [
        "groups['coin flips'].min() > nll.max()",
        "groups['blank'][0] < nll.min()",
    ],
    "auto-family": ["totals[0] < 1e-6", "totals[1] > 4000"],
    "leak-figure": ["leaky_history.best_valid < 0.9 * history.best_valid"],
    "leak-proofs": [
        "total > 1.5",
        "all((matrix & forbidden).any() for matrix in found.values())",
    ],
}
