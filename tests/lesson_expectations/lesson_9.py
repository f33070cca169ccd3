"""What lesson 9 must show in a fresh, whole run: cell → conditions, checked after it."""

EXPECTED = {
    "table-score": ["abs(apart - 15.698) < 1e-3 and floor + 0.5 < nll[0] < 13.2"],
    "table-sum": ["n_cells == 1260 and 2 < found < 30"],
    "table-mass": ["abs(mean - exactly(few)[0]) < 5 * error"],
    "table-rare": ["150 < found < 700 and whole < 10"],
    "table-methods": [
        "np.percentile(errors['MADE'], 99) < 2 < np.percentile(errors['independent columns'], 95)",
        "np.percentile(errors['MADE'], 50) < np.percentile(errors['1 % sample'], 50)",
        "np.percentile(errors['1 % sample'], 99) > 10",
    ],
    "table-size": ["model_bytes < 40_000 and sample.nbytes < model_bytes < 150_000 < rows.nbytes"],
    "table-empty": ["(seen < 1).mean() > 0.8"],
    "own-score": ["gain[0] > 10 * gain[1] and gain[0] > 1.5"],
    "own-true": ["-3 * over[1] < over[0] < 0.15"],
    "own-breaks": ["history.valid[-1] < history.valid[4] - 1"],
}
