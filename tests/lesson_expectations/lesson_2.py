"""What lesson 2 must show in a fresh, whole run: cell → conditions, checked after it."""

EXPECTED = {
    "same-model": ["np.array_equal(model(test), same(test))"],
    "binary-loss": ["500 < loss < 600"],
    "errors": ["errors[0] > errors[2] + 20 > errors[16] + 60 > errors[64] + 70"],
    "over-noise": [
        "((copy(test) > 0.5) != (test == 1)).sum(axis=1).mean() < 2",
        "((copy(x) > 0.5) != (x == 1)).sum(axis=1).mean() < 2",
    ],
    "denoised-loss": [
        "likelihood.bernoulli_nll(test, autoencoder.as_numpy(wide['salt and pepper'])(salted))"
        ".mean() < 110",
        "likelihood.bernoulli_nll(test, autoencoder.as_numpy(wide['no noise'])(test)).mean() < 70",
        "name == 'salt and pepper' and on[0].mean() > 70",
    ],
    "blocks-loss": [
        "likelihood.bernoulli_nll(test, autoencoder.as_numpy(wide['erased block'])(erased))"
        ".mean() < 110",
    ],
    "probe-differences": [
        "scores['z = 2'].mean() < scores['pixels'].mean()",
        "scores['z = 256, salt and pepper'].mean() > scores['pixels'].mean()",
    ],
    "matrix": [
        "20 < np.trace(P) < 60",
    ],
    "thirty": ["13 < q[is_pattern].sum() < 14", "q[~is_pattern].sum() > 5"],
    "floor-train": [
        "history.valid[0] > np.log(14) and sums[0] > 4",
        "history.best_valid < np.log(14) / 10",
        "(np.array(sums) > 14 * np.exp(-np.array(history.valid[: len(sums)]))).all()",
        "np.isclose(sums[history.best_epoch - 1], np.trace(P), rtol=0.1)",
    ],
    "honest-score": [
        "errors[64] < errors[16] - 10",
        "min(honest, key=honest.get) == 16 and honest[16] < honest[64] - 10",
    ],
}
