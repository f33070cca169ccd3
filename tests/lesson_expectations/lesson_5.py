"""What lesson 5 must show in a fresh, whole run: cell → conditions, checked after it."""

EXPECTED = {
    "mixture": ["abs((log_p - log_q).mean() - np.log(10)) < 0.001"],
    "fool-shift": ["np.median(best) == 0 and np.median(plain) > 30"],
    "fvsbn-score": [
        "86 < board['FVSBN: direct connections only'][0] < 95",
        "80 < board['MADE: 500 units + direct'][0] < 100",
    ],
    "same-helper": ["np.array_equal(ten, fast)"],
    "helper": ["np.array_equal(once, ten)"],
    "copies": [
        "medians['replayer'] < medians['unseen'] - 15",
        "medians['unseen'] < medians['draws']",
    ],
    "fool-half": [
        "abs(np.median(nearest(hidden, pool[:half])[1])"
        " - np.median(nearest(split.test, pool[:half])[1])) < 8"
    ],
    "fool-noise": [
        "(nearest(noisy, both)[0] < len(pool)).mean() > 0.99",
        "abs((nearest(drawn, both)[0] < len(pool)).mean() - len(pool) / len(both)) < 0.06",
        "np.median(nearest(noisy, both)[1]) > medians['draws']",
    ],
    "own": [
        "nll['training digits'].mean() < nll['the model\\'s own draws'].mean() - 5",
        "abs(nll['unseen digits'].mean() - nll['the model\\'s own draws'].mean()) < 6",
    ],
    "greedy": ["costs[1] < costs[0]"],
    "ordinary": ["costs.max() < ordinary.min()"],
}
