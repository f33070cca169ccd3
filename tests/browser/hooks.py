"""What to do with explorers that are more than sliders and buttons.

`HOOKS` maps a cell's id to a function of its `Explorer` (see notebook_page.py), which is called
after all ordinary controls have been moved. It moves what it knows of, and asserts what must change
in `explorer.area` or `explorer.picture()`.
"""

HOOKS = {}
