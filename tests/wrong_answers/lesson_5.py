"""Answers to lesson 5's exercises: plausible and wrong (`WRONG`), unusual and right (`RIGHT`)."""


def ending(call: str, *answers: str) -> list[str]:
    """The answers, each followed by the call of its checker."""
    return [f"{answer.strip()}\n\nexercises.{call}" for answer in answers]


NOISE = "check_noise_share(noise_share)"
SIGHT = "check_out_of_sight(out_of_sight)"
COUNT = "out_of_sight = lambda hidden_degrees, D: "
RANK = "check_rank_for_order(draw_wrong, harmless)"
LOOP = """
def draw_wrong(net, uniforms):
    x = np.zeros(uniforms.shape)
    for d in net.degrees[0] - 1:
        p = sigmoid(net.logits(x)[:, d])
        x[:, d] = uniforms[:, d] < p
    return x

harmless = """
ENTROPY = "check_entropies(entropy_along)"
ALONG = """
def entropy_along(net, x):
    logits = net.logits(x)
    p = sigmoid(logits)
    costs = p * np.logaddexp(0, -logits) + (1 - p) * np.logaddexp(0, logits)
    return """
COMPLETE = "check_complete(my_complete)"
FILL = """
def my_complete(net, x, n_known, uniforms):
    out = np.zeros(uniforms.shape)
    first, rest = net.ordering[:n_known], net.ordering[n_known:]
    out[:, first] = x[first]
    for d in rest:
        p = sigmoid(net.logits(out)[:, d])
        out[:, d] = uniforms[:, d] < p
    return out
"""

WRONG = {
    "exercise-5-noise": ending(
        NOISE,
        "noise_share = np.exp(-1)",
        "noise_share = 0.9",
        "noise_share = 63.2",
        "noise_share = 0.5",
        "noise_share = 1.0",
        "noise_share = '63 %'",
        "noise_share = [0.6, 0.7]",
        "noise_share = 0.65",
    ),
    "exercise-5-out-of-sight": ending(
        SIGHT,
        COUNT + "D - len(np.unique(hidden_degrees))",
        """
def out_of_sight(hidden_degrees, D):
    paths = masks.count_paths(masks.make_masks([np.arange(1, D + 1), hidden_degrees]))
    return int((~(paths > 0).any(axis=0))[1:].sum())
""",
        COUNT + "max(0, D - 1 - len(hidden_degrees))",
        COUNT + "D - 1 - hidden_degrees.max()",
        COUNT + "[d for d in range(1, D) if d not in hidden_degrees]",
        COUNT + "len(np.unique(hidden_degrees))",
    ),
    "exercise-5-rank-for-order": ending(
        RANK,
        LOOP.replace("net.degrees[0] - 1", "net.ordering") + "[5, 4, 3, 2, 1, 0]",
        LOOP.replace("net.degrees[0] - 1", "range(net.n_inputs)") + "[5, 4, 3, 2, 1, 0]",
        LOOP.replace("net.degrees[0] - 1", "net.degrees[0]") + "[5, 4, 3, 2, 1, 0]",
        LOOP.replace("net.degrees[0] - 1", "net.ordering[::-1]") + "[5, 4, 3, 2, 1, 0]",
        LOOP.replace("uniforms[:, d] <", "uniforms[:, d] >") + "[5, 4, 3, 2, 1, 0]",
        LOOP + "None",
        LOOP + "[0, 1, 2, 3, 4, 5]",
        LOOP + "[1, 2, 3, 4, 5, 0]",
        LOOP + "[6, 5, 4, 3, 2, 1]",
        LOOP + "[1, 0]",
    ),
    "exercise-5-entropy": ending(
        ENTROPY,
        "entropy_along = lambda net, x: -net.log_prob(x)",
        """
def entropy_along(net, x):
    p = sigmoid(net.logits(x))
    with np.errstate(all="ignore"):
        return -(p * np.log(p) + (1 - p) * np.log(1 - p)).sum(axis=1)
""",
        """
def entropy_along(net, x):
    p = sigmoid(net.logits(x))
    with np.errstate(all="ignore"):
        return np.nan_to_num(-(p * np.log(p) + (1 - p) * np.log(1 - p)).sum(axis=1))
""",
        ALONG + "costs.mean(axis=1)",
        ALONG + "costs",
        ALONG + "costs.sum()",
        ALONG + "costs.sum(axis=1) / np.log(2)",
        ALONG + "-costs.sum(axis=1)",
        ALONG + "(p * np.logaddexp(0, -logits)).sum(axis=1)",
        ALONG + "np.full(len(x), costs.sum(axis=1).mean())",
    ),
    "exercise-5-complete": ending(
        COMPLETE,
        """
def my_complete(net, x, n_known, uniforms):
    out = np.zeros(uniforms.shape)
    out[:, :n_known] = x[:n_known]
    for d in net.ordering[n_known:]:
        p = sigmoid(net.logits(out)[:, d])
        out[:, d] = uniforms[:, d] < p
    return out
""",
        """
def my_complete(net, x, n_known, uniforms):
    out = np.zeros(uniforms.shape)
    for d in net.ordering:
        p = sigmoid(net.logits(out)[:, d])
        out[:, d] = uniforms[:, d] < p
    out[:, net.ordering[:n_known]] = x[net.ordering[:n_known]]
    return out
""",
        FILL.replace("for d in rest", "for d in net.ordering"),
        FILL.replace("for d in rest", "for d in np.sort(rest)"),
        FILL.replace("np.zeros(uniforms.shape)", "np.tile(x, (len(uniforms), 1))").replace(
            "return out", "return out[0]"
        ),
        FILL.replace("for d in rest", "for d in rest[:0]"),
        FILL.replace("uniforms[:, d] <", "np.random.random(len(out)) <"),
        FILL.replace(
            "net.ordering[:n_known], net.ordering[n_known:]",
            "net.ordering[-n_known:], net.ordering[:-n_known]",
        ),
    ),
}

RIGHT = {
    "exercise-5-noise": ending(
        NOISE,
        "noise_share = 0.63",
        "noise_share = np.float32(1 - 1 / np.e)",
        "noise_share = [0.632]",
    ),
    "exercise-5-out-of-sight": ending(
        SIGHT,
        COUNT + "float(len(set(range(1, D)) - set(hidden_degrees.tolist())))",
        """
def out_of_sight(hidden_degrees, D):
    rank = np.arange(1, D + 1)
    reached = masks.count_paths(masks.make_masks([rank, hidden_degrees])) > 0
    return np.array([(masks.direct_mask(rank) & ~reached).any(axis=0).sum()])
""",
    ),
    "exercise-5-rank-for-order": ending(
        RANK,
        """
def draw_wrong(net, uniforms):
    rows = []
    for u in uniforms:
        x = [0.0] * len(u)
        for rank in net.degrees[0]:
            x[rank - 1] = float(u[rank - 1] < sigmoid(net.logits([x])[0][rank - 1]))
        rows.append(x)
    return rows

harmless = np.array([1, 0, 2, 3, 4, 5])
""",
        LOOP.replace("return x", "return x.astype(bool)") + "(2.0, 1.0, 0.0, 3.0, 4.0, 5.0)",
    ),
    "exercise-5-entropy": ending(
        ENTROPY,
        """
def entropy_along(net, x):
    p = np.clip(sigmoid(net.logits(x)), 1e-12, 1 - 1e-12)
    return (-(p * np.log(p) + (1 - p) * np.log(1 - p)).sum(axis=1)).astype("float32").tolist()
""",
        """
def entropy_along(net, x):
    for row in x:
        logits = net.logits(row[None])[0]
        yield round(sum(np.logaddexp(0, l) - sigmoid(l) * l for l in logits), 3)
""",
    ),
    "exercise-5-complete": ending(
        COMPLETE,
        """
def my_complete(net, x, n_known, uniforms):
    known = np.isin(np.arange(net.n_inputs), net.ordering[:n_known])
    return sampling.complete(net, x, known, len(uniforms), uniforms=uniforms).tolist()
""",
        """
def my_complete(net, x, n_known, uniforms):
    out = np.tile(x, (len(uniforms), 1))  # what comes later is seen by nobody
    for rank, d in enumerate(net.ordering):
        if rank >= n_known:
            out[:, d] = sigmoid(net.logits(out)[:, d]) > uniforms[:, d]
    return out
""",
    ),
}
SAME_HINT = {}

HINTS = {  # how the hint to each wrong answer begins
    "exercise-5-noise": [
        "That share of the draws is not noise.",
        "With a share of 0.9 the loss is 2.303 nats.",
        "A share is a number from 0 to below 1 (no percentage), and",
        "Half of it noise costs one bit, and a nat is more.",
        "A share is a number from 0 to below 1, and 1 is not.",
        "`noise_share` must be one number; yours is the text '63 %'.",
        "`noise_share` must be one number; yours is a list of 2.",
        "With a share of 0.65 the loss is 1.050 nats.",
    ],
    "exercise-5-out-of-sight": [
        "One output has nothing that it may see, and so misses",
        "Those see nothing at all; who sees some of its inputs, and",
        "Does each unit help another output?",
        "For hidden degrees [3, 3] and 4 inputs it is 2, not 0.",
        "`out_of_sight` must be one number; yours is a list of 0.",
        "That is how many lack nothing, or one more or less.",
    ],
    "exercise-5-rank-for-order": [
        "These are the right draws, and the wrong ones are wanted.",
        "That visits from left to right, a bug of another kind.",
        "`draw_wrong` stops: it looks for an element beyond the end",
        "That is the order backwards, a bug of another kind.",
        "Change one thing only in the plain loop: which pixel is",
        "Right so far; now `harmless`.",
        "The natural order is harmless, yes; there are others.",
        "Step 0 visits pixel 1; the bug goes to pixel 5 instead.",
        "`harmless` must hold 0 to 5, each once.",
        "`harmless` must be of shape (6,); yours is a list of 2.",
    ],
    "exercise-5-entropy": [
        "This is the NLL of x: it asks for the value in x alone.",
        "Where p is 0 or 1 in floating point, 0 · ln 0 became nan:",
        "Where some pixels are sure, the entropy of the others must",
        "This is a mean over the dimensions: take the sum.",
        "That is one number a pixel: sum over the row.",
        "`entropy_along` must be of shape (256,); yours is the",
        "These are bits: use nats, as all scores of the course do.",
        "An entropy is not below 0: look at the sign.",
        "That counts the ones; what does a 0 add?",
        "The same for all rows: p depends on the row.",
    ],
    "exercise-5-complete": [
        "The first pixels of x are not the first of the ordering.",
        "The given pixels come too late: the draws did not see them.",
        "The loop draws the given pixels anew.",
        "With n_known=0 the other pixels are not the model's draws.",
        "`my_complete` must be of shape (50, 9); yours is an array",
        "With n_known=4 the other pixels are all 0: draw them.",
        "With n_known=4 the other pixels are not the model's draws.",
        "With n_known=4 the given pixels must stay as they are in x.",
    ],
}
