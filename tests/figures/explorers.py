"""Explorers read by their tests: what their pictures show, in the words of `artists.describe`."""

from __future__ import annotations

import io

import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
from artists import describe

from helpers.widgets import picture


def in_words(monkeypatch) -> None:
    """From now on, the image of an explorer holds its picture's description."""

    def words(fig):
        plt.close(fig)
        return describe(fig).encode()

    monkeypatch.setattr(picture, "png_bytes", words)


def shown(image) -> str:
    """What the image of an explorer says after `in_words`."""
    return bytes(image.value).decode()


def pixels(image) -> np.ndarray:
    """``(height, width, 3)`` of the PNG that the reader sees."""
    return np.asarray(PIL.Image.open(io.BytesIO(image.value)))
