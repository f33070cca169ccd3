"""Answers to lesson 8's exercises: plausible and wrong (`WRONG`), unusual and right (`RIGHT`)."""


def ending(call: str, *answers: str) -> list[str]:
    """The answers, each followed by the call of its checker."""
    return [f"{answer.strip()}\n\nexercises.{call}" for answer in answers]


UNITS = "check_in_units_of_x(in_units_of_x)"
IN = "in_units_of_x = lambda nll_z, std: "
MIXTURE = "check_mixture(mixture_nll)"
EACH = """
def mixture_nll(x, shares, means, stds):
    z = (x[:, None] - means) / stds
    density = np.exp(-0.5 * z**2) / stds / np.sqrt(2 * np.pi)
    log_each = -0.5 * z**2 - np.log(stds) - 0.5 * np.log(2 * np.pi)
    return """
LEVELS = "check_levels(draw_levels)"
SHARES = """
def draw_levels(logits, u):
    p = np.exp(logits - log_sum_exp(logits, axis=1, keepdims=True))
    ends = np.cumsum(p, axis=1)
    return """
PRIOR = "check_posterior(posterior_of)"
JOINT = """
def posterior_of(log_p, prior):
    joint = log_p + np.log(prior)
    return """
NOISE = "check_from_noise(from_noise)"


def noise(visit="net.ordering", inputs="x", value="family.mean + family.std * z", std="np.exp(s)"):
    return f"""
def from_noise(net, u):
    x = np.zeros(u.shape)
    for d in {visit}:
        mean, s = net.logits({inputs})[:, net.outputs.params == d].T
        family, z = net.outputs.families[d], mean + {std} * u[:, d]
        x[:, d] = {value}
    return x
"""


WRONG = {
    "exercise-8-units": ending(
        UNITS,
        IN + "nll_z - np.log(std).sum()",
        IN + "nll_z + np.log(std).mean()",
        IN + "nll_z + np.log(std.sum())",
        IN + "nll_z + std.sum()",
        IN + "nll_z * std.prod()",
        IN + "nll_z + np.log2(std).sum()",
        IN + "nll_z",
        IN + "nll_z + 2 * np.log(std).sum()",
        IN + "(nll_z + np.log(std).sum()).mean()",
        IN + "nll_z + np.log(std)",
        IN + "nll_z + 5",
    ),
    "exercise-8-mixture": ending(
        MIXTURE,
        EACH + "-np.log((shares * density).sum(axis=1))",
        EACH + "np.log((shares * density).sum(axis=1))",
        EACH + "-(shares * log_each).sum(axis=1)",
        EACH + "-(np.log(shares) + log_each).mean(axis=1)",
        EACH + "-log_sum_exp(log_each, axis=1)",
        EACH + "-log_sum_exp(np.log(shares) - 0.5 * z**2 - 0.5 * np.log(2 * np.pi), axis=1)",
        EACH + "-log_sum_exp(np.log(shares) - 0.5 * z**2 - np.log(stds), axis=1)",
        EACH + "(shares * density).sum(axis=1)",
        EACH + "-(np.log(shares) + log_each).max(axis=1)",
        EACH + "-log_sum_exp(np.log(shares) + log_each, axis=0)",
        EACH + "gaussian_nll(x, (shares * means).sum(), np.log((shares * stds).sum()))",
        EACH + "np.zeros(len(x))",
    ),
    "exercise-8-levels": ending(
        LEVELS,
        SHARES + "1 + (u[:, None] >= ends[:, :-1]).sum(axis=1)",
        SHARES + "logits.argmax(axis=1)",
        SHARES + "np.floor(u * logits.shape[1])",
        SHARES + "(u[:, None] >= np.cumsum(logits, axis=1)[:, :-1]).sum(axis=1)",
        SHARES + "(u[:, None] >= p[:, :-1]).sum(axis=1)",
        SHARES + "3 - (u[:, None] >= np.cumsum(p[:, ::-1], axis=1)[:, :-1]).sum(axis=1)",
        SHARES + "u < p[:, 1]",
        SHARES + "(u[:, None] < ends).sum(axis=1)",
        SHARES + "ends",
        """
def draw_levels(logits, u):
    ends = np.cumsum(np.exp(logits), axis=1)
    return (u[:, None] >= ends[:, :-1]).sum(axis=1)
""",
    ),
    "exercise-8-prior": ending(
        PRIOR,
        JOINT + "np.exp(joint) / np.exp(joint).sum(axis=1, keepdims=True)",
        JOINT + "joint - log_sum_exp(joint, axis=1, keepdims=True)",
        JOINT + "np.exp(log_p - log_sum_exp(log_p, axis=1, keepdims=True))",
        JOINT + "np.exp(joint - log_sum_exp(joint, axis=0, keepdims=True))",
        JOINT + "prior * np.exp(log_p - log_sum_exp(log_p, axis=1, keepdims=True))",
        JOINT + "np.exp(joint)",
        JOINT + "joint.argmax(axis=1)",
        JOINT.replace("np.log(prior)", "np.log([0.7, 0.2, 0.1])")
        + "np.exp(joint - log_sum_exp(joint, axis=1, keepdims=True))",
        JOINT + "joint",
        """
def posterior_of(log_p, prior):
    joint = log_p + prior
    return np.exp(joint - log_sum_exp(joint, axis=1, keepdims=True))
""",
    ),
    "exercise-8-noise": ending(
        NOISE,
        noise(visit="range(u.shape[1])"),
        noise(visit="net.degrees[0] - 1"),
        noise(inputs="u"),
        noise(value="z"),
        noise(value="(z - family.mean) / family.std"),
        noise(std="s"),
        noise(std="np.sqrt(np.exp(s))"),
        noise(visit="net.ordering[::-1]"),
        "from_noise = lambda net, u: u",
    ),
}

RIGHT = {
    "exercise-8-units": ending(
        UNITS,
        IN + "[float(n) + sum(np.log(s) for s in std) for n in nll_z]",
        IN + "nll_z + np.log(std.prod())",
        IN + "nll_z[:, None] + np.log(std).sum()",
    ),
    "exercise-8-mixture": ending(
        MIXTURE,
        EACH + "-np.logaddexp.reduce(np.log(shares) + log_each, axis=1)",
        """
def mixture_nll(x, shares, means, stds):
    terms = np.stack([np.log(s) - gaussian_nll(x[:, None], m, np.log(w))
                      for s, m, w in zip(shares, means, stds)])
    top = terms.max(axis=0)
    return -(top + np.log(np.exp(terms - top).sum(axis=0)))
""",
    ),
    "exercise-8-levels": ending(
        LEVELS,
        SHARES + "(u[:, None] < ends).argmax(axis=1)",
        SHARES + "[min(int(np.searchsorted(e, v, 'right')), 3) for e, v in zip(ends, u)]",
    ),
    "exercise-8-prior": ending(
        PRIOR,
        JOINT + "1 / np.exp(joint[:, None, :] - joint[:, :, None]).sum(axis=2)",
        """
def posterior_of(log_p, prior):
    p = prior * np.exp(log_p - log_p.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)
""",
    ),
    "exercise-8-noise": ending(
        NOISE,
        """
def from_noise(net, u):
    from statistics import NormalDist
    return net.sample(len(u), uniforms=np.vectorize(NormalDist().cdf)(u))
""",
        """
def from_noise(net, u):
    x = np.zeros(u.shape)
    for _ in range(u.shape[1]):
        params = net.logits(x)
        for d, family in enumerate(net.outputs.families):
            x[:, d] = family.mean + family.std * (
                params[:, 2 * d] + np.exp(params[:, 2 * d + 1]) * u[:, d])
    return x
""",
    ),
}

SAME_HINT = {
    "exercise-8-levels": [(7, 10)],
    "exercise-8-noise": [(5, 7), (5, 9), (7, 9)],
}

HINTS = {  # how the hint to each wrong answer begins
    "exercise-8-units": [
        "The sign: a unit ten times smaller makes the density ten",
        "Sum over dimensions, as the NLL does; a mean is one of",
        "The log of a sum is not the sum of logs.",
        "An NLL is a logarithm; what has to be added is one, too.",
        "Densities are multiplied, logs are added.",
        "Nats: the natural logarithm.",
        "That is the NLL of z; each dimension owes something.",
        "Divide by std, once: not by the variance.",
        "One number for each example, please.",
        "`in_units_of_x` stops: the shapes of its arrays do not",
        "With std 20, 0.5 and 3, z at 2.5 nats is x at 5.901.",
    ],
    "exercise-8-mixture": [
        "Right near the Gaussians; far away every density",
        "That is log p; the loss is its negative.",
        "That averages the logs: Gaussians are mixed as densities,",
        "A mean of k logs is no log of a sum: add up the densities,",
        "The shares are missing.",
        "A density of z is not one of x: divide each by its std.",
        "The constant ½ ln 2π is missing.",
        "That is the likelihood; take its log, with a minus.",
        "All of the Gaussians count, not the nearest alone.",
        "`mixture_nll` must be of shape (8,); yours is an array of",
        "`mixture_nll` must be of shape (8,); yours is the number",
        "At x = 1.304, with k = 2, it is 1.6415 nats.",
    ],
    "exercise-8-levels": [
        "That counts values from 1; they begin with 0.",
        "That is the likeliest value, whatever the coin says.",
        "That gives every value the same share.",
        "Logits are no shares: softmax them first.",
        "That compares the coin with each share alone; add them up",
        "That runs from the last value down: a small coin must",
        "Shares 0.26, 0.43, 0.26, 0.05 and the coin 0.78 draw 2,",
        "Shares 0.39, 0.24, 0.09, 0.28 and the coin 0.42 draw 1,",
        "`draw_levels` must be of shape (402,); yours is an array",
        "Shares 0.26, 0.43, 0.26, 0.05 and the coin 0.78 draw 2,",
    ],
    "exercise-8-prior": [
        "Right at −60 nats; at −5,000 every exp is 0. Stay with",
        "That is a logarithm; probabilities are asked for.",
        "The prior is missing.",
        "Divide by the sum over the classes of one example, not",
        "They must add up to 1 once the prior is in.",
        "That is p(x, c): divide by the sum over the classes.",
        "`posterior_of` must be of shape (5, 3); yours is an array",
        "Right for 70, 20 and 10 %; with another `prior` it is not.",
        "The first example's probabilities are 0.821, 0.115,",
        "To a log-probability one adds the log of the prior.",
    ],
    "exercise-8-noise": [
        "Visit the dimensions in `net.ordering`.",
        "Ranks are no ordering: visit in `net.ordering`.",
        "The inputs of the network must be what is drawn so far,",
        "That is z: x = family.mean + family.std · z.",
        "Already dimension 1, the first of the ordering, is off.",
        "The second parameter is log σ.",
        "Already dimension 1, the first of the ordering, is off.",
        "The first dimension is right; tell the next its value.",
        "Already dimension 1, the first of the ordering, is off.",
    ],
}
