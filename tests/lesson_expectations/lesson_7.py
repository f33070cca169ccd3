"""What lesson 7 must show in a fresh, whole run: cell → conditions, checked after it."""

EXPECTED = {
    "case-1-score": ["-10 * one.log_prob(test).mean() < -sound.log_prob(test).mean()"],
    "case-1-four": ["31 < np.exp(one.log_prob(states)).sum() < 33"],
    "case-2-draws": [
        "misplaced(drawn['patient'], p) > 0.5",
        "max(misplaced(drawn[name], p) for name in ('sound', 'honest')) < 0.03",
    ],
    "case-3-four": [
        "0.25 < (three.log_prob(test) - sound.log_prob(test)).mean() < 0.35",
        "1.3 < np.exp(three.log_prob(states)).sum() < 1.4",
    ],
    "members": [
        "max(one.mean() for one in scores) - 0.2 < whole.mean() < three.log_prob(test).mean()"
    ],
    "case-4-twin": ["(four.log_prob(test) - twin.log_prob(test)).mean() > 1"],
    "case-6-look": ["same", "len(use['stop']) == 512"],
    "matrix-figure": [
        "sum(caught[1]) == 6 and sum(caught[5]) == 4 and not any(caught[0])",
        "sum(sum(row) == 1 for row in caught) == 10",
    ],
    "asleep-wakes": ["faults.total(asleep).picture[0] > 10"],
    "reach-units": [
        "(many.degrees[1] < 6).sum() == 3",
        "many.log_prob(test).mean() < patient.log_prob(test).mean() - 0.3",
    ],
    "normed": ["np.count_nonzero(np.ptp(eight.logits(grey), axis=0)) == 5"],
    "relu": ["not faults.score(relu).red and faults.score(other).red"],
    "six-figure": ["[sum(row) for row in rows] == [4, 2, 1, 3, 0, 6]"],
    "choice": [
        "winner.log_prob(few).mean() > sound.log_prob(few).mean()",
        "winner.log_prob(others).mean() < sound.log_prob(others).mean()",
    ],
}
