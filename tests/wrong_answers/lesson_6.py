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
        CLAIM + "None",
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
    ),
    "exercise-6-known": ending(
        KNOWN,
        SCORE.replace("terms[:, known].sum(axis=1)", "terms @ known.astype(float)"),
        SCORE.replace("np.concatenate([np.flatnonzero(known), np.flatnonzero(~known)])",
                      "np.argsort(~known, kind='stable')"),
        SCORE.replace("np.flatnonzero(known), ", "np.flatnonzero(known)[::-1], "),
    ),
}  # fmt: skip
