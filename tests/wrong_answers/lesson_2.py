"""Answers to lesson 2's exercises: plausible and wrong (`WRONG`), unusual and right (`RIGHT`)."""


def ending(call: str, *answers: str) -> list[str]:
    """The answers, each followed by the call of its checker."""
    return [f"{answer.strip()}\n\nexercises.{call}" for answer in answers]


CERTAINTY = "check_certainty(total, certainty)"
TOTAL = "certainty = 0.509\ntotal = lambda c, n_pixels: "
FOUND = "total = lambda c, n_pixels: (2 * c) ** n_pixels\ncertainty = "
IDENTITY = "check_identity(decoder_for)"
IMPOSTOR = "check_impostor(impostor, copy, split.train, split.test)"
NORMALIZED = "check_normalized(normalized_nll)"
Q = """
def normalized_nll(x, reconstruct):
    def q_of(images):
        p = reconstruct(images)
        return np.where(images == 1, p, 1 - p).prod(axis=1)

    q, every = q_of(x), q_of(checks.all_binary(x.shape[1]).astype(float))
    return """
ONE = "check_total_one(reconstruct)"
MIDDLE = "inside = np.pad(np.ones((16, 16)), 6)\nrow, column = np.indices((28, 28))\n"

WRONG = {
    "exercise-2-certainty": ending(
        CERTAINTY,
        TOTAL + "c**n_pixels",
        TOTAL + "2 * c**n_pixels",
        TOTAL + "1.0",
        TOTAL + "(2 * c - 1) ** n_pixels",
        TOTAL + "2 * c * n_pixels",
        TOTAL + "c ** n_pixels * len(checks.all_binary(n_pixels))",
        FOUND + "None",
        FOUND + "0.51",
        FOUND + "50.9",
        FOUND + '"0.509"',
    ),
    "exercise-2-identity": ending(
        IDENTITY,
        "decoder_for = lambda W: W.T",
        "decoder_for = lambda W: np.linalg.inv(W)",
        "decoder_for = lambda W: np.linalg.pinv(W).T",
        """
def decoder_for(W):
    return np.linalg.qr(W.T)[0]
""",
        """
def decoder_for(W):
    D, n = W.shape
    return np.vstack([np.linalg.inv(W[:, :D]), np.zeros((n - D, D))])
""",
        """
def decoder_for(W):
    D, n = W.shape
    V = np.zeros((n, D))
    V[:D] = np.linalg.pinv(W[:, :D])
    return V
""",
        "decoder_for = lambda W: W",
    ),
    "exercise-2-normalized": ending(
        NORMALIZED,
        Q + "-np.log(q).mean()",
        """
def normalized_nll(x, reconstruct):
    def nll(images):
        p = reconstruct(images)
        return -(images * np.log(p) + (1 - images) * np.log(1 - p)).sum(axis=1)

    with np.errstate(all="ignore"):
        total = np.exp(-nll(checks.all_binary(x.shape[1]).astype(float))).sum()
        return (nll(x) + np.log(total)).mean()
""",
        Q + "-np.log(q / q.sum()).mean()",
        Q + "-np.log(q / len(every)).mean()",
        Q + "-np.log(q / every.sum()).sum()",
        Q + "-np.log(q / every.sum())",
        Q + "np.log(q / every.sum()).mean()",
        Q + "-np.log2(q / every.sum()).mean()",
        Q + "-np.log(q.mean() / every.sum())",
        Q + "4 * np.log(2)",
    ),
    "exercise-2-total-one": ending(
        ONE,
        "reconstruct = lambda x: np.full(x.shape, 0.3)",
        "reconstruct = lambda x: np.clip(x, 0.1, 0.9)",
        "reconstruct = lambda x: 0.1 + 0.8 * np.roll(x, 1, axis=1)",
        "reconstruct = lambda x: np.broadcast_to(0.1 + 0.8 * x.mean(axis=0), x.shape)",
        "reconstruct = lambda x: np.random.default_rng().random(x.shape)",
        "reconstruct = lambda x: 2 * x - 0.5",
        "reconstruct = lambda x: x[:, 0] * 0.5",
    ),
    "exercise-2-impostor": ending(
        IMPOSTOR,
        "impostor = split.test[0]",
        "impostor = split.train[0]",
        "impostor = np.random.default_rng(0).integers(0, 2, 784)",
        "impostor = np.zeros(784)",
        "impostor = copy(split.test[:1])[0]",
        "impostor = 255 * (noise[0] * middle)",
        "impostor = noise * middle",
    ),
}

RIGHT = {
    "exercise-2-certainty": ending(
        CERTAINTY,
        TOTAL + "round((c + c) ** n_pixels, 2)",
        TOTAL + "np.exp(n_pixels * np.log(2 * c)).astype('float32')",
        TOTAL + "[np.prod(np.full(n_pixels, 2 * c))]",
        FOUND + "np.exp(np.log(1e6) / 784) / 2",
    ),
    "exercise-2-identity": ending(
        IDENTITY,
        "decoder_for = lambda W: W.T @ np.linalg.inv(W @ W.T)",
        "decoder_for = lambda W: np.linalg.lstsq(W, np.eye(len(W)), rcond=None)[0].tolist()",
        "decoder_for = lambda W: np.linalg.pinv(W.astype('float32'))",
        """
def decoder_for(W):
    q, r = np.linalg.qr(W.T)  # W = r.T q.T
    return np.asmatrix(q @ np.linalg.inv(r.T))
""",
    ),
    "exercise-2-normalized": ending(
        NORMALIZED,
        """
def normalized_nll(x, reconstruct):
    def q(image):
        p = reconstruct(image[None])[0]
        return np.prod([p[d] if image[d] else 1 - p[d] for d in range(len(image))])

    total = sum(q(image) for image in checks.all_binary(x.shape[1]))
    return round(sum(-np.log(q(image) / total) for image in x) / len(x), 2)
""",
        """
def normalized_nll(x, reconstruct):
    def log_q(images):
        p = np.clip(reconstruct(images), 1e-12, 1 - 1e-12)
        return (images * np.log(p) + (1 - images) * np.log(1 - p)).sum(axis=1)

    every = checks.all_binary(x.shape[1]).astype(float)
    return [np.logaddexp.reduce(log_q(every)) - log_q(x).mean()]
""",
    ),
    "exercise-2-total-one": ending(
        ONE,
        """
def reconstruct(x):  # backwards: 3, then 2, then 1
    out = []
    for a, b, c in x:
        out.append([0.9 if b == c else 0.25, 0.4 + 0.5 * c, 0.5])
    return out
""",
        """
def reconstruct(x):  # output 1 sees its own pixel, and the numbers are such that the total is 1
    first = np.where(x[:, 0] != x[:, 1], 0.7, 0.5)
    return np.stack([first, 0.5 + 0 * first, 0.5 + 0 * first], axis=1).astype("float32")
""",
        """
def reconstruct(x):
    half = [0.5] * len(x)
    return list(zip(half, np.round(0.123 + 0.7 * x[:, 0], 2), half))
""",
    ),
    "exercise-2-impostor": ending(
        IMPOSTOR,
        MIDDLE + "impostor = row // 2 % 2 * inside",
        "impostor = (noise[0] * middle).reshape(1, 784) > 0",
        MIDDLE + "impostor = (column % 2 * inside).astype(int).ravel().tolist()",
    ),
}
SAME_HINT = {
    "exercise-2-impostor": [(1, 5)],  # a digit, and a digit's copy
}
