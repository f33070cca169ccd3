"""Answers to lesson 1's exercises: plausible and wrong (`WRONG`), unusual and right (`RIGHT`)."""


def ending(call: str, *answers: str) -> list[str]:
    """The answers, each followed by the call of its checker."""
    return [f"{answer.strip()}\n\nexercises.{call}" for answer in answers]


BITS = "check_bits(bits_per_pixel, ranking)"
SCALE = 'ranking = "BAC"\nbits_per_pixel = lambda nats: '
RANKING = "bits_per_pixel = lambda nats: nats / 784 / np.log(2)\nranking = "
POISSON = "check_poisson(poisson_nll)"
ENTROPY = "check_entropy(expected_nll, entropy)"
NLL = """
def expected_nll(truth, model):
    return -(truth * np.log(model) + (1 - truth) * np.log(1 - model))

"""
ALPHA = "check_alpha(best_alpha)"
MIXTURE = "check_mixture(mixture_nll)"

WRONG = {
    "exercise-1-bits": ending(
        BITS,
        SCALE + "nats / 784",
        SCALE + "nats / np.log(2)",
        SCALE + "nats * np.log(2) / 784",
        SCALE + "1.0",
        SCALE + "nats * 1.4 / 784",
        SCALE + "np.log2(np.exp(nats)) / 784",  # overflows above 709 nats
        SCALE + "f'{nats / 784 / np.log(2):.3f}'",
        SCALE + "print(nats / 784 / np.log(2))",
        SCALE + "nats / 28 / np.log(2)",
        RANKING + '"ABC"',
        RANKING + '"CAB"',
        RANKING + '["A", "B"]',
        RANKING + "2",
        RANKING + '"BCA"',
        RANKING + "None",
    ),
    "exercise-1-poisson": ending(
        POISSON,
        """
def poisson_nll(x, log_rate):
    return (np.exp(log_rate) - x * log_rate).sum(axis=-1)
""",
        """
def poisson_nll(x, log_rate):
    return (np.exp(log_rate) - x * log_rate + log_factorial(x)).mean(axis=-1)
""",
        """
def poisson_nll(x, log_rate):
    return np.exp(log_rate) - x * log_rate + log_factorial(x)
""",
        """
def poisson_nll(x, log_rate):
    return (log_rate - x * np.log(log_rate) + log_factorial(x)).sum(axis=-1)
""",
        """
def poisson_nll(x, log_rate):
    rate = np.exp(log_rate)
    with np.errstate(all="ignore"):
        return -np.log(rate**x * np.exp(-rate) / np.exp(log_factorial(x))).sum(axis=-1)
""",
        """
def poisson_nll(x, log_rate):
    return (x * log_rate - np.exp(log_rate) - log_factorial(x)).sum(axis=-1)
""",
        """
def poisson_nll(x, log_rate):
    return (np.exp(log_rate) - x * log_rate + log_factorial(x)).sum()
""",
        """
def poisson_nll(x, log_rate):
    return (math.exp(log_rate) - x * log_rate + log_factorial(x)).sum(axis=-1)
""",
        """
def poisson_nll(x, log_rate):
    return (np.exp(log_rate) + x * log_rate + log_factorial(x)).sum(axis=-1)
""",
        """
def poisson_nll(x, log_rate):  # a distribution, of the rate 1 / λ
    return (np.exp(-log_rate) + x * log_rate + log_factorial(x)).sum(axis=-1)
""",
    ),
    "exercise-1-entropy": ending(
        ENTROPY,
        """
def expected_nll(truth, model):
    return -(model * np.log(truth) + (1 - model) * np.log(1 - truth))

def entropy(truth):
    return expected_nll(truth, truth)
""",
        NLL + "entropy = lambda truth: expected_nll(truth, truth)",
        NLL + "import math\nentropy = lambda t: -t * math.log(t) - (1 - t) * math.log(1 - t)",
        NLL
        + """
def entropy(truth):
    return 0.0 if truth in (0, 1) else expected_nll(truth, truth) / np.log(2)
""",
        NLL + "entropy = lambda truth: 0.6109",
        NLL + "entropy = lambda truth: 0.6109 if 0 < truth < 1 else 0",
        NLL + "entropy = lambda truth: expected_nll(truth, 0.5) * (truth not in (0, 1))",
        NLL + "entropy = lambda truth: -truth * np.log(max(truth, 1e-9))",
        NLL + "entropy = None",
        "expected_nll = lambda truth, model: -truth * np.log(model)\nentropy = lambda truth: 0",
        "expected_nll = lambda truth, model: -np.log(model)\nentropy = lambda truth: 0",
        NLL.replace("return -(", "return (") + "entropy = lambda truth: 0",
        NLL.replace("np.log(", "np.log2(") + "entropy = lambda truth: 0",
    ),
    "exercise-1-alpha": ending(
        ALPHA,
        "best_alpha = 1",
        "best_alpha = 0",
        "best_alpha = 10",
        "best_alpha = 'one half'",
        """
score = lambda alpha: baselines.nll(split.test, baselines.pixel_p(split.train, alpha)).mean()
best_alpha = min(alphas, key=score)
""",
        """
score = lambda alpha: baselines.nll(split.train, baselines.pixel_p(split.train, alpha)).mean()
best_alpha = min(alphas, key=score)
""",
        """
score = lambda alpha: baselines.nll(split.valid, baselines.pixel_p(split.train, alpha)).mean()
best_alpha = [score(alpha) for alpha in alphas]
""",
        """
score = lambda alpha: baselines.nll(split.valid, baselines.pixel_p(split.train, alpha)).mean()
best_alpha = min(score(alpha) for alpha in alphas)
""",
    ),
    "exercise-1-mixture": ending(
        MIXTURE,
        """
def mixture_nll(x, maps):
    return np.mean([baselines.nll(x, p) for p in maps], axis=0)
""",
        """
def mixture_nll(x, maps):
    return np.min([baselines.nll(x, p) for p in maps], axis=0)
""",
        """
def mixture_nll(x, maps):
    return baselines.nll(x, maps.mean(axis=0))
""",
        """
def mixture_nll(x, maps):
    return -np.log(np.mean([np.exp(-baselines.nll(x, p)) for p in maps], axis=0))
""",
        """
def mixture_nll(x, maps):
    each = np.stack([-baselines.nll(x, p) for p in maps])
    return -likelihood.log_sum_exp(each, axis=0)
""",
        """
def mixture_nll(x, maps):
    return likelihood.log_mean_exp(np.stack([-baselines.nll(x, p) for p in maps]), axis=0)
""",
        """
def mixture_nll(x, maps):
    return np.stack([baselines.nll(x, p) for p in maps])
""",
        """
def mixture_nll(x, maps):
    return -likelihood.log_mean_exp(np.stack([-baselines.nll(x, p) for p in maps]), axis=1)
""",
        """
def mixture_nll(x, maps):
    return likelihood.log_mean_exp(np.stack([baselines.nll(x, p) for p in maps]), axis=0)
""",
        """
def mixture_nll(x, maps):
    each = np.stack([-baselines.nll(x, p) for p in maps])
    return np.log(10) - likelihood.log_mean_exp(each, axis=0)  # divided by ten twice
""",
    ),
}

RIGHT = {
    "exercise-1-bits": ending(
        BITS,
        SCALE + "round(nats / 784 / np.log(2), 2)",
        SCALE + "np.float32(nats) * np.log2(np.e) / 28**2",
        SCALE + "[nats / (784 * np.log(2))]",
        SCALE + "np.array([[nats / (784 * np.log(2))]])",
        RANKING + '["b", "a", "c"]',
        RANKING + '"B > A > C"',
    ),
    "exercise-1-poisson": ending(
        POISSON,
        """
def poisson_nll(x, log_rate):
    out = []
    for counts, logs in zip(x, log_rate):
        out.append(sum(math.exp(l) - c * l + math.lgamma(c + 1) for c, l in zip(counts, logs)))
    return out
""",
        """
def poisson_nll(x, log_rate):
    for counts, logs in zip(x, log_rate):  # a generator
        steps = [np.log(np.arange(1, c + 1)).sum() for c in counts]
        yield float(np.exp(logs).sum() - counts @ logs + sum(steps))
""",
        """
def poisson_nll(x, log_rate):
    x -= 0
    nll = np.exp(log_rate) - x * log_rate + log_factorial(x)
    return nll.sum(axis=1, keepdims=True).astype("float32").round(3)
""",
    ),
    "exercise-1-entropy": ending(
        ENTROPY,
        NLL
        + "entropy = lambda t: min(expected_nll(t, m) for m in np.linspace(1e-4, 0.9999, 9999))",
        """
import math

def expected_nll(truth, model):
    return round(truth * -math.log(model) + (1 - truth) * -math.log1p(-model), 2)

def entropy(truth):
    return round(sum(-p * math.log(p) for p in (truth, 1 - truth) if p > 0), 2)
""",
        NLL
        + """
def entropy(truth):
    p = np.array([truth, 1 - truth])
    return [-np.nan_to_num(p * np.log(p)).sum()]
""",
    ),
    "exercise-1-alpha": ending(
        ALPHA,
        """
scores = [baselines.nll(split.valid, baselines.pixel_p(split.train, a)).mean() for a in alphas]
best_alpha = np.array(alphas)[[np.argmin(scores)]]
""",
        """
best_alpha, best = None, np.inf
for alpha in alphas:
    p = (split.train.sum(axis=0) + alpha) / (len(split.train) + 2 * alpha)
    nll = -np.log(np.where(split.valid == 1, p, 1 - p)).sum(axis=1).mean()
    if nll < best:
        best_alpha, best = np.float32(alpha), nll
""",
    ),
    "exercise-1-mixture": ending(
        MIXTURE,
        """
def mixture_nll(x, maps):
    log_p = -np.array([baselines.nll(x, p) for p in maps])
    top = log_p.max(axis=0)
    return -(top + np.log(np.exp(log_p - top).mean(axis=0)))
""",
        """
def mixture_nll(x, maps):
    log_p = (x @ np.log(maps).T + (1.0 - x) @ np.log(1 - maps).T)  # (n, 10)
    return (np.log(10) - np.logaddexp.reduce(log_p, axis=1)).round(2).tolist()
""",
    ),
}
SAME_HINT = {
    "exercise-1-entropy": [(5, 6)],  # a constant, and one that knows of 0 and 1
}

HINTS = {  # how the hint to each wrong answer begins
    "exercise-1-bits": [
        "Those are nats per pixel; and what is a nat in bits?",
        "Those are the bits of the whole digit, and it has 784",
        "A nat is more than a bit, and yours makes it less.",
        "Right for the fair coin; 94 nats are not 1 a pixel.",
        "Try a digit whose bits you know: for the fair coin yours is",
        "`bits_per_pixel(10000)` gives inf: look for a log of 0, an",
        "`bits_per_pixel(543.427)` must be one number; yours is the",
        "`bits_per_pixel(543.427)` gives None: end every branch in",
        "Try a digit whose bits you know: for the fair coin yours is",
        "0.16 < 86 < 130, but these are three units: bring them to",
        "The best model has the lowest NLL, and it comes first.",
        "`ranking` must name A, B and C once each, the best one",
        "`ranking` must be a text of three letters.",
        "Not in this order: bring all three to bits per pixel and",
        "Right so far; now `ranking`.",
    ],
    "exercise-1-poisson": [
        "exp(−NLL) must sum to 1 over all counts: which term is",
        "The mean over D makes it D times too small: is log p(x) a",
        "That is one number for each count: an example's NLL is one",
        "The network returns log λ, and in yours it is λ.",
        "From the count 171 on the NLL is inf: simplify −log P(x) on",
        "That is log P(x): the NLL has the other sign.",
        "`poisson_nll` must be of shape (4,); yours is the number",
        "`poisson_nll` stops: a function of one number gets an",
        "For the counts 0, 2, 5 at rates 1, 2, 4 it is not 20.798",
        "For the counts 0, 2, 5 at rates 1, 2, 4 it is not 15.548",
    ],
    "exercise-1-entropy": [
        "Who decides how often a 1 comes, and who what it costs?",
        "A coin that never surprises: yours is nan for truth 0.",
        "`entropy(0)` stops: a log or a root gets a number outside",
        "That is the entropy in bits, not in nats.",
        "For truth 0.5 no model gets down to 0.6109.",
        "For truth 0.5 no model gets down to 0.6109.",
        "For truth 0.3 some model gets below 0.6931.",
        "For truth 0.3 no model gets down to 0.3612.",
        "Right so far; now `entropy`.",
        "A flip that shows 1 costs that, as often as it comes; the",
        "That is one flip that shows 1; how often does it?",
        "A cost is positive: look at the sign.",
        "Those are bits, and nats are asked for.",
    ],
    "exercise-1-alpha": [
        "Add-one is what the lesson took; some other α scores lower.",
        "best_alpha must be one of (0.01, 0.1, 0.5, 1, 2, 5, 10),",
        "Some other α scores lower on digits that the model has not",
        "`best_alpha` must be one number; yours is the text 'one",
        "Best on split.test, whose digits score the model once it is",
        "Best on split.train, whose digits the model has seen.",
        "`best_alpha` must be one number; yours is a list of 7.",
        "best_alpha must be one of (0.01, 0.1, 0.5, 1, 2, 5, 10),",
    ],
    "exercise-1-mixture": [
        "A mean of logs is not the log of a mean: which one is p(x)?",
        "The best map for each image: these sum to more than 1 over",
        "One blurred map: first a class is drawn, then pixels.",
        "Right for digits, infinite for noise: exp underflows. Stay",
        "The ten probabilities are summed; each map has weight 1/10.",
        "That is log p(x), and the NLL is asked for.",
        "Those are the NLLs under each map: an image has one p(x),",
        "`mixture_nll` must be of shape (503,); yours is an array of",
        "NLLs are logs of 1/p: mind the sign inside.",
        "Something else than the mean of ten products over pixels",
    ],
}
