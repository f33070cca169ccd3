"""Explorers read by their tests: what their pictures show, in the words of `artists.describe`."""

from __future__ import annotations

import io

import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
from artists import describe
from matplotlib.backends.backend_agg import FigureCanvasAgg

from helpers.widgets import picture


def in_words(monkeypatch) -> None:
    """From now on, the image of an explorer that draws afresh holds its picture's description."""

    def words(fig):
        plt.close(fig)
        return describe(fig).encode()

    monkeypatch.setattr(picture, "png_bytes", words)


def keep_figures(monkeypatch) -> list:
    """Return a list that gets the figure of every explorer in which only a part moves."""
    figures = []

    class Canvas(FigureCanvasAgg):
        def __init__(self, figure):
            figures.append(figure)
            figure.whole_pictures = 0
            super().__init__(figure)

        def draw(self):
            self.figure.whole_pictures += 1
            super().draw()

    monkeypatch.setattr(picture, "FigureCanvasAgg", Canvas)
    return figures


def shown(image) -> str:
    """What the image of an explorer says after `in_words`."""
    return bytes(image.value).decode()


def pixels(image) -> np.ndarray:
    """``(height, width, 3)`` of the PNG that the reader sees."""
    return np.asarray(PIL.Image.open(io.BytesIO(image.value)))


def differ(image, figure) -> float:
    """The share of the image's pixels that are not those of the figure, drawn as a whole."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    whole = np.asarray(canvas.buffer_rgba())[..., :3].astype(int)
    plt.close(figure)
    return float((np.abs(whole - pixels(image)).max(axis=2) > 40).mean())
