"""Answers to lesson 1's exercises that are plausible and wrong."""

WRONG = {
    "exercise-1-bits": [
        "bits_per_pixel = lambda nats: nats / 784\nexercises.check_bits(bits_per_pixel)",
        "bits_per_pixel = lambda nats: nats / np.log(2)\nexercises.check_bits(bits_per_pixel)",
        "bits_per_pixel = lambda nats: nats * np.log(2) / 784\n"
        "exercises.check_bits(bits_per_pixel)",
        "bits_per_pixel = lambda nats: 1.0\nexercises.check_bits(bits_per_pixel)",
    ],
    "exercise-1-poisson": [
        """
def poisson_nll(x, log_rate):
    return (np.exp(log_rate) - x * log_rate).sum(axis=-1)

exercises.check_poisson(poisson_nll)
""",
        """
def poisson_nll(x, log_rate):
    return (np.exp(log_rate) - x * log_rate + log_factorial(x)).mean(axis=-1)

exercises.check_poisson(poisson_nll)
""",
        """
def poisson_nll(x, log_rate):
    return np.exp(log_rate) - x * log_rate + log_factorial(x)

exercises.check_poisson(poisson_nll)
""",
        """
def poisson_nll(x, log_rate):
    return (log_rate - x * np.log(log_rate) + log_factorial(x)).sum(axis=-1)

exercises.check_poisson(poisson_nll)
""",
        """
def poisson_nll(x, log_rate):
    rate = np.exp(log_rate)
    with np.errstate(all="ignore"):
        return -np.log(rate**x * np.exp(-rate) / np.exp(log_factorial(x))).sum(axis=-1)

exercises.check_poisson(poisson_nll)
""",
    ],
    "exercise-1-entropy": [
        """
def expected_nll(truth, model):
    return -(model * np.log(truth) + (1 - model) * np.log(1 - truth))

def entropy(truth):
    return expected_nll(truth, truth)

exercises.check_entropy(expected_nll, entropy)
""",
        """
def expected_nll(truth, model):
    return -(truth * np.log(model) + (1 - truth) * np.log(1 - model))

def entropy(truth):
    return expected_nll(truth, truth)

exercises.check_entropy(expected_nll, entropy)
""",
        """
def expected_nll(truth, model):
    return -(truth * np.log(model) + (1 - truth) * np.log(1 - model))

def entropy(truth):
    return 0.0 if truth in (0, 1) else expected_nll(truth, truth) / np.log(2)

exercises.check_entropy(expected_nll, entropy)
""",
    ],
    "exercise-1-alpha": [
        "best_alpha = 1\nexercises.check_alpha(best_alpha)",
        "best_alpha = 0\nexercises.check_alpha(best_alpha)",
        """
score = lambda alpha: baselines.nll(split.test, baselines.pixel_p(split.train, alpha)).mean()
best_alpha = min(alphas, key=score)
exercises.check_alpha(best_alpha)
""",
        """
score = lambda alpha: baselines.nll(split.train, baselines.pixel_p(split.train, alpha)).mean()
best_alpha = min(alphas, key=score)
exercises.check_alpha(best_alpha)
""",
    ],
    "exercise-1-mixture": [
        """
def mixture_nll(x, maps):
    return np.mean([baselines.nll(x, p) for p in maps], axis=0)

exercises.check_mixture(mixture_nll)
""",
        """
def mixture_nll(x, maps):
    return np.min([baselines.nll(x, p) for p in maps], axis=0)

exercises.check_mixture(mixture_nll)
""",
        """
def mixture_nll(x, maps):
    return baselines.nll(x, maps.mean(axis=0))

exercises.check_mixture(mixture_nll)
""",
        """
def mixture_nll(x, maps):
    return -np.log(np.mean([np.exp(-baselines.nll(x, p)) for p in maps], axis=0))

exercises.check_mixture(mixture_nll)
""",
        """
def mixture_nll(x, maps):
    each = np.stack([-baselines.nll(x, p) for p in maps])
    return -likelihood.log_sum_exp(each, axis=0)

exercises.check_mixture(mixture_nll)
""",
        """
def mixture_nll(x, maps):
    return likelihood.log_mean_exp(np.stack([-baselines.nll(x, p) for p in maps]), axis=0)

exercises.check_mixture(mixture_nll)
""",
    ],
}
