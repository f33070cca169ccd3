"""What lesson 6 must show in a fresh, whole run: cell → conditions, checked after it."""

EXPECTED = {
    "readers-score": ["abs(np.exp(a).sum() - 1) < 1e-12 and abs(np.exp(b).sum() - 1) < 1e-12"],
    "averages": [
        "abs(np.exp(averages['mean of p(x)']).sum() - 1) < 1e-12",
        "abs(np.exp(averages['mean of logits']).sum() - 1.973) < 0.001",
        "abs(-averages['mean of logits'][0] - 0.013) < 0.001",
    ],
    "within": ["abs(np.exp(log_p(images, logits)).sum() - 1) > 0.001"],  # the last: one each
    "signs": ["nll < 0.75"],  # the last: −1 and 1
    "traced": ["small.traced - 200 < 10"],
    "unseen": ["new > own + 30"],  # the last: the cycle of four
    "live-curve": ["np.mean(curve[16]) < np.mean(curve[1]) - 3"],
    "race": [  # recorded: one network and a cycle of two; with four times the time, four networks
        "[round(np.mean(v)) for v in curves('32 epochs')['cycle'].values()] == [85, 86, 88, 93]",
        "[round(np.mean(v)) for v in curves('32 epochs')['independent'].values()][:3]"
        " == [85, 86, 93]",
        "[round(np.mean(v)) for v in curves('128 epochs')['independent'].values()][:3]"
        " == [87, 85, 83]",
        "[round(np.mean(v)) for v in curves('128 epochs')['cycle'].values()] == [85, 88]",
        "round(np.mean(curves('32 epochs, 0 and 1')['independent'][1])) == 88",
        "round(np.mean(curves('32 epochs, 0 and 1')['cycle'][2])) == 86",
    ],
    "wrong-scores": [
        "rows['right average'] < rows['one ordering']",
        "rows['the best of 8 for each digit'] < rows['right average']",
        "rows['mean of logits'] < rows['the best of 8 for each digit'] - 10",
    ],
    "mass": [
        "abs(np.exp(totals['right average'].astype(float)).sum() - 1) < 1e-3",
        "np.exp(totals['mean of logits'].astype(float)).sum() > 2",
    ],
    "regions": ["all((d[:, k] == x[k]).all() for d, x, k in zip(drawn, given, known))"],
    "never-scores": ["costs[1] > costs[0] + 4"],
}
