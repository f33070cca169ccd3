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
}
