"""What one dimension of an example is: black or white, one of k values, a real number.

A *family* is one small class. It says how many numbers a dimension takes as an input of the network
and how many, its *parameters*, as an output; how a value is shown to the network; what −log p is;
and how a uniform number becomes a draw. `Outputs` puts families side by side, one a dimension, and
is all that models, proofs and samplers know of them. `encode` and `nll` take NumPy arrays and Keras
tensors alike; everything else is NumPy.

Parameters stand in a last axis of their own: values of shape ``(…)``, parameters ``(…, n_params)``.
"""

import dataclasses
import math
import statistics

import numpy as np

from helpers import arguments
from helpers.likelihood import LOG_2_PI, log_sum_exp, softplus, with_ops

NARROWEST = 7.0  # |log σ| of a standardized value is at most this
MOST = 10**7  # numbers that all dimensions together may take
SMALLEST = 2.0**-54  # a coin of 0 would be drawn at −∞
FARTHEST = 2**16  # std from 0: there a float32 has steps of 0.004 std


@dataclasses.dataclass(frozen=True)
class Bernoulli:
    """Zeros and ones. One parameter, the logit of p(x = 1).

    With `signs` the network is shown −1 and 1, so that a 0 that it sees differs from one that masks
    cut off.
    """

    signs: bool = False

    n_inputs = n_params = 1
    support, dtype = (0, 1), "uint8"

    def __post_init__(self):
        arguments.flag("signs", self.signs)

    def check(self, name, x, target=False):
        """Raise `ValueError` unless all `x` are 0 or 1; as a `target`, probabilities of a 1."""
        wrong = x[~((x >= 0) & (x <= 1) if target else (x == 0) | (x == 1))]
        if wrong.size:
            rule = "lie in [0, 1]" if target else "hold only 0 and 1"
            raise ValueError(f"{name} must {rule}, got {wrong.flat[0]!r}.")

    def encode(self, x):
        """Return `x` as the network is shown it, ``(…, n_inputs)``."""
        return (2 * (1.0 * x) - 1 if self.signs else x)[..., None]

    def nll(self, x, params):
        """Return −log p(x) of each value, in nats, ``(…)``."""
        ops, x, params = _cast(x, params)
        return softplus(ops, params[..., 0]) - x * params[..., 0]

    def other(self, x):
        """Return another value than `x`, for looks that change an input."""
        return 1 - x

    def draw(self, params, coins, temperature=1.0):
        """Return the values that the coins ``(…)``, uniform in [0, 1), draw.

        At temperature 1 they follow p.
        """
        with np.errstate(divide="ignore"):  # u < σ(l) is logit(u) < l: no sigmoid is left
            return (np.log(coins) - np.log1p(-coins)) * temperature < params[..., 0]


@dataclasses.dataclass(frozen=True)
class Categorical:
    """One of the k values 0 … k − 1, shown one-hot. Parameters: k logits."""

    k: int

    def __post_init__(self):
        k = arguments.whole("k", self.k, at_least=2, at_most=2**16)
        object.__setattr__(self, "k", k)  # a plain int, for files

    n_inputs = n_params = property(lambda self: self.k)
    support = property(lambda self: tuple(range(self.k)))
    dtype = property(lambda self: "uint8" if self.k <= 256 else "int64")

    def check(self, name, x, target=False):
        """Raise `ValueError` unless all `x` are whole numbers 0 … k − 1."""
        wrong = x[~((x >= 0) & (x < self.k) & (x == np.floor(x)))]
        if wrong.size:
            rule = f"hold only whole numbers in 0 … {self.k - 1}"
            raise ValueError(f"{name} must {rule}, got {wrong.flat[0]!r}.")

    def encode(self, x):
        """Return the one-hot code of `x`, ``(…, k)``."""
        ops, x = with_ops(x)
        return ops.equal(x[..., None], ops.arange(self.k))

    def nll(self, x, params):
        """Return −log p(x) of each value, in nats, ``(…)``."""
        ops, x, params = _cast(x, params)
        chosen = ops.sum(ops.where(self.encode(x), params, 0.0), axis=-1)
        return log_sum_exp(params, axis=-1) - chosen

    def other(self, x):
        """Return another value than `x`."""
        return (x + 1) % self.k

    def draw(self, params, coins, temperature=1.0):
        """Return the first value whose share, with those of smaller ones, exceeds the coin."""
        return _pick(params / temperature, coins)[0]


class _Real:
    """What Gaussians and mixtures share: a mixture of Gaussians, given as `_parts`.

    `mean` and `std`, of the training values, standardize: the network sees, and the parameters
    speak of, (x − mean) / std. The density is that of x itself, so ``log std`` is part of the NLL.
    """

    n_inputs, support, dtype = 1, None, "float64"

    def __post_init__(self):
        own = {} if "k" not in vars(self) else {"k": arguments.whole("k", self.k, at_least=1)}
        mean = arguments.number("mean", self.mean, "finite", math.isfinite)
        std = arguments.number("std", self.std, "above 0 and finite", lambda s: 0 < s < math.inf)
        if abs(mean) > FARTHEST * std:
            rule = f"mean must be at most {FARTHEST:,} std from 0, or float32 blurs the values"
            raise ValueError(f"{rule}, got {mean}: take a constant off the data first.")
        for name, value in (own | {"mean": mean, "std": std}).items():  # plain, to be read
            object.__setattr__(self, name, value)

    def check(self, name, x, target=False):
        """Raise `ValueError` unless all `x` are finite."""
        if not np.isfinite(x).all():
            raise ValueError(f"{name} must be finite, got {np.sum(~np.isfinite(x))} NaN or inf.")

    def encode(self, x):
        """Return the standardized `x`, ``(…, 1)``."""
        return ((x - self.mean) / self.std)[..., None]

    def nll(self, x, params):
        """Return −log p(x) of each value, in nats, ``(…)``: p is a density, so of any sign."""
        ops, x, params = _cast(x, params)
        logits, means, log_std = self._parts(ops, params)
        z = (self.encode(x) - means) * ops.exp(-log_std)
        log_share = logits - log_sum_exp(logits, axis=-1, keepdims=True)
        log_p = log_share - 0.5 * z * z - log_std - 0.5 * LOG_2_PI
        return math.log(self.std) - log_sum_exp(log_p, axis=-1)

    def other(self, x):
        """Return another value than `x`."""
        return x + self.std

    def draw(self, params, coins, temperature=1.0):
        """Let each coin pick a Gaussian; what is left of it is uniform again, and draws from that.

        A temperature divides the logits of the shares and the precisions 1/σ².
        """
        logits, means, log_std = self._parts(np, np.asarray(params, np.float64))
        which, left = _pick(logits / temperature, coins)
        mean, log_std = (
            np.take_along_axis(p, which[..., None], -1)[..., 0] for p in (means, log_std)
        )
        z = mean + np.exp(log_std) * math.sqrt(temperature) * normal_quantile(left)
        return self.mean + self.std * z


@dataclasses.dataclass(frozen=True)
class Gaussian(_Real):
    """A real number with one Gaussian. Parameters: mean and log σ of the standardized value."""

    mean: float = 0.0
    std: float = 1.0

    k, n_params = 1, 2

    def _parts(self, ops, params):
        one, log_std = params[..., :1], ops.clip(params[..., 1:], -NARROWEST, NARROWEST)
        return ops.zeros_like(one), one, log_std


@dataclasses.dataclass(frozen=True)
class Mixture(_Real):
    """A real number with a mixture of k Gaussians. Parameters: k logits, k means, k log σ."""

    k: int
    mean: float = 0.0
    std: float = 1.0

    n_params = property(lambda self: 3 * self.k)

    @property
    def start(self):
        """Gaussians side by side: k that begin alike would get the same gradients and stay so."""
        means = normal_quantile((np.arange(self.k) + 0.5) / self.k)
        return [*np.zeros(self.k), *means, *np.full(self.k, -0.5 * math.log(self.k))]

    def _parts(self, ops, params):
        logits, means, log_std = (params[..., i * self.k : (i + 1) * self.k] for i in range(3))
        return logits, means, ops.clip(log_std, -NARROWEST, NARROWEST)


FAMILIES = {family.__name__: family for family in (Bernoulli, Categorical, Gaussian, Mixture)}


class Outputs:
    """The families of the D dimensions of an example, and where their numbers stand.

    The numbers of one dimension stand together, in the order of the dimensions.

    Args:
        families: one family for all dimensions, or a sequence of D; also as `config` gives them.
        n_inputs: D.

    Attributes:
        columns: ``(E,)`` integers, the dimension that each input number belongs to.
        params: ``(P,)`` integers, the dimension that each parameter belongs to.
        dtype: of draws.
        start: ``(P,)``, the parameters that training starts near: a family's `start`, or zeros.
    """

    def __init__(self, families, n_inputs: int):
        n_inputs = arguments.whole("n_inputs", n_inputs, at_least=1)
        every = families if isinstance(families, (list, tuple)) else [families] * n_inputs
        self.families = tuple(_family(f"outputs[{d}]", one) for d, one in enumerate(every))
        if len(self.families) != n_inputs:
            rule = f"outputs must be one family, or one for each of {n_inputs} dimensions"
            raise ValueError(f"{rule}, got {len(self.families)}.")
        numbers = sum(family.n_inputs + family.n_params for family in self.families)
        if numbers > MOST:
            raise ValueError(f"outputs must take at most {MOST:,} numbers, got {numbers:,}.")
        self.n_inputs = n_inputs
        self.columns = np.repeat(np.arange(n_inputs), [f.n_inputs for f in self.families])
        self.params = np.repeat(np.arange(n_inputs), [f.n_params for f in self.families])
        starts = [getattr(f, "start", np.zeros(f.n_params)) for f in self.families]
        self.start = np.concatenate(starts).astype(np.float32)
        self.dtype = np.result_type(*{f.dtype for f in self.families})
        alike = {}
        for d, family in enumerate(self.families):
            alike.setdefault(family, []).append(d)
        # of each family: its dimensions, its input numbers and its parameters
        self._groups = [
            (family, own, *(np.flatnonzero(np.isin(of, own)) for of in (self.columns, self.params)))
            for family, own in alike.items()
        ]

    def __repr__(self) -> str:
        return f"Outputs({', '.join(f'{len(own)} × {family}' for family, own, *_ in self._groups)})"

    def __eq__(self, other) -> bool:
        return isinstance(other, Outputs) and self.families == other.families

    __hash__ = None

    @property
    def config(self):
        """What `Outputs` is made from again, as JSON: one dictionary, or one a dimension."""
        every = []
        for family in self.families:
            own = {f.name: getattr(family, f.name) for f in dataclasses.fields(family)}
            usual = {f.name: f.default for f in dataclasses.fields(family)}
            own = {name: value for name, value in own.items() if value != usual[name]}
            every.append({"family": type(family).__name__} | own)
        return every[0] if len(self._groups) == 1 else every

    def check(self, name: str, x, target=False) -> np.ndarray:
        """Return `x` as an array ``(n, D)`` of values that the families know, or `ValueError`."""
        x = np.asarray(x)
        if x.ndim != 2 or x.shape[1] != self.n_inputs:
            raise ValueError(f"{name} must have shape (n, {self.n_inputs}), got {x.shape}.")
        if x.dtype.kind not in "biuf":
            raise ValueError(f"{name} must hold real numbers, got {x.dtype}.")
        for family, own, *_ in self._groups:
            family.check(name, x[:, own], target)
        return x

    def encode(self, x):
        """Return ``(n, E)``, what the network is shown of `x` ``(n, D)``."""
        ops, x = with_ops(x)
        parts = []
        for family, own, columns, _ in self._groups:
            part = ops.reshape(family.encode(self._of(ops, x, own)), (-1, len(columns)))
            parts.append(part if ops is np else ops.cast(part, x.dtype))
        return self._joined(ops, parts, [columns for *_, columns, _ in self._groups])

    def nll(self, x, params):
        """Return −log p of every value given those that its parameters saw: ``(n, D)``, nats.

        Args:
            x: ``(n, D)``. For Bernoullis it may be probabilities: a cross entropy, then.
            params: ``(n, P)``, what the network put out.
        """
        ops, x, params = _cast(x, params)
        parts = []
        for family, own, _, place in self._groups:
            shape = (-1, len(own), family.n_params)
            values = ops.reshape(self._of(ops, params, place), shape)
            parts.append(family.nll(self._of(ops, x, own), values))
        return self._joined(ops, parts, [own for _, own, *_ in self._groups])

    def _of(self, ops, values, places):
        return values if len(self._groups) == 1 else ops.take(values, places, axis=1)

    def _joined(self, ops, parts, places):
        if len(parts) == 1:
            return parts[0]
        back = np.argsort(np.concatenate(places))
        return ops.take(ops.concatenate(parts, axis=1), back, axis=1)

    def spread(self, ranks, n_conditions: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return the degrees of all input numbers and of all parameters, from `ranks` ``(…, D)``.

        Conditions come first, and are of degree 0: every unit and every output may see them.
        """
        ranks = np.asarray(ranks)
        conditions = np.zeros((*ranks.shape[:-1], n_conditions), ranks.dtype)
        return np.concatenate([conditions, ranks[..., self.columns]], -1), ranks[..., self.params]

    def by_dimension(self, matrix, join=np.add, n_conditions: int = 0) -> np.ndarray:
        """Return ``(D, D)``: `join` over all numbers of each pair, of ``(c + E, P)``."""
        rows, columns = (
            np.searchsorted(of, np.arange(self.n_inputs)) for of in (self.columns, self.params)
        )
        return join.reduceat(join.reduceat(matrix[n_conditions:], rows, axis=0), columns, axis=1)


def normal_quantile(u) -> np.ndarray:
    """Return the z with Φ(z) = u, any shape."""
    u = np.clip(np.asarray(u, np.float64), SMALLEST, 1 - SMALLEST)
    return np.vectorize(statistics.NormalDist().inv_cdf, otypes=[float])(u)


def _pick(logits, coins):
    """Return which share ``(…)`` each coin falls in, and where in it, in [0, 1)."""
    logits = np.asarray(logits, np.float64)
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    ends = np.cumsum(p, axis=-1)
    which = (coins[..., None] >= ends[..., :-1]).sum(axis=-1)
    share, end = (np.take_along_axis(v, which[..., None], -1)[..., 0] for v in (p, ends))
    return which, (coins - (end - share)) / np.maximum(share, SMALLEST)


def _cast(x, params):
    """Return `ops`, and `x` in the type of `params` where these are tensors."""
    ops, x, params = with_ops(x, params)
    return ops, x if ops is np else ops.cast(x, params.dtype), params


def _family(name, given):
    if isinstance(given, dict):
        options = {key: value for key, value in given.items() if key != "family"}
        kind = arguments.one_of(f"{name}'s family", given.get("family"), tuple(FAMILIES))
        try:
            return FAMILIES[kind](**options)
        except TypeError as error:
            raise ValueError(f"{name} must be what a {kind} is made of, got {given}.") from error
    if not isinstance(given, tuple(FAMILIES.values())):
        raise ValueError(f"{name} must be one of {', '.join(FAMILIES)}, got {given!r:.60}.")
    return given
