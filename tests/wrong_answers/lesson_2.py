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
        TOTAL + "np.int64(2) ** n_pixels * c**n_pixels",  # 2^784 in 64 bits is 0
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

HINTS = {  # how the hint to each wrong answer begins
    "exercise-2-certainty": [
        "That is q of one image: how many images are there?",
        "There are more images than two, and fewer than you can list.",
        "It would be 1 if x̂ were the same for every x; here it",
        "3 pixels have 8 images, and at a certainty of 0.9 their q",
        "Pixels of one image multiply.",
        "For twelve pixels it is right, but total(0.51, 784) gives 0.",
        "`total(0.51, 784)` stops: n_inputs must be at most 20",
        "Right so far; now `certainty`.",
        "At a certainty of 0.51, 784 pixels add up to 5.53e+06.",
        "`certainty` is a probability, and 50.9 is none.",
        "`certainty` must be one number; yours is the text '0.509'.",
    ],
    "exercise-2-identity": [
        "The transpose undoes W only if its rows are perpendicular",
        "`decoder_for` stops: `np.linalg` wants another matrix, a",
        "With a random W (6, 6), x W V differs from x by up to 57.",
        "With a random W (6, 6), x W V differs from x by up to 3.8.",
        "`decoder_for` stops: a matrix is singular, and `np.linalg`",
        "Right for a random W, wrong for W = [0 I], which has rank D",
        "With a random W (6, 6), x W V differs from x by up to 10.",
    ],
    "exercise-2-normalized": [
        "Nothing is divided by the total yet.",
        "The identity gives nan: 0 · log 0 counts as 0, and 0 ** 0",
        "The total runs over all images, not the rows of x.",
        "The total of q, not how many images: divide by that.",
        "That is the sum over the rows: take their mean.",
        "That is one number for each row of x: take their mean.",
        "That is the mean log: the NLL has the other sign.",
        "Those are bits, and nats are asked for.",
        "Each image has an NLL: no log of the mean, please.",
        "The one answer on 4 pixels should not score 2.773.",
    ],
    "exercise-2-total-one": [
        "That is one answer for all. Let at least one output depend",
        "Σ q is 5.8320: may output 1 look at pixel 1?",
        "Σ q is 1.5120, and no output looks at its own pixel. Who",
        "The answer for a row must not depend on the other rows.",
        "Two calls give two results: no chance, please.",
        "Each of the numbers must be a probability, from 0 to 1.",
        "`reconstruct` must be of shape (8, 3); yours is an array of",
    ],
    "exercise-2-impostor": [
        "The nearest training digit is 30 pixels away, and for 99 %",
        "That is a training digit.",
        "94 of its pixels come back wrong, and of a typical digit 0:",
        "Blank paper is 23 pixels from a digit with little ink.",
        "The nearest training digit is 30 pixels away, and for 99 %",
        "Each pixel of `impostor` must be 0 or 1: no grey, no 255.",
        "`impostor` must hold 784 pixels, one image; yours holds",
    ],
}
