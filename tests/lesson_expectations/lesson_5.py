"""What lesson 5 must show in a fresh, whole run: cell → conditions, checked after it."""

EXPECTED = {
    "fvsbn-score": ["86 < mean < 95"],
    "helper": ["np.array_equal(once, looped)"],
    "copies": [
        "abs(medians['drawn'] - medians['real digits that are not in the pool']) < 10",
        "medians['drawn'] - 10 > medians['copies: digits of the pool, tossed again']",
    ],
    "own": [
        "nll['training digits'].mean() < nll['the model\\'s own draws'].mean() - 5",
        "abs(nll['test digits (unseen)'].mean() - nll['the model\\'s own draws'].mean()) < 6",
    ],
    "board": ["80 < board['MADE: 500 units + direct'][0] < 100"],
    "greedy": [
        "net.log_prob(pair)[1] > net.log_prob(pair)[0]",
        "-net.log_prob(pair)[0] < ordinary.min()",
    ],
}
