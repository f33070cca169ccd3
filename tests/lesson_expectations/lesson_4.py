"""What lesson 4 must show in a fresh, whole run: cell → conditions, checked after it."""

EXPECTED = {
    "start-scores": ["abs(score['all zero'] - 784 * np.log(2)) < 0.01"],
    "bias": ["model.nll(split.valid).mean() < 215"],
    "train": ["75 < history.best_valid < 80"],
    "overfit": ["greedy_history.train[-1] < greedy_history.best_valid - 3"],
    "overfit-figure": ["greedy_history.valid[-1] > greedy_history.best_valid"],
    "blank": ["blank < nll.min()"],
    "intruder-numbers": [
        "groups['coin flips'].min() > nll.max()",
        "groups['blank'][0] < nll.min()",
        "groups['one stroke'][0] < nll.min()",
    ],
    "auto-family": ["totals[0] < 1e-6", "totals[1] > 4000"],
    "leak-figure": ["leaky_history.best_valid < 0.9 * history.best_valid"],
    "leak-proofs": ["all((matrix & forbidden).any() for matrix in found.values())"],
    "leak-sum": ["total > 1.5"],
    "logits-average": ["abs(np.exp(right).sum() - 1) < 1e-6", "abs(np.exp(wrong).sum() - 1) > 0.1"],
}
