"""Explorers of lesson 2: walk the latent plane; turn up the noise.

They live in ``latent_explorer.js`` and ``noise_explorer.js``, which read their networks from
a file in 8 bits a weight. Static twins: `plots.latent_walk` and `plots.image_rows`.
"""

import json
from collections.abc import Callable, Mapping

import numpy as np

from helpers import packed, pixels
from helpers.activations import sigmoid
from helpers.plots.autoencoders import image_rows, latent_place, plane_limits
from helpers.widgets.live import explorer, npz


def latent_explorer(decoder, codes, labels):
    """Walk a 2-D latent plane and see what each place decodes to.

    Args:
        decoder: a `keras.Sequential` of Dense layers, ``(n, 2) -> (n, 784)`` logits.
        codes: ``(n, 2)`` codes of digits, drawn as a map; sliders span 98 % of each axis.
        labels: ``(n,)`` the digits' classes 0 … 9.
    """
    codes, labels = np.asarray(codes), np.asarray(labels)
    if codes.ndim != 2 or codes.shape[1] != 2 or len(codes) != len(labels):
        got = f"{codes.shape} and {labels.shape}"
        raise ValueError(f"codes must be (n, 2) with n labels, got {got}.")

    low, high = plane_limits(codes)
    start = np.clip(np.median(codes, axis=0), low, high)
    spans = np.stack([start, low, high, (high - low) / 100], axis=1).tolist()
    state = plane_state(lambda: plane_file(decoder, codes, labels))
    return explorer(
        "latent_explorer", state,
        lambda *z: latent_place(probabilities(decoder), codes, labels, z),
        dict(zip(("z₁", "z₂"), spans)),
    )  # fmt: skip


def plane_state(plane) -> dict:
    """Return what the explorer of the plane is given: `plane_file`'s bytes, or their address."""
    return {"plane": plane, "z1": None, "z2": None}  # in the middle


def noise_explorer(digits, models: Mapping):
    """Choose a digit and a kind of noise, turn the noise up, see what each model makes of it.

    Args:
        digits: ``(n, 784)`` binary digits.
        models: ``{name: model}``, each a `keras.Sequential` of two parts of one Dense layer each,
            ``(n, 784) -> (n, 784)`` logits.
    """
    digits = np.asarray(digits)
    if digits.ndim != 2 or digits.shape[1] != 784 or not len(digits):
        raise ValueError(f"digits must be (n, 784) with n at least 1, got {digits.shape}.")
    state = noise_state(lambda: denoisers_file(models, digits))

    def draw(level, digit, kind):
        clean = digits[digit : digit + 1]
        noisy = pixels.add_noise(clean, kind, level)
        rows = {"clean": clean, "noisy": noisy}
        rows |= {name: probabilities(model)(noisy) for name, model in models.items()}
        gone = (noisy < clean) & (kind == "erased block")  # light blue, not white on white
        return image_rows(rows, size=1.4, erased={"noisy": gone})

    controls = {"noise": (state["level"], 0.0, 1.0, 0.05)}
    controls |= {"digit": (state["digit"], 0, len(digits) - 1)}
    return explorer(
        "noise_explorer", state, draw, controls | {"kind": (state["kind"], pixels.KINDS)}
    )


def noise_state(denoisers, level=0.3, digit=0, kind=pixels.KINDS[0]) -> dict:
    """Return what the explorer of noise is given: `denoisers_file`'s bytes, or their address."""
    return {"denoisers": denoisers, "level": level, "digit": digit, "kind": kind}


def plane_file(decoder, codes, labels) -> bytes:
    """Return the file that ``engine/plane.js`` reads: a decoder of two codes, and digits' codes."""
    return npz(codes=codes.astype("float16"), labels=labels.astype("uint8"), **dense(decoder))


def denoisers_file(models: Mapping, digits) -> bytes:
    """Return the file that ``engine/noise.js`` reads: autoencoders by name, and binary digits."""
    found = {"names": json.dumps([*models]), "digits": np.packbits(digits.astype(bool), axis=1)}
    for i, model in enumerate(models.values()):
        found |= {f"{name}_{i}": array for name, array in dense(model).items()}
    return npz(**found)


def dense(model) -> dict:
    """The kernels, scales and biases of Dense layers, in 8 bits a weight."""
    weights, found = model.get_weights(), {}
    for i, (kernel, bias) in enumerate(zip(weights[::2], weights[1::2])):
        found |= packed.pack(f"kernel_{i}", kernel, np.ones(kernel.shape, bool), "int8")
        found[f"kernel_{i}"] = found[f"kernel_{i}"].reshape(kernel.shape)
        found[f"bias_{i}"] = bias.astype("float32")
    return found


def probabilities(model) -> Callable:
    """A NumPy copy of a network, with a sigmoid at its end; a move costs milliseconds."""
    from helpers.autoencoder import as_numpy  # imports Keras, as whoever made the model did

    logits = as_numpy(model)
    return lambda x: sigmoid(logits(x))
