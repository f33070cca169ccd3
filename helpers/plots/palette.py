"""The colours of the course's figures, of which most colour-blind readers can tell all apart.

They are those of Okabe & Ito (2008).
"""

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, BLACK, GREY = "#56B4E9", "#CC79A7", "#F0E442", "#000000", "#8A8A8A"
COLORS = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, YELLOW, BLACK)
DIGITS = "gray_r"  # ink is dark: 0 = white background, 1 = black
DARK, LIGHT = "#23313D", "#DCEBF5"  # squares of a mask: cut, connected
PALE = "#C9DCEB"  # what blue is compared with
UNDRAWN = "#BFE0F2"  # a pixel that is not known
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
