"""Checkers for the exercises of lesson 2: build an autoencoder, and see why it is not a density."""

import numpy as np

from helpers.checks import all_binary
from helpers.exercises import checker, correct, not_yet


@checker
def check_certainty(total):
    """`total(c, n_pixels)`: Σ q(x) if each pixel's own value gets probability `c`."""
    for n_pixels, c in [(1, 0.5), (3, 0.9), (4, 0.6), (9, 1.0)]:
        got = total(c, n_pixels)
        if got is None:
            return not_yet("Make `total` return one number.")
        every = all_binary(n_pixels).astype(float)
        x_hat = np.where(every == 1, c, 1 - c)
        right = np.where(every == 1, x_hat, 1 - x_hat).prod(axis=1).sum()
        if not np.isclose(float(np.squeeze(got)), right):
            return not_yet(f"Adding up all images gives total({c}, {n_pixels}) = {right:.4g}.")
    got = float(np.squeeze(total(0.51, 784)))
    if not np.isclose(got, 1.02**784, rtol=1e-3):  # float32 will do
        return not_yet(f"For nine pixels it is right, but total(0.51, 784) gives {got:.4g}.")
    return correct(f"784 pixels at a certainty of 0.51 already add up to {got / 1e6:.1f} million.")


@checker
def check_identity(decoder_for):
    """`decoder_for(W)`, W ``(D, n)`` with n of at least D, returns V with W V = I."""
    rng = np.random.default_rng(1)
    for n_inputs, n_latent in [(6, 6), (6, 9), (20, 50)]:
        encoder = rng.standard_normal((n_inputs, n_latent))
        decoder = decoder_for(encoder.copy())
        if decoder is None:
            return not_yet("Make `decoder_for` return a matrix V, (n, D).")
        decoder = np.asarray(decoder, float)
        if decoder.shape != (n_latent, n_inputs):
            return not_yet(
                f"For W {encoder.shape}, V must be {(n_latent, n_inputs)}; got {decoder.shape}."
            )
        x = rng.standard_normal((8, n_inputs))
        wrong = np.abs(x @ encoder @ decoder - x).max()
        if wrong > 1e-6:
            return not_yet(f"With W {encoder.shape}, x W V differs from x by up to {wrong:.2g}.")
    return correct(
        "Any encoder of full rank can be undone: the loss cannot tell it from a good one."
    )


@checker
def check_normalized(normalized_nll):
    """`normalized_nll(x, reconstruct)`: mean −log of q(x) / Σ q over all images of D pixels."""
    x = np.array([[0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 1]], float)
    got = normalized_nll(x, lambda images: images)
    if got is None:
        return not_yet("Make `normalized_nll` return one number, in nats.")
    if np.size(got) != 1:
        return not_yet(f"Yours has shape {np.shape(got)}: take the mean over the rows of x.")
    got = float(np.squeeze(got))
    if np.isnan(got):
        return not_yet("The identity gives nan: 0 · log 0 is nan, while 0 ** 0 is 1 in NumPy.")
    if np.isclose(got, 0):
        return not_yet("The identity still scores 0: divide q by its sum over all 2^D images.")
    if not np.isclose(got, 4 * np.log(2)):
        return not_yet(f"The identity on 4 pixels should score 4 ln 2 = 2.773, got {got:.3f}.")
    mean = x.mean(axis=0)
    got = float(
        np.squeeze(normalized_nll(x[:2], lambda images: np.broadcast_to(mean, images.shape)))
    )
    p = np.where(x[:2] == 1, mean, 1 - mean).prod(axis=1)
    right = -np.log(p).mean()  # one answer for all is a distribution already
    if not np.isclose(got, right):
        return not_yet(f"One answer for all should score {right:.3f}, got {got:.3f}.")

    def leaning(images):
        return 0.1 + 0.8 * (0.7 * images + 0.3 * np.roll(images, 1, axis=1))

    every = all_binary(4).astype(float)
    total = np.where(every == 1, leaning(every), 1 - leaning(every)).prod(axis=1).sum()
    q = np.where(x == 1, leaning(x), 1 - leaning(x)).prod(axis=1)
    right = -np.log(q / total).mean()
    got = float(np.squeeze(normalized_nll(x, leaning)))
    if not np.isclose(got, right):
        return not_yet(f"A third reconstruction should score {right:.3f}, got {got:.3f}.")
    return correct("The identity, normalized, is the fair coin: it knows nothing about its images.")


@checker
def check_impostor(impostor, copy, train, test):
    """`impostor` ``(784,)`` of 0 and 1: copied as well as a digit, and far from all of them.

    Args:
        impostor: the answer.
        copy: ``(n, 784) -> (n, 784)`` reconstructions; above ½ counts as 1.
        train, test: binary digits ``(n, 784)``; how far a digit lies from the nearest of `train`
            is measured on `test`.
    """
    if impostor is None:
        return not_yet("Put 784 zeros and ones into `impostor`.")
    image = np.asarray(impostor, float)
    if image.size != 784 or not np.isin(image, (0, 1)).all():
        return not_yet("`impostor` must hold 784 values, each 0 or 1.")
    image = image.reshape(1, 784)

    def wrong(x):
        return ((copy(x) > 0.5) != (x == 1)).sum(axis=1)

    far = float(np.quantile(_nearest(test, train), 0.99))
    distance, usual = float(_nearest(image, train)[0]), np.median(wrong(test))
    if distance <= far:
        return not_yet(
            f"The nearest training digit is {distance:.0f} pixels away, and for 99 % of test digits"
            f" it is within {far:.0f}: go further from any digit."
        )
    if wrong(image)[0] > usual:
        return not_yet(
            f"{wrong(image)[0]} of its pixels come back wrong, and of a typical digit {usual:.0f}."
            " Noise where no digit has ink is not copied: stay in the middle."
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


@checker
def check_total_one(reconstruct):
    """`reconstruct`, ``(n, 3) -> (n, 3)`` probabilities that depend on x and whose Σ q is 1."""
    every = all_binary(3).astype(float)
    x_hat = reconstruct(every.copy())
    if x_hat is None:
        return not_yet("Make `reconstruct` return three probabilities for each row of x.")
    x_hat = np.asarray(x_hat, float)
    if x_hat.shape != (8, 3) or not ((x_hat >= 0) & (x_hat <= 1)).all():
        return not_yet("For 8 rows of x, `reconstruct` must return (8, 3) numbers in [0, 1].")
    if np.ptp(x_hat, axis=0).max() < 0.01:
        return not_yet("That is one answer for all. Let at least one output depend on x.")
    alone = np.array([np.asarray(reconstruct(row[None].copy()), float)[0] for row in every])
    if not np.allclose(alone, x_hat):
        return not_yet("The answer for a row must not depend on the other rows of the batch.")
    total = np.where(every == 1, x_hat, 1 - x_hat).prod(axis=1).sum()
    if not np.isclose(total, 1):
        return not_yet(f"Σ q is {total:.4f}. Which inputs may an output look at, and which not?")
    return correct("It looks at x and is a distribution. Lesson 3 builds such networks.")
