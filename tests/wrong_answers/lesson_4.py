"""Answers to lesson 4's exercises: plausible and wrong (`WRONG`), unusual and right (`RIGHT`)."""


def ending(call: str, *answers: str) -> list[str]:
    """The answers, each followed by the call of its checker."""
    return [f"{answer.strip()}\n\nexercises.{call}" for answer in answers]


SIZE = "check_file_size(n_bytes, scores)"
BYTES = "scores = np.array([81.3, 36.9, 120.4, 75.0])\nn_bytes = "
EXPECTED = "check_expected_nll(expected_nll)"
PRICE = "expected_nll = lambda std: "
DRAWS = "np.random.default_rng(0).normal(size=1_000_000)"
PAIRED = "check_paired(paired)"
PAIR = "paired = lambda a, b: "
STOPPING = "check_early_stopping(stop)"
STOP = """
def stop(valid, patience):
    best = 0
    for epoch, score in enumerate(valid):
        if score < valid[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(valid), best + 1
"""
LEAKS = "check_leaks(find_leaks, exercises.suspects())"
PATHS = """
def find_leaks(degrees, layers):
    paths = np.eye(len(degrees[0]))
    for mask in layers:
        paths = paths @ mask
    forbidden = degrees[0][:, None] >= degrees[0][None, :]
    return """

WRONG = {
    "exercise-4-file-size": ending(
        SIZE,
        BYTES + "int(np.ceil(scores.sum() / 8))",  # nats taken for bits
        BYTES + "int(np.ceil(scores.sum() / np.log(2)))",  # bits
        BYTES + "int(np.ceil(scores.mean() / np.log(2) / 8))",  # one digit
        BYTES + "scores.sum() / np.log(2) / 8",  # no whole bytes
        BYTES + "int(scores.sum() / np.log(2) / 8)",  # rounded down
        BYTES + "int(np.ceil(scores.sum() * np.log(2) / 8))",
        BYTES + "int(np.ceil(scores / np.log(2) / 8).sum())",  # four files
        BYTES + "np.ceil(scores / np.log(2) / 8)",
        BYTES + "'57 bytes'",
        BYTES + "int(scores.sum())",
        BYTES + "1000",
    ),
    "exercise-4-expected-nll": ending(
        EXPECTED,
        PRICE + "784 * (np.log(2) + std**2 / 8)",
        PRICE + "784 * np.log(2)",
        PRICE + f"np.logaddexp(0, std * {DRAWS}).mean()",
        PRICE + f"784 * np.logaddexp(0, std**2 * {DRAWS}).mean()",
        PRICE + f"784 * np.log(1 + np.exp(std * {DRAWS})).mean()",  # overflows
        PRICE + f"784 * np.logaddexp(0, std * {DRAWS}).mean() / np.log(2)",
        PRICE + "784 * np.logaddexp(0, std * np.random.default_rng(1).normal(size=300)).mean()",
        PRICE + f"784 * np.logaddexp(0, std * {DRAWS})",
        PRICE + "784 * 0.4 * std",
    ),
    "exercise-4-paired": ending(
        PAIRED,
        PAIR + "(b.mean() - a.mean(), (a - b).std(ddof=1) / np.sqrt(len(a)))",
        PAIR + "(a.mean() - b.mean(), np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a)))",
        PAIR + "((a - b).mean(), (a - b).std(ddof=1))",
        PAIR + "((a - b).mean(), (a - b).var(ddof=1) / len(a))",
        PAIR + "((a - b).sum(), (a - b).std() / np.sqrt(len(a)))",
        PAIR + "((a - b).mean(), (a - b).std() / np.sqrt(len(a)))",
        PAIR + "((a - b).mean(), (a - b).std(ddof=1) / len(a))",
        PAIR + "((a - b).mean(), (a - b).std(ddof=1) / 20)",
        PAIR + "((a - b).std(ddof=1) / np.sqrt(len(a)), (a - b).mean())",
        PAIR + "(a - b).mean()",
        PAIR + "(np.abs(a - b).mean(), (a - b).std(ddof=1) / np.sqrt(len(a)))",
    ),
    "exercise-4-early-stopping": ending(
        STOPPING,
        """
def stop(valid, patience):
    best = int(np.argmin(valid))
    return min(best + patience + 1, len(valid)), best + 1
""",
        STOP.replace("score < ", "score <= "),
        STOP.replace(">= patience", "> patience"),
        STOP.replace("epoch + 1, best + 1", "epoch, best").replace(
            "len(valid), best + 1", "len(valid) - 1, best"
        ),
        STOP.replace("epoch + 1, best + 1", "best + 1, epoch + 1").replace(
            "len(valid), best + 1", "best + 1, len(valid)"
        ),
        STOP.replace(", best + 1", ", epoch + 1"),
        STOP.replace(", best + 1", ", int(np.argmin(valid)) + 1"),
        STOP.replace(">= patience", "+ 1 >= patience"),
        STOP.replace("    return len(valid), best + 1", ""),
        STOP.replace("valid[best]:", "valid[epoch - 1]:"),
    ),
    "exercise-4-leaks": ending(
        LEAKS,
        PATHS + "int((np.diag(paths) > 0).sum())  # looks at the diagonal only",
        PATHS + "int((np.tril(paths) > 0).sum())  # takes the natural order for granted",
        PATHS.replace("degrees[0][:, None] >= degrees[0][", "order[:, None] >= order[").replace(
            "    forbidden", "    order = np.argsort(degrees[0])\n    forbidden"
        )
        + "int(((paths > 0) & forbidden).sum())",
        PATHS + "int((paths * forbidden).sum())  # paths, not pairs",
        """
def find_leaks(degrees, layers):  # the output mask alone
    allowed = degrees[0][None, :] > degrees[-1][:, None]
    return int((layers[-1] & ~allowed).sum())
""",
        PATHS.replace("len(degrees[0]))", "len(degrees[0]), dtype='uint8')")
        + "int(((paths > 0) & forbidden).sum())",
        PATHS + "bool(((paths > 0) & forbidden).any())",
        PATHS.replace(" >= ", " > ") + "int(((paths > 0) & forbidden).sum())",
    ),
}

RIGHT = {
    "exercise-4-file-size": ending(
        SIZE,
        BYTES + "np.float32(57.0)",
        BYTES + "-(-scores.sum() // (8 * np.log(2)))",
        BYTES + "np.array([np.ceil(np.sum(np.log2(np.exp(scores))) / 8)])",
    ),
    "exercise-4-expected-nll": ending(
        EXPECTED,
        """
def expected_nll(std):
    z = np.linspace(-8, 8, 4001)
    weight = np.exp(-(z**2) / 2)
    return [np.float32(784 * (weight / weight.sum() * np.logaddexp(0, std * z)).sum())]
""",
        """
def expected_nll(std):
    logits = np.random.default_rng(5).normal(0, std, 2_000_000).astype("float32")
    softplus = np.maximum(logits, 0) + np.log1p(np.exp(-np.abs(logits)))
    return round(float(784 * softplus.mean()), 1)
""",
    ),
    "exercise-4-paired": ending(
        PAIRED,
        """
import statistics

def paired(a, b):
    differences = [float(x - y) for x, y in zip(a, b)]
    spread = statistics.stdev(differences)
    return [round(statistics.mean(differences), 2), round(spread / len(a) ** 0.5, 2)]
""",
        """
def paired(a, b):
    a -= b
    yield a.mean()
    yield np.sqrt(a.var(ddof=1) / len(a))
""",
        """
def paired(a, b):
    cov = np.cov(a, b)
    variance = cov[0, 0] + cov[1, 1] - 2 * cov[0, 1]
    return np.array([np.mean(a) - np.mean(b), (variance / len(a)) ** 0.5], "float32")
""",
    ),
    "exercise-4-early-stopping": ending(
        STOPPING,
        """
def stop(valid, patience):
    for last in range(1, len(valid) + 1):
        best = int(np.argmin(valid[:last])) + 1
        if last - best >= patience:
            break
    return np.array([last, best])
""",
        """
def stop(valid, patience):
    best, kept, waited, epoch = float("inf"), 0, 0, 0
    while valid and waited < patience:
        epoch, score = epoch + 1, valid.pop(0)
        waited += 1
        if score < best:
            best, kept, waited = score, epoch, 0
    return [float(epoch), float(kept)]
""",
    ),
    "exercise-4-leaks": ending(
        LEAKS,
        """
def find_leaks(degrees, layers):
    rank, found = degrees[0], 0
    for i in range(len(rank)):
        reached = np.arange(len(rank)) == i
        for mask in layers:
            reached = np.array(mask)[reached].any(axis=0)
        found += sum(bool(reached[j]) and rank[j] <= rank[i] for j in range(len(rank)))
    return found
""",
        """
def find_leaks(degrees, layers):
    order = np.argsort(degrees[0])
    paths = masks.count_paths(layers)[np.ix_(order, order)]
    return np.array([np.count_nonzero(np.tril(paths))], "float32")
""",
    ),
}
SAME_HINT = {}

HINTS = {  # how the hint to each wrong answer begins
    "exercise-4-file-size": [
        "That many bytes hold as many bits as there are nats:",
        "That is the number of bits.",
        "That is the size of one digit, and the file holds all.",
        "A file has whole bytes, and all of it must fit: yours has a",
        "A file has whole bytes, and all of it must fit: yours has",
        "A nat is more than a bit, and yours makes it less.",
        "It is one file: add up first, round once.",
        "`n_bytes` must be one number; yours is an array of shape",
        "`n_bytes` must be one number; yours is the text '57 bytes'.",
        "That is the number of nats.",
        "Add up the nats of all digits; how many bits are they, and",
    ],
    "exercise-4-expected-nll": [
        "The law for small spreads; 2 is none.",
        "At std = 0.5 bets without knowledge must cost something.",
        "That is one pixel's mean, and a digit has 784.",
        "s² is the variance of the logits; their spread is s.",
        "`expected_nll(1000)` gives inf: look for a log of 0, an",
        "Those are bits, and nats are asked for.",
        "At std = 0.5 yours gives 543.7: is that enough draws?",
        "`expected_nll(0)` must be one number; yours is an array of",
        "At std = 0 yours gives 0.0: what does one pixel cost, on",
    ],
    "exercise-4-paired": [
        "The sign: a − b is below zero where a is the better model.",
        "That is the error for two sets of digits, and these are the",
        "That is how much one difference varies; a mean varies less.",
        "That is the variance of the mean, nats²; its root is the",
        "That is the sum of the differences: take their mean.",
        "For 6 digits divide the sum of squares by n − 1 (`ddof=1`),",
        "The spread of a mean falls more slowly than with n.",
        "The mean is right; its error, for 6 scores, is not 0.1377.",
        "The mean comes first, its standard error second.",
        "`paired` must be of shape (2,); yours is the number",
        "For 400 scores made up here the mean difference is not",
    ],
    "exercise-4-early-stopping": [
        "Not 7, 7 for the scores 90, 85, 83, 84, 85, 86, 70 and",
        "A tie is not better.",
        "One epoch of patience too much.",
        "Count epochs from 1.",
        "Where it stops comes first, the best epoch second.",
        "It stops in the right place; which weights are kept?",
        "The best epoch must lie among those that were run.",
        "One epoch of patience is missing.",
        "`stop` gives None: end every branch in `return` (printing",
        "Not 30, 27 for the scores 79.4, 80, 77.7, 79.8, 78.8, 79.3,",
    ],
    "exercise-4-leaks": [
        "An output may see neither its own input nor any that comes",
        "Suspect A is honest, and yours finds 5 pairs in it.",
        "Suspect A is honest, and yours finds 10 pairs in it.",
        "Those are paths: a pair counts once, however many join it.",
        "Suspect B leaks, by fewer pairs than the 8 of yours.",
        "A to E are right; a sixth, of 256 units, leaks and escapes",
        "`find_leaks` must be one number; yours is False.",
        "Suspect B leaks, and yours lets it pass.",
    ],
}
