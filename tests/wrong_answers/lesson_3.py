"""Answers to lesson 3's exercises: plausible and wrong (`WRONG`), unusual and right (`RIGHT`)."""


def ending(call: str, *answers: str) -> list[str]:
    """The answers, each followed by the call of its checker."""
    return [f"{answer.strip()}\n\nexercises.{call}" for answer in answers]


OUTPUT = "check_output_mask(output_mask)"
V = "output_mask = lambda degrees_hidden, degrees_input: "
MASKS = "check_masks_for(masks_for)"
RANK = """
def masks_for(ordering, hidden_degrees):
    rank = np.argsort(ordering) + 1
    layers = [rank, *hidden_degrees]
    hidden = [b[None, :] >= a[:, None] for a, b in zip(layers, layers[1:])]
    out = rank[None, :] > layers[-1][:, None]
    return """
STARVED = "check_starved(starved)"
MISSING = """
def starved(degrees):
    reached = masks.count_paths(masks.make_masks(degrees)) > 0
    missing = masks.direct_mask(degrees[0]) & ~reached
    return """
LEAK = "check_mended_masks(mended_masks)"
MENDED = """
def mended_masks(rank, hidden_1, hidden_2):
    mask_1 = hidden_1[None, :] >= rank[:, None]
    mask_2 = hidden_2[None, :] >= hidden_1[:, None]
    mask_out = rank[None, :] > hidden_2[:, None]
    """
LOOKS = "check_looks(looks)"
CAUGHT = 'looks = {"a": [2, 3, 4], "b": [1], "c": [1, 2, 4], "d": [], "e": []}'
SAMPLE = "check_sample(sample)"
LOOP = """
def sample(net, uniforms):
    x = np.zeros_like(uniforms)
    for d in np.argsort(net.degrees[0]):
        x[:, d] = uniforms[:, d] < 1 / (1 + np.exp(-net.logits(x)[:, d]))
    return x
"""
GROUPS = "check_groups(group_degrees)"

WRONG = {
    "exercise-3-output-mask": ending(
        OUTPUT,
        V + "degrees_input[None, :] >= degrees_hidden[:, None]",
        V + "degrees_input[:, None] > degrees_hidden[None, :]",
        V + "degrees_input[None, :] < degrees_hidden[:, None]",
        V + "degrees_input > degrees_hidden",
        V + "degrees_input[None, :] - degrees_hidden[:, None]",
        V + "np.ones((len(degrees_hidden), len(degrees_input)))",
        V + "degrees_input[None, :] == degrees_hidden[:, None] + 1",
    ),
    "exercise-3-ordering": ending(
        MASKS,
        RANK.replace("np.argsort(ordering) + 1", "ordering + 1") + "[*hidden, out]",
        RANK.replace("np.argsort(ordering) + 1", "np.argsort(ordering)") + "[*hidden, out]",
        RANK.replace("rank[None, :] >", "rank[None, :] >=") + "[*hidden, out]",
        RANK + "[hidden[0], hidden[1], out]",  # exactly two hidden layers
        RANK.replace("] >= a[", "] > a[") + "[*hidden, out]",
        RANK + "[m.T for m in [*hidden, out]]",
        RANK.replace("layers[-1][:", "rank[:") + "[*hidden, out]",
        RANK + "hidden",
        """
def masks_for(ordering, hidden_degrees):  # one hidden layer's rule for two
    rank = np.argsort(ordering) + 1
    first = [h[None, :] >= rank[:, None] for h in hidden_degrees[:1]]
    more = [np.ones((len(a), len(b))) for a, b in zip(hidden_degrees, hidden_degrees[1:])]
    return [*first, *more, rank[None, :] > hidden_degrees[-1][:, None]]
""",
    ),
    "exercise-3-starved": ending(
        STARVED,
        MISSING + "np.flatnonzero(~reached.any(axis=0)).tolist()",
        MISSING + "np.flatnonzero(missing.any(axis=1)).tolist()",
        MISSING + "(np.flatnonzero(missing.any(axis=0)) + 1).tolist()",
        MISSING + "missing.any(axis=0)",
        MISSING + "[]",
        MISSING + "np.sort(degrees[0][missing.any(axis=0)])",
        """
def starved(degrees):  # the last hidden layer only
    reached = masks.count_paths(masks.make_masks([degrees[0], degrees[-1]])) > 0
    return np.flatnonzero((masks.direct_mask(degrees[0]) & ~reached).any(axis=0)).tolist()
""",
        """
def starved(degrees):  # the first hidden layer only
    reached = masks.count_paths(masks.make_masks(degrees[:2])) > 0
    return np.flatnonzero((masks.direct_mask(degrees[0]) & ~reached).any(axis=0)).tolist()
""",
    ),
    "exercise-3-leak": ending(
        LEAK,
        MENDED.replace(">= rank[", "> rank[").replace(">= hidden_1", "> hidden_1")
        + "return [mask_1, mask_2, mask_out]",
        MENDED.replace("> hidden_2", ">= hidden_2") + "return [mask_1, mask_2, mask_out]",
        MENDED + "return [mask_1, mask_out]",
        MENDED + "return [mask_1, mask_2, mask_out.T]",
        MENDED + "return [mask_1, mask_2, 0 * mask_out]",
        MENDED + "return mask_out",
        MENDED.replace(">= hidden_1", "> hidden_1") + "return [mask_1, mask_2.T, mask_out]",
    ),
    "exercise-3-looks": ending(
        LOOKS,
        CAUGHT.replace("[2, 3, 4]", "[1, 2, 3, 4]"),
        CAUGHT.replace('"b": [1]', '"b": []'),
        CAUGHT.replace('"b": [1]', '"b": [1, 2, 4]'),
        CAUGHT.replace("[1, 2, 4]", "[1, 2, 3, 4]"),
        CAUGHT.replace('"d": []', '"d": [1]'),
        CAUGHT.replace('"e": []', '"e": [3]'),
        CAUGHT.replace("[2, 3, 4]", "[2, 4]"),
        CAUGHT.replace("[2, 3, 4]", "['paths']"),
        CAUGHT.replace("[2, 3, 4]", "[0, 2, 3]"),
        "looks = [[2, 3, 4], [1], [1, 2, 4], [], []]",
        CAUGHT.replace('"d": []', '"d": None'),
    ),
    "exercise-3-sample": ending(
        SAMPLE,
        LOOP.replace("np.argsort(net.degrees[0])", "net.degrees[0] - 1"),
        LOOP.replace("np.argsort(net.degrees[0])", "range(net.n_inputs)"),
        LOOP.replace("uniforms[:, d] <", "uniforms[:, d] >"),
        LOOP.replace("np.argsort(net.degrees[0])", "np.argsort(-net.degrees[0])"),
        LOOP.replace("np.argsort(net.degrees[0])", "net.degrees[0]"),
        "sample = lambda net, uniforms: uniforms < 1 / (1 + np.exp(-net.logits(0 * uniforms)))",
        LOOP.replace("uniforms[:, d] <", "np.random.random(len(x)) <"),
        LOOP.replace("1 / (1 + np.exp(-net.logits(x)[:, d]))", "net.logits(x)[:, d]"),
        "sample = lambda net, uniforms: 1 / (1 + np.exp(-net.logits(uniforms)))",
    ),
    "exercise-3-groups": ending(
        GROUPS,
        "group_degrees = [np.array([1, 1, 1, 2, 2, 3]), np.array([1, 1, 2, 2])]",
        "group_degrees = [np.array([1, 1, 1, 2, 2, 2]), np.array([2, 2, 2, 2])]",
        "group_degrees = [np.array([2, 2, 2, 1, 1, 1]), np.array([1, 1, 1, 1])]",
        "group_degrees = [np.array([1, 2, 3, 4, 5, 6]), np.array([2, 3, 3, 3])]",
        "group_degrees = [np.array([1, 1, 1, 1, 1, 1]), np.array([1, 1, 1, 1])]",
        "group_degrees = [np.array([1, 1, 2, 2]), np.array([1, 1, 1, 1, 1, 1])]",
        "group_degrees = np.array([1, 1, 1, 2, 2, 2])",
    ),
}

RIGHT = {
    "exercise-3-output-mask": ending(
        OUTPUT,
        V + "np.greater.outer(degrees_input, degrees_hidden).T.astype('float32')",
        V + "[[int(d > h) for d in degrees_input] for h in degrees_hidden]",
        V + "np.asmatrix(np.clip(degrees_input - degrees_hidden[:, None], 0, 1))",
    ),
    "exercise-3-ordering": ending(
        MASKS,
        """
def masks_for(ordering, hidden_degrees):
    rank = np.empty(len(ordering), int)
    rank[ordering] = np.arange(len(ordering))  # from 0, and so are the hidden degrees
    layers = [rank] + [degrees - 1 for degrees in hidden_degrees]
    for a, b in zip(layers, layers[1:]):
        yield np.less_equal.outer(a, b).astype(int)
    yield np.less.outer(layers[-1], rank)
""",
        """
def masks_for(ordering, hidden_degrees):
    rank = [list(ordering).index(d) + 1 for d in range(len(ordering))]
    made, below = [], rank
    for degrees in hidden_degrees:
        made.append([[b >= a for b in degrees] for a in below])
        below = degrees
    return (*made, [[r > h for r in rank] for h in below])
""",
    ),
    "exercise-3-starved": ending(
        STARVED,
        """
def starved(degrees):
    rank, found = degrees[0], set()
    paths = masks.count_paths(masks.make_masks(degrees))
    for i in range(len(rank)):
        for j in range(len(rank)):
            if rank[i] < rank[j] and paths[i, j] == 0:
                found.add(j)
    return found
""",
        MISSING + "(j for j in range(len(degrees[0])) if missing[:, j].any())",
        MISSING + "np.argwhere(missing.any(axis=0))",
    ),
    "exercise-3-leak": ending(
        LEAK,
        MENDED + "return tuple(m.astype('float32') for m in (mask_1, mask_2, mask_out))",
        "mended_masks = lambda *degrees: masks.make_masks(degrees)",
        MENDED + "return [m.tolist() for m in (mask_1, mask_2, mask_out)]",
    ),
    "exercise-3-looks": ending(
        LOOKS,
        'looks = {"e": (), "d": [], "c": (4, 1, 2), "b": 1, "a": {4, 2, 3}}',
        "looks = dict(a=np.array([2, 3, 4]), b=[1.0], c=[1, 2, 4, 4], d=set(), e=[])",
    ),
    "exercise-3-sample": ending(
        SAMPLE,
        """
def sample(net, uniforms):
    rows = []
    for u in uniforms:
        x = np.zeros(len(u))
        for r in range(1, len(u) + 1):
            d = list(net.degrees[0]).index(r)
            x[d] = float(1 / (1 + np.exp(-net.logits(x[None])[0, d])) > u[d])
        rows.append(x)
    return rows
""",
        """
def sample(net, uniforms):
    x = np.full(uniforms.shape, 0.5)
    for d in net.ordering:
        x[:, d] = np.log(uniforms[:, d]) - np.log1p(-uniforms[:, d]) < net.logits(x)[:, d]
    return x == 1
""",
    ),
    "exercise-3-groups": ending(
        GROUPS,
        "group_degrees = [np.array([1, 2, 3, 4, 5, 6]), np.array([3, 3, 3, 3])]",
        "group_degrees = ([0, 0, 0, 7, 7, 7], [0, 5, 6, 5])",
        "group_degrees = [[2, 1, 3, 4, 4, 4], [3, 3, 3, 3]]",
    ),
}
SAME_HINT = {
    "exercise-3-leak": [(3, 6)],  # no list of three masks
}

HINTS = {  # how the hint to each wrong answer begins
    "exercise-3-output-mask": [
        "Here output d hears units of degree d, which know x_d",
        "The shape should be (hidden units, outputs): senders in",
        "Here outputs hear only units that know more than they may.",
        "`output_mask` stops: the shapes of its arrays do not fit",
        "`output_mask` must hold only 0 and 1 (or False and True).",
        "Should a unit of degree 1 speak to the output of degree 1?",
        "Should a unit of degree 1 speak to the output of degree 4?",
    ],
    "exercise-3-ordering": [
        "Right for the natural order; for [1, 2, 3, 0], who comes",
        "Degrees begin at 1: who counts from 0 here?",
        "The last mask lets an output hear units that know its input.",
        "`masks_for` stops: it looks for an element beyond the end",
        "Nothing leaks, but hidden layers pass on too little: ≥ or >?",
        "A mask is (senders, receivers), and one of yours is turned",
        "`masks[2]` must be of shape (5, 4); yours is an array of",
        "`masks_for` must return a list of 3 masks here, the",
        "With 2 hidden layers mask 1 (0-based) is wrong for [0, 1,",
    ],
    "exercise-3-starved": [
        "The output visited first sees nothing; may it see anything?",
        "These are inputs that someone misses.",
        "Count outputs from 0, as code does.",
        "That is a mask: give the indices at which it is True.",
        "For the degrees [[4, 3, 2, 5, 1], [1, 1], [3, 3]], it is",
        "These are ranks: give the indices of the outputs.",
        "So it would be with the last hidden layer alone.",
        "So it would be with the first hidden layer alone.",
    ],
    "exercise-3-leak": [
        "Nothing leaks now, but connections that are allowed are cut",
        "6 paths join input 0 to output 0, of ranks 5 and 5.",
        "`mended_masks` must return a list of 3 masks here, the",
        "A mask is (senders, receivers), and one of yours is turned",
        "Nothing leaks where nothing passes: the mended network must",
        "`mended_masks` must return a list of 3 masks here, the",
        "4 paths join input 0 to output 0, of ranks 5 and 5.",
    ],
    "exercise-3-looks": [
        "The masks that look 1 multiplies are right here.",
        "No path needs a weight: look 1 reads masks.",
        "With output weights of 0, what can move a logit in fault b?",
        "How many terms has the sum in fault c?",
        "Strict hidden masks cut more. Does cutting ever make a leak?",
        "Which look asks the loop that draws, and not the network?",
        "Fault a: what does look 3 do there?",
        "`looks['a']` must be numbers; yours is a list of 1.",
        "Fault a: looks are numbered 1 to 4.",
        "`looks` must hold a list for each of the faults a, b, c, d",
        "Fault d needs an answer: an empty list, if no look catches",
    ],
    "exercise-3-sample": [
        "The ranks say when each input comes. Which input comes",
        "That visits x_1, x_2, …; this network has an order.",
        "The coin: x is 1 where the uniform number lies below p.",
        "That visits the last one first.",
        "`sample` stops: it looks for an element beyond the end of a",
        "A single pass: no coin knows what the others showed.",
        "Two calls give two results: `uniforms` is all the chance",
        "Is each input set from the p of its own logit, and after",
        "`sample` must hold only 0 and 1 (or False and True).",
    ],
    "exercise-3-groups": [
        "Output 6 sees x_1, x_2, x_3, x_4, x_5; it should see x_1,",
        "Output 4 sees nothing; it should see x_1, x_2, x_3.",
        "Output 1 sees x_4, x_5, x_6; it should see nothing.",
        "Output 3 sees x_1, x_2; it should see nothing.",
        "All inputs have one degree, and so are one group.",
        "`group_degrees[0]` must be of shape (6,); yours is an array",
        "Give a list of two: the degrees of the inputs, those of the",
    ],
}
