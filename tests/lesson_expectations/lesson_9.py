"""What lesson 9 must show in a fresh, whole run: cell → conditions, checked after it."""

EXPECTED = {
    "energy": ["abs(exact / 16 - 0.96905) < 1e-5"],
    "untrained": ["abs(log_w.mean() / 16 - np.log(2)) < 0.03"],
    "climbed": ["exact - 0.1 < bound < exact and mean < exact + 4 * error"],
    "weigh": ["abs(found.weighted - exact) < 0.02 and found.effective > 0.8"],
    "anneal": ["len(path) == 30 and 0.44 in path"],
    "curve": ["abs(found.weighted - ising.log_z(LARGE, 0.6)) < 0.2"],
    "quenched": ["0.5 < short < 0.9 and found.effective > 0.5 and not 0.1 < up < 0.9"],
    "mend": [
        "abs(found.weighted - ising.log_z(MEDIUM, COLD)) < 0.1",
        "0.4 < (ising.magnetization(x) > 0).mean() < 0.6",
    ],
    "noise": ["noise[1] < noise[0] / 20"],
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
    "table-moved": ["found < 500"],
    "own-score": ["gain[0] > 10 * gain[1] and gain[0] > 1.5"],
    "own-true": ["-3 * over[1] < over[0] < 0.15"],
    "own-breaks": ["history.valid[-1] < history.valid[4] - 1"],
}
