"""Answers to lesson 6's exercises: plausible and wrong (`WRONG`), unusual and right (`RIGHT`)."""


def ending(call: str, *answers: str) -> list[str]:
    """The answers, each followed by the call of its checker."""
    return [f"{answer.strip()}\n\nexercises.{call}" for answer in answers]


WORST = "check_worst(worst)"
IMPOSSIBLE = "check_impossible(impossible)"
CLAIM = "impossible = lambda best, K, claimed: "
DEGREES = "check_degrees(degrees)"
SPREAD = """
def degrees(u0, u1, u2):
    D = len(u0)
    ranks = np.argsort(u0) + 1
    first = 1 + np.floor(u1 * (D - 1))
    low = first.min()
    second = low + np.floor(u2 * (D - low))
    return ranks, first, second
"""
KNOWN = "check_known(log_p_known)"
SCORE = """
def log_p_known(network_of, x, known):
    order = np.concatenate([np.flatnonzero(known), np.flatnonzero(~known)])
    net = network_of(order)
    logits = net.logits(x)
    terms = x * logits - np.logaddexp(0, logits)
    return terms[:, known].sum(axis=1)
"""

WRONG = {
    "exercise-6-worst": ending(
        WORST,
        "worst = 1 / 32",
        "worst = 5",
        "worst = np.log(2)",
        "worst = -np.log(32)",
        "worst = 0",
        "worst = np.log(31)",
        "worst = 32",
        "worst = 'ln 32'",
    ),
    "exercise-6-impossible": ending(
        IMPOSSIBLE,
        CLAIM + "claimed > best",
        CLAIM + "claimed < best - np.log(K)",
        CLAIM + "claimed != best",
        CLAIM + "(claimed > best + np.log(K)) | (claimed < best - np.log(K))",
        CLAIM + "(claimed <= best) & (claimed >= best - np.log(K))",
        CLAIM + "(claimed > best) | (claimed < best - np.log2(K))",
        CLAIM + "(claimed > best) | (claimed < best / K)",
        CLAIM + "(claimed > best) | (claimed < best - np.log(8))",
        CLAIM + "claimed > 0",
        CLAIM + "(claimed >= best) | (claimed < best - np.log(K))",
        CLAIM + "(claimed > best + 1e-3) | (claimed < best - np.log(K) - 1e-3)",
    ),
    "exercise-6-degrees": ending(
        DEGREES,
        SPREAD.replace("np.argsort(u0) + 1", "np.argsort(u0)"),
        SPREAD.replace("u1 * (D - 1)", "u1 * D"),
        SPREAD.replace("np.floor(u2 * (D - low))", "u2 * (D - low)"),
        SPREAD.replace("low = first.min()", "low = 1"),
        SPREAD.replace("np.floor(u1 * (D - 1))", "np.round(u1 * (D - 2))"),
        SPREAD.replace("np.argsort(u0) + 1", "np.ceil(u0 * D)"),
        SPREAD.replace("return ranks, first, second", "return ranks, first"),
        SPREAD.replace("low + np.floor", "np.floor"),
        SPREAD.replace("np.argsort(u0) + 1", "np.arange(D) + 1"),
        SPREAD.replace("np.argsort(u0) + 1", "np.random.default_rng(0).permutation(D) + 1"),
        SPREAD.replace("1 + np.floor(u1 * (D - 1))", "np.ceil(u1 * (D - 1))"),
    ),
    "exercise-6-known": ending(
        KNOWN,
        SCORE.replace("terms[:, known]", "terms[:, ~known]"),
        SCORE.replace("terms[:, known]", "terms"),
        SCORE.replace("return terms", "return -terms"),
        SCORE.replace("np.flatnonzero(known), np.flatnonzero(~known)",
                      "np.flatnonzero(~known), np.flatnonzero(known)"),
        SCORE.replace("network_of(order)", "network_of(np.arange(x.shape[1]))"),
        SCORE.replace("terms[:, known].sum(axis=1)", "terms[:, known].mean(axis=1)"),
        "log_p_known = lambda network_of, x, known: np.zeros(len(x))",
    ),
}  # fmt: skip

RIGHT = {
    "exercise-6-worst": ending(WORST, "worst = 3.47", "worst = 5 * np.log(2)"),
    "exercise-6-impossible": ending(
        IMPOSSIBLE,
        CLAIM + "~((claimed <= best) & (claimed >= best - np.log(K)))",
        CLAIM + "np.array([c > m or c < m - np.log(K) for c, m in zip(claimed, best)])",
        CLAIM + "(claimed - best > 0) | (np.exp(claimed - best) < 1 / K)",
    ),
    "exercise-6-degrees": ending(
        DEGREES,
        SPREAD.replace("np.argsort(u0) + 1", "np.argsort(np.argsort(u0)) + 1"),
        SPREAD.replace("1 + np.floor(u1 * (D - 1))", "np.floor(1 + u1 * (D - 1)).astype(int)"),
        SPREAD.replace("return ranks, first, second", "return [ranks.tolist(), first, second]"),
        SPREAD.replace("low + np.floor(u2 * (D - low))", "(low + u2 * (D - low)).astype(int)"),
    ),
    "exercise-6-known": ending(
        KNOWN,
        SCORE.replace("terms[:, known].sum(axis=1)", "terms @ known.astype(float)"),
        SCORE.replace("np.concatenate([np.flatnonzero(known), np.flatnonzero(~known)])",
                      "np.argsort(~known, kind='stable')"),
        SCORE.replace("np.flatnonzero(known), ", "np.flatnonzero(known)[::-1], "),
    ),
}  # fmt: skip

SAME_HINT = {
    "exercise-6-degrees": [(9, 10)],
    "exercise-6-known": [(4, 5)],
}

HINTS = {  # how the hint to each wrong answer begins
    "exercise-6-worst": [
        "That is the share that the best member has in the sum;",
        "That is 32 in bits; nats have the natural logarithm.",
        "That would be a loss of no more than a half: think of 31",
        "A loss is positive here: how many nats more?",
        "It can lose: think of 31 members that give the digit no",
        "3.43399 nats would leave 0.032 of the best. What is left",
        "32 nats would leave 1.3e-14 of the best. What is left if",
        "`worst` must be one number; yours is the text 'ln 32'.",
    ],
    "exercise-6-impossible": [
        "Right above the best member; an average can be too low as",
        "Right below; an average can be too high as well.",
        "An average may lie below the best member, within a limit.",
        "How could a mean exceed the greatest of what it is a mean",
        "These are the possible ones.",
        "The best one's share is 1/K, so the limit is ln K",
        "These are logs: of a Kth of the best, the log is ln K less.",
        "A claim that lies -0.703147 nats from the best of 2 members",
        "A claim that lies +0.500000 nats from the best of 8 members",
        "If all K are equal, so is their mean: at best it is the best.",
        "A claim that lies +0.000001 nats from the best of 8 members",
    ],
    "exercise-6-degrees": [
        "Some ranks of yours count from 0: add 1.",
        "In the first hidden layer degree D occurs: who could",
        "Degrees of the second hidden layer must be whole numbers,",
        "The second layer starts at the smallest degree of the",
        "Rounded to the nearest, the ends of the first range come",
        "The ranks of 10 inputs must be 1 … 10, each once.",
        "Return three things: the ranks, and the degrees of both",
        "The second hidden layer: spread u evenly over 3 … D − 1.",
        "`u0` must decide the ranks: 24 orders of four numbers, 24",
        "`u0` must decide the ranks: 24 orders of four numbers, 24",
        "The first hidden layer: spread u evenly over 1 … D − 1.",
    ],
    "exercise-6-known": [
        "That is log p of the rest, given what is known.",
        "That is log p of all pixels, and the unknown ones are not",
        "That is −log p: turn the sign.",
        "The known pixels must come first in the ordering, the",
        "The known pixels must come first in the ordering, the",
        "With 3 of 7 pixels known, summing over the rest gives",
        "Ask `network_of` for an ordering: the numbers 0 … D − 1,",
    ],
}
