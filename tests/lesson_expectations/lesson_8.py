"""What lesson 8 must show in a fresh, whole run: cell → conditions, checked after it."""

EXPECTED = {
    "entropy": ["abs(entropy - true_nll[0]) < 4 * true_nll[1]"],
    "gauss": ["0.7 < (gauss.nll(test) + log_ring(test)).mean() < 1"],
    "mixture-score": ["0 < over < 0.04 and abs(total - 1) < 1e-3"],
    "forgotten": ["-forgot.log_prob(z).mean() < entropy - 0.5"],
    "score": ["60 < told.mean() < 68 and 1.5 < gain[0] < np.log(10)"],
    "rivals": [
        "(votes['naive Bayes'] == split.test_labels).mean() + 0.02"
        " < (votes['MADE and Bayes'] == split.test_labels).mean()"
        " < (votes['nearest neighbour'] == split.test_labels).mean()",
    ],
    "moons-run": ["over < 0.15"],
    "tree": ["len(edges) == 6 and (0, 1) in edges"],
    "table-made": [
        "difference[0] < -4 * difference[1]",
        "table['independent columns'].mean() > tree_nll(b_test, alpha).mean() + 1",
    ],
    "missing-average": [
        "(several[0].argmax(axis=1) == t_test[:, 0]).mean() > 0.4",
    ],
    "flow-back": ["(np.abs(again - test[:1000]).max(axis=1) < 1e-5).mean() > 0.99"],
    "flow-stack": ["log_two(test).mean() > flow.log_prob(test).mean()"],
}
