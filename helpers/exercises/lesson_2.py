"""Checkers for the exercises of lesson 2: build an autoencoder, and see why it is not a density."""

import itertools
import math

import numpy as np

from helpers.checks import all_binary
from helpers.exercises import UNASKED, Answer, array, checker, correct, expect, not_yet, then

DECIMALS = {"rtol": 0, "atol": 0.0051}  # two decimals will do


@checker("total(c, n_pixels)")
def check_certainty(total, certainty=UNASKED):
    """2.1: `total(c, n_pixels)`, Σ q(x) if each pixel's own value gets probability c.

    `certainty` is the c at which 784 pixels add up to a million.
    """
    for c, n_pixels in ((0.9, 3), (0.6, 4), (1.0, 9), (0.5, 1), (0.75, 12)):
        got, right = total.number(c, n_pixels), (2 * c) ** n_pixels
        mistakes = {
            "That is q of one image: how many images are there?": c**n_pixels,
            "There are more images than two, and fewer than you can list.": 2 * c**n_pixels,
            "It would be 1 if x̂ were the same for every x; here it follows x.": 1.0,
            "Pixels of one image multiply.": 2 * c * n_pixels,
        }
        otherwise = (
            f"{n_pixels} pixels have {2**n_pixels} images, and at a certainty of {c:g} their q"
            f" do not add up to {got:.4g}: list them, or find the q of one."
        )
        expect(got, right, mistakes, otherwise, rtol=0.01)
    got = total.number(0.51, 784)
    if not np.isclose(got, 1.02**784, rtol=0.01):
        return not_yet(f"For twelve pixels it is right, but total(0.51, 784) gives {got:.4g}.")
    if certainty is UNASKED:
        return correct(f"784 pixels at a certainty of 0.51 add up to {got / 1e6:.1f} million.")
    then("certainty", certainty)
    c = float(array("certainty", certainty, ()))
    if not 0 < c <= 1:
        return not_yet(f"`certainty` is a probability, and {c:g} is none.")
    if abs(c - 0.5 * 10 ** (6 / 784)) > 5.1e-4:
        return not_yet(f"At a certainty of {c:g}, 784 pixels add up to {(2 * c) ** 784:.3g}.")
    return correct("A million, and each pixel is hardly surer than a coin.")


@checker("decoder_for(W)")
def check_identity(decoder_for):
    """2.2: `decoder_for(W)`, W ``(D, n)`` of rank D with n ≥ D, returns V with W V = I."""
    rng = np.random.default_rng(1)
    random = [rng.standard_normal(shape) for shape in ((6, 6), (6, 9), (20, 50))]
    zeros, eye = np.zeros((4, 4)), np.eye(4)
    for encoder in (*random, np.hstack([zeros, eye]), np.hstack([eye, 2 * eye, zeros])):
        shape = encoder.shape
        hints = {shape: f"V maps z back to x, so for W {shape} it must be {shape[::-1]}."}
        decoder = decoder_for.array(encoder, shape=shape[::-1], hints=hints)
        x = rng.standard_normal((8, shape[0]))
        wrong = np.abs(x @ encoder @ decoder - x).max()
        if wrong <= 1e-3:
            continue
        if np.allclose(decoder, encoder.T):
            return not_yet("The transpose undoes W only if its rows are perpendicular units.")
        if shape[0] != 4:
            return not_yet(f"With a random W {shape}, x W V differs from x by up to {wrong:.2g}.")
        return not_yet("Right for a random W, wrong for W = [0 I], which has rank D as well.")
    return correct(
        "Any encoder of full rank can be undone: the loss cannot tell it from a good one."
    )


@checker("normalized_nll(x, reconstruct)")
def check_normalized(normalized_nll):
    """2.4: `normalized_nll(x, reconstruct)`: mean −log of q(x) / Σ q over all images."""

    def leaning(images):
        images = np.asarray(images, float)
        return 0.1 + 0.8 * (0.7 * images + 0.3 * np.roll(images, 1, axis=-1))

    cases = {
        "The identity": lambda images: np.array(images, float),
        "The one answer": lambda images: np.linspace(0.2, 0.7, images.shape[-1]) + 0 * images,
        "A reconstruction that leans on two pixels": leaning,
    }
    for n_pixels, (name, reconstruct) in itertools.product((4, 3, 5), cases.items()):
        every = all_binary(n_pixels).astype(float)
        x = every[[0, -1, 5]]
        q_all, q = (_q(images, reconstruct(images)) for images in (every, x))
        right = -np.log(q / q_all.sum()).mean()
        hints = {(len(x),): "That is one number for each row of x: take their mean."}
        got = float(normalized_nll.array(x, reconstruct, shape=(), finite=False, hints=hints))
        if not math.isfinite(got):
            return not_yet(f"{name} gives {got}: 0 · log 0 counts as 0, and 0 ** 0 is 1.")
        mistakes = {
            "That is the mean log: the NLL has the other sign.": -right,
            "Nothing is divided by the total yet.": -np.log(q).mean(),
            "That is the sum over the rows: take their mean.": 3 * right,
            "Those are bits, and nats are asked for.": right / math.log(2),
            "That is per pixel, and the NLL of an image is asked for.": right / n_pixels,
            "The total runs over all images, not the rows of x.": -np.log(q / q.sum()).mean(),
            "The total of q, not how many images: divide by that.": -np.log(q / len(every)).mean(),
            "Each image has an NLL: no log of the mean, please.": -np.log(q.mean() / q_all.sum()),
        }
        otherwise = f"{name} on {n_pixels} pixels should not score {got:.3f}."
        expect(got, right, mistakes, otherwise, **DECIMALS)
    return correct("The identity, normalized, is the fair coin: it knows nothing about its images.")


def _q(images, x_hat):
    return np.where(images == 1, x_hat, 1 - x_hat).prod(axis=1)


@checker
def check_impostor(impostor, copy, train, test):
    """2.3: `impostor` ``(784,)`` of 0 and 1: copied as well as a digit, and far from all of them.

    `copy` maps ``(n, 784)`` to reconstructions, of which above ½ counts as 1; `train` and `test`
    are binary digits ``(n, 784)``, and say how far a digit lies from the nearest other one.
    """
    image = array("impostor", impostor)
    if image.size != 784:
        return not_yet(f"`impostor` must hold 784 pixels, one image; yours holds {image.size}.")
    if not np.isin(image, (0, 1)).all():
        return not_yet("Each pixel of `impostor` must be 0 or 1: no grey, no 255.")
    image = image.reshape(1, 784).astype("float32")
    reconstruct = Answer("copy(x)", copy)
    train, test = (array(name, x) for name, x in (("split.train", train), ("split.test", test)))
    if {train.shape[1:], test.shape[1:]} != {(784,)} or 0 in (len(train), len(test)):
        return not_yet("Give the checker `split.train` and `split.test` as they are.")

    def wrong(x):
        x = x.astype("float32")
        return ((reconstruct.array(x, shape=x.shape) > 0.5) != (x == 1)).sum(axis=1)

    far = float(np.quantile(_nearest(test, train), 0.99))
    distance, usual = float(_nearest(image, train)[0]), np.median(wrong(test))
    if usual > 50:
        return not_yet(f"`copy` must copy digits, and {usual:.0f} pixels of one come back wrong.")
    if distance == 0:
        return not_yet("That is a training digit.")
    if not image.any():
        return not_yet(f"Blank paper is {distance:.0f} pixels from a digit with little ink.")
    if distance <= far:
        return not_yet(
            f"The nearest training digit is {distance:.0f} pixels away, and for 99 % of test digits"
            f" it is within {far:.0f}: go further from any digit."
        )
    if wrong(image)[0] > usual:
        return not_yet(
            f"{wrong(image)[0]} of its pixels come back wrong, and of a typical digit {usual:.0f}:"
            " look at which ones they are, and at what the digits do there."
        )
    return correct(
        f"{distance:.0f} pixels from the nearest digit (99 % of digits: within {far:.0f}), and"
        f" {wrong(image)[0]} of its pixels come back wrong."
    )


def _nearest(x, others):
    """Number of pixels that differ from the nearest row of `others`, for each row of `x`."""
    x, others = np.asarray(x, np.float32), np.asarray(others, np.float32)
    differ = x.sum(axis=1)[:, None] + others.sum(axis=1)[None, :] - 2 * x @ others.T
    return differ.min(axis=1)


@checker("reconstruct(x)")
def check_total_one(reconstruct):
    """2.5: `reconstruct`, ``(n, 3) -> (n, 3)`` probabilities that look at x, and whose Σ q is 1."""
    every = all_binary(3).astype(float)
    x_hat = reconstruct.array(every, shape=(8, 3))
    if not ((x_hat >= 0) & (x_hat <= 1)).all():
        return not_yet("Each of the numbers must be a probability, from 0 to 1.")
    if not np.array_equal(reconstruct.array(every, shape=(8, 3)), x_hat):
        return not_yet("Two calls give two results: no chance, please.")
    alone = np.concatenate([reconstruct.array(row[None], shape=(1, 3)) for row in every])
    if not np.allclose(alone, x_hat, atol=1e-6):
        return not_yet("The answer for a row must not depend on the other rows.")
    if np.ptp(x_hat, axis=0).max() < 0.01:
        return not_yet("That is one answer for all. Let at least one output depend on x.")
    looks = np.array([_swing(x_hat, every, i) for i in range(3)]) > 1e-9  # (pixel, output)
    total = _q(every, x_hat).sum()
    if not np.isclose(total, 1, **DECIMALS):
        for d in np.flatnonzero(np.diag(looks)):
            return not_yet(f"Σ q is {total:.4f}: may output {d + 1} look at pixel {d + 1}?")
        return not_yet(f"Σ q is {total:.4f}, and no output looks at its own pixel. Who asks whom?")
    if not any(_backwards(looks, order) for order in itertools.permutations(range(3))):
        return correct(
            "Σ q is 1, by the choice of its numbers: change one a little and it is lost."
            " Is there a way in which any numbers do?"
        )
    return correct("It looks at x and is a distribution. Lesson 3 builds such networks.")


def _swing(x_hat, every, pixel) -> np.ndarray:
    """By how much each output changes with `pixel`, at most, ``(3,)``."""
    return np.abs(x_hat[every[:, pixel] == 1] - x_hat[every[:, pixel] == 0]).max(axis=0)


def _backwards(looks, order) -> bool:
    """Does each output look only at pixels that come before it in `order`?"""
    return not np.tril(looks[np.ix_(order, order)]).any()
