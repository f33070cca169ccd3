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
