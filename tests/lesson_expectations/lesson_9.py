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
}
