"""Answers to lesson 2's exercises that are plausible and wrong."""

WRONG = {
    "exercise-2-certainty": [
        "total = lambda c, n_pixels: c**n_pixels\nexercises.check_certainty(total)",
        "total = lambda c, n_pixels: 2 * c**n_pixels\nexercises.check_certainty(total)",
        "total = lambda c, n_pixels: 1.0\nexercises.check_certainty(total)",
        "total = lambda c, n_pixels: (2 * c - 1) ** n_pixels\nexercises.check_certainty(total)",
        """
def total(c, n_pixels):
    return c ** n_pixels * len(checks.all_binary(n_pixels))

exercises.check_certainty(total)
""",
    ],
    "exercise-2-identity": [
        "decoder_for = lambda W: W.T\nexercises.check_identity(decoder_for)",
        "decoder_for = lambda W: np.linalg.inv(W)\nexercises.check_identity(decoder_for)",
        "decoder_for = lambda W: np.linalg.pinv(W).T\nexercises.check_identity(decoder_for)",
        """
def decoder_for(W):
    return np.linalg.qr(W.T)[0]

exercises.check_identity(decoder_for)
""",
    ],
    "exercise-2-normalized": [
        """
def normalized_nll(x, reconstruct):
    p = reconstruct(x)
    return -np.log(np.where(x == 1, p, 1 - p).prod(axis=1)).mean()

exercises.check_normalized(normalized_nll)
""",
        """
def normalized_nll(x, reconstruct):
    def nll(images):
        p = reconstruct(images)
        return -(images * np.log(p) + (1 - images) * np.log(1 - p)).sum(axis=1)

    with np.errstate(all="ignore"):
        total = np.exp(-nll(checks.all_binary(x.shape[1]).astype(float))).sum()
        return (nll(x) + np.log(total)).mean()

exercises.check_normalized(normalized_nll)
""",
        """
def normalized_nll(x, reconstruct):
    p = reconstruct(x)
    q = np.where(x == 1, p, 1 - p).prod(axis=1)
    return -np.log(q / q.sum()).mean()

exercises.check_normalized(normalized_nll)
""",
        """
def normalized_nll(x, reconstruct):
    p = reconstruct(x)
    q = np.where(x == 1, p, 1 - p).prod(axis=1)
    return -np.log(q / 2 ** x.shape[1]).mean()

exercises.check_normalized(normalized_nll)
""",
    ],
    "exercise-2-total-one": [
        """
def reconstruct(x):
    return np.full(x.shape, 0.3)

exercises.check_total_one(reconstruct)
""",
        """
def reconstruct(x):
    return np.clip(x, 0.1, 0.9)

exercises.check_total_one(reconstruct)
""",
        """
def reconstruct(x):
    return 0.1 + 0.8 * np.roll(x, 1, axis=1)

exercises.check_total_one(reconstruct)
""",
        """
def reconstruct(x):
    return np.broadcast_to(0.1 + 0.8 * x.mean(axis=0), x.shape)

exercises.check_total_one(reconstruct)
""",
    ],
    "exercise-2-impostor": [
        """
impostor = split.test[0]
exercises.check_impostor(impostor, copy, split.train, split.test)
""",
        """
impostor = np.random.default_rng(0).integers(0, 2, 784)
exercises.check_impostor(impostor, copy, split.train, split.test)
""",
        """
impostor = np.zeros(784)
exercises.check_impostor(impostor, copy, split.train, split.test)
""",
        """
impostor = copy(split.test[:1])[0]
exercises.check_impostor(impostor, copy, split.train, split.test)
""",
    ],
}
