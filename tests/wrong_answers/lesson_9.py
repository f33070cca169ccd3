"""Answers to lesson 9's exercises: plausible and wrong (`WRONG`), unusual and right (`RIGHT`)."""


def ending(call: str, *answers: str) -> list[str]:
    """The answers, each followed by the call of its checker."""
    return [f"{answer.strip()}\n\nexercises.{call}" for answer in answers]


WEIGH = "check_weigh(weigh)"
W = "weigh = lambda log_w: "
BASELINE = "check_baseline(draw_weights)"
B = "draw_weights = lambda log_w: "
SYMMETRIC = "check_symmetric(log_both)"
S = "log_both = lambda log_q, x: "
Q_ERROR = "check_q_error(q_error)"
Q = "q_error = lambda e, t: "
MASSES = "check_masses(masses)"


def masses(shares="p1 * keep1 / first", result="first * p2[x1][:, keep2].sum(axis=1)", ends="c"):
    return f"""
def masses(p1, p2, keep1, keep2, u):
    first = (p1 * keep1).sum()
    c = np.cumsum({shares})
    x1 = (u[:, None] >= {ends}[:-1]).sum(axis=1)
    return {result}
"""


OTHER = "check_other(code_of)"


def code_of(known="values[counts >= least].tolist()", last="len(known)", plus=""):
    return f"""
def code_of(train, new, least):
    values, counts = np.unique(train, return_counts=True)
    known = {known}
    return [known.index(text){plus} if text in known else {last} for text in new]
"""


WRONG = {
    "exercise-9-weigh": ending(
        WEIGH,
        W + "(log_w.mean(), np.log(np.exp(log_w).mean()))",
        W + "(log_w.mean(), log_w.mean())",
        W + "(log_sum_exp(log_w) - np.log(len(log_w)), log_w.mean())",
        W + "(log_w.mean(), log_sum_exp(log_w))",
        W + "(log_w.sum(), log_sum_exp(log_w) - np.log(len(log_w)))",
        W + "(log_w.mean(), np.exp(log_w).mean())",
        W + "(np.exp(log_w.mean()), log_sum_exp(log_w) - np.log(len(log_w)))",
        W + "(log_w.mean(), log_w.max())",
        W + "(np.median(log_w), log_sum_exp(log_w) - np.log(len(log_w)))",
        W + "(log_w.mean(), log_sum_exp(log_w) / len(log_w))",
        W + "log_w.mean()",
        W + "(1.0, 2.0)",
    ),
    "exercise-9-baseline": ending(
        BASELINE,
        B + "log_w - log_w.mean()",
        B + "log_w",
        B + "(log_w.sum() - log_w) / (len(log_w) - 1)",
        B + "(log_w.sum() - log_w) / (len(log_w) - 1) - log_w",
        B + "log_w - (log_w.sum() - log_w) / len(log_w)",
        B + "log_w - (log_w.sum() - log_w)",
        B + "log_w - np.median(log_w)",
        B + "log_w.mean()",
        B + "np.exp(log_w) / np.exp(log_w).sum()",
        B + "np.zeros(len(log_w))",
    ),
    "exercise-9-symmetric": ending(
        SYMMETRIC,
        S + "np.log((np.exp(log_q(x)) + np.exp(log_q(1 - x))) / 2)",
        S + "(log_q(x) + log_q(1 - x)) / 2",
        S + "np.logaddexp(log_q(x), log_q(1 - x))",
        S + "np.logaddexp(log_q(x), log_q(-x)) - np.log(2)",
        S + "np.logaddexp(log_q(x), log_q(x[:, ::-1])) - np.log(2)",
        S + "log_q(x)",
        S + "log_q(1 - x)",
        S + "np.maximum(log_q(x), log_q(1 - x))",
        S + "(np.exp(log_q(x)) + np.exp(log_q(1 - x))) / 2",
        S + "np.logaddexp(log_q(x), log_q(1 - x)).mean()",
        S + "np.zeros(len(x))",
    ),
    "exercise-9-q-error": ending(
        Q_ERROR,
        Q + "np.maximum(e, 1) / np.maximum(t, 1)",
        Q + "np.maximum(t, 1) / np.maximum(e, 1)",
        Q + "np.abs(np.maximum(e, 1) - np.maximum(t, 1)) / np.maximum(t, 1)",
        Q + "np.abs(e - t)",
        Q + "np.maximum((e + 1) / (t + 1), (t + 1) / (e + 1))",
        Q + "np.maximum(np.maximum(e, 1) / (t + 1e-9), (t + 1e-9) / np.maximum(e, 1))",
        Q + "np.maximum(e / np.maximum(t, 1), np.maximum(t, 1) / np.maximum(e, 1e-9))",
        Q + "np.abs(np.log(np.maximum(e, 1) / np.maximum(t, 1)))",
        Q + "np.minimum(np.maximum(e, 1) / np.maximum(t, 1), np.maximum(t, 1) / np.maximum(e, 1))",
        Q + "max(e.sum() / t.sum(), t.sum() / e.sum())",
        Q + "np.ones(len(e))",
    ),
    "exercise-9-count": ending(
        MASSES,
        masses(result="p2[x1][:, keep2].sum(axis=1)"),
        masses(shares="p1"),
        masses(shares="p1 * keep1"),
        masses(result="p1[x1] * p2[x1][:, keep2].sum(axis=1)"),
        masses(result="np.full(len(u), first)"),
        masses(result="first * p2[x1].sum(axis=1)"),
        masses(result="first * p2[x1][:, ~keep2].sum(axis=1)"),
        masses(result="first * p2[x1][:, keep2].mean(axis=1)"),
        masses(result="(first * p2[x1][:, keep2].sum(axis=1)).mean()"),
        masses(result="first + p2[x1][:, keep2].sum(axis=1)"),
        masses(result="np.full(len(u), first * (p1 @ p2)[keep2].sum())"),
        masses(result="np.full(len(u), (p1 * keep1) @ p2[:, keep2].sum(axis=1))"),
        masses(result="np.log(first * p2[x1][:, keep2].sum(axis=1))"),
        masses(result="first * p2[x1 - 1][:, keep2].sum(axis=1)"),
        "masses = lambda p1, p2, keep1, keep2, u: np.ones(len(u))",
    ),
    "exercise-9-other": ending(
        OTHER,
        code_of(known="values[counts > least].tolist()"),
        code_of(known="values.tolist()"),
        code_of(known="[v for v in dict.fromkeys(train) if train.count(v) >= least]"),
        code_of(known="sorted(values[counts >= least], key=lambda v: -train.count(v))"),
        code_of(known="sorted(v for v in set(new) if new.count(v) >= least)"),
        code_of(last="-1"),
        code_of(last="0"),
        code_of(last="0", plus=" + 1"),
        code_of(last="len(known) + 1", plus=" + 1"),
        code_of(last="len(values)"),
        "code_of = lambda train, new, least: [sorted(new).index(text) for text in new]",
        "code_of = lambda train, new, least: [list(train).index(text) for text in new]",
    ),
}

RIGHT = {
    "exercise-9-weigh": ending(
        WEIGH,
        W + "[sum(log_w) / len(log_w), np.logaddexp.reduce(log_w) - np.log(len(log_w))]",
        W + "(log_w.mean(), log_w.max() + np.log(np.exp(log_w - log_w.max()).mean()))",
    ),
    "exercise-9-baseline": ending(
        BASELINE,
        B + "(log_w - log_w.mean()) * len(log_w) / (len(log_w) - 1)",
        B + "[one - np.delete(log_w, i).mean() for i, one in enumerate(log_w)]",
    ),
    "exercise-9-symmetric": ending(
        SYMMETRIC,
        S + "log_sum_exp(np.stack([log_q(x), log_q(1 - x)]), axis=0) - np.log(2)",
        S + "np.logaddexp(log_q(x) - np.log(2), log_q(x ^ 1) - np.log(2))",
    ),
    "exercise-9-q-error": ending(
        Q_ERROR,
        Q + "np.exp(np.abs(np.log(np.clip(e, 1, None)) - np.log(np.clip(t, 1, None))))",
        Q + "[max(max(a, 1) / max(b, 1), max(b, 1) / max(a, 1)) for a, b in zip(e, t)]",
    ),
    "exercise-9-count": ending(
        MASSES,
        masses(shares="np.where(keep1, p1, 0)", ends="(c / c[-1])"),
        masses(result="[first * (p2[i] @ keep2) for i in x1]"),
    ),
    "exercise-9-other": ending(
        OTHER,
        code_of(known="sorted(v for v in set(train) if train.count(v) >= least)"),
        """
def code_of(train, new, least):
    codes = {}
    for text in sorted(train):
        if text not in codes and train.count(text) >= least:
            codes[text] = float(len(codes))
    return np.array([codes.get(text, len(codes)) for text in new])
""",
    ),
}

SAME_HINT = {
    "exercise-9-weigh": [(10, 12)],
    "exercise-9-count": [(5, 6)],
}

HINTS = {  # how the hint to each wrong answer begins
    "exercise-9-weigh": [
        "Right near 0; at −5,000 nats every exp is 0. Stay with",
        "That is the bound twice; for log Z the log comes after",
        "The other way round: the bound comes first.",
        "For log Z, the log of a mean, not of a sum.",
        "The bound is a mean over the draws, not a sum.",
        "That is Z; its log is asked for.",
        "The bound is a mean of logs.",
        "The largest weight is one of many.",
        "The bound is no median: a mean of log w.",
        "Of these 200 draws they are 1.0229 and 1.9181.",
        "`weigh` must be of shape (2,); yours is the number",
        "Of these 200 draws they are 1.0229 and 1.9181.",
    ],
    "exercise-9-baseline": [
        "That mean contains the draw itself.",
        "There is no baseline yet.",
        "That is the baseline; take it off from log w.",
        "The sign: a draw that is better than the others is to",
        "There are n − 1 others to divide by.",
        "A mean of the others, not their sum.",
        "Of 5 draws the first has the weight -1.5957, not",
        "One weight for each draw: of the other draws each has",
        "Of 5 draws the first has the weight -1.5957, not",
        "Of 5 draws the first has the weight -1.5957, not",
    ],
    "exercise-9-symmetric": [
        "Right near 0; at −5,000 nats every exp is 0. Stay with",
        "That is the mean of the logs; average the",
        "Half of it is missing: the two probabilities add up to",
        "Spins turn where bits do: −s is 1 − x, as −x is no row",
        "The order of the spins stays; each of them is turned.",
        "That is q itself.",
        "That is q of the turned spins alone.",
        "The larger of the two is no average.",
        "That is a probability; its log is asked for.",
        "`log_both` must be of shape (12,); yours is the number",
        "For the first row it is -2.0238, not 0.0000.",
    ],
    "exercise-9-q-error": [
        "An estimate that is too low counts as well: the larger",
        "That is estimates that are too low only: the larger of",
        "That is a relative error; the q-error is a factor,",
        "For 50 rows where 100 are true it is 2, not 50.",
        "One row is added to none: counts below one are *taken*",
        "For 0.2 rows where 0 are true it is 1, not 1e+09.",
        "For 0.2 rows where 0 are true it is 1, not 5.",
        "That is its logarithm.",
        "The smaller of the two ratios is never above 1; take",
        "One factor for each query, please.",
        "For 50 rows where 100 are true it is 2, not 1.",
    ],
    "exercise-9-count": [
        "The mass of the first column is missing.",
        "Draw from what is allowed: forbid the rest before x1 is",
        "For the coin 0.997 the product is 0.9110, not 0.9525.",
        "That is the probability of the value drawn; the mass is",
        "That is the mass of the first column; the second has",
        "That is the mass of the first column; the second has",
        "That keeps what the query forbids of the second column.",
        "For the coin 0.863 the product is 0.9110, not 0.4555.",
        "One product for each uniform number; their mean comes",
        "For the coin 0.863 the product is 0.9110, not 1.9101.",
        "That is independent columns: p2 depends on the x1 that",
        "That is the mean of all draws, and exact; each draw has",
        "That is a logarithm.",
        "For the coin 0.863 the product is 0.9110, not 0.7979.",
        "For the coin 0.863 the product is 0.9110, not 1.0000.",
    ],
    "exercise-9-other": [
        "`least` times is enough: at least, not more than.",
        "Rare values are others, too.",
        "Sort the values that are kept: codes must not depend on",
        "Codes by sorted value, not by how frequent it is.",
        "Count in `train`: of `new` nothing is known beforehand.",
        "Others come after the known values, with the next code.",
        "The code of 'z', 2 times in `train`, least 3, is 4, not",
        "Code 0 is the first known value; others come last.",
        "Codes begin with 0.",
        "The code of 'z', 2 times in `train`, least 3, is 4, not",
        "The code of 'a', 3 times in `train`, least 3, is 0, not",
        "`code_of` stops: a function that it calls cannot use",
    ],
}
