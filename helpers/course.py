"""What a lesson needs of the machine that it runs on; the first cell of each calls `prepare`.

That cell finds the course's folder, and everything longer is here. Nothing in this file imports
Keras or TensorFlow: a lesson does so where it needs them, and finds them as they are set up here.
"""

import atexit
import importlib.util
import logging
import os
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
NEEDED = ("numpy", "matplotlib", "ipywidgets")
CHOOSE = "choose the course's environment, which `make env` makes, as this notebook's kernel"


def prepare() -> Path:
    """Give a lesson the same start on every machine; twice does no harm.

    The Keras backend is TensorFlow unless `KERAS_BACKEND` names another. Log lines of C++ code go
    to the terminal; what Python prints, warns of or raises is seen in the notebook as always.

    Returns:
        The course's folder.

    Raises:
        SystemExit: with one sentence that says what to do, if a lesson can't run in this kernel.
    """
    check_kernel()
    quieten()
    choose_keras()
    forget_numpy_settings()
    forget_figure_settings()
    say_if_read_only()
    return ROOT


def check_kernel() -> None:
    """Stop with a sentence if Python is too old or a package is missing; warn if Keras is."""
    if sys.version_info < OLDEST_PYTHON:
        have, need = (".".join(map(str, v[:2])) for v in (sys.version_info, OLDEST_PYTHON))
        sys.exit(f"The course needs Python {need} or newer and this kernel runs {have}: {CHOOSE}.")
    if missing := _missing(NEEDED):
        sys.exit(f"This kernel ({sys.executable}) has {missing}: {CHOOSE}.")
    if missing := _missing(("keras", os.environ.get("KERAS_BACKEND") or "tensorflow")):
        print(f"This kernel has {missing}, so cells that need it will fail: {CHOOSE}.")


def _missing(names: tuple) -> str:
    absent = [n for n in names if n not in sys.modules and importlib.util.find_spec(n) is None]
    return " and ".join(f"no {name}" for name in absent)


def _jupyter():
    """IPython's shell where it runs a notebook; None in a script or a terminal."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell if hasattr(shell, "kernel") else None


def quieten() -> None:
    """Keep out of the notebook what libraries log about themselves, and only that."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # its caches, other people's settings
    if sys.warnoptions:  # PYTHONWARNINGS=error would stop imports; these are Python's own defaults
        warnings.simplefilter("default")
        for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", kind)
    if _jupyter():
        send_logs_to_the_terminal()


def send_logs_to_the_terminal() -> None:
    """Undo what Jupyter does with file descriptor 2, which C++ code logs to: show it in a cell.

    In Jupyter `sys.stderr.fileno()` is the terminal that it was started from.
    """
    try:
        terminal = sys.stderr.fileno()
        if os.path.sameopenfile(terminal, 2):
            return
    except (AttributeError, OSError, ValueError):
        return  # this Jupyter leaves the descriptor alone
    shown = os.dup(2)
    os.dup2(terminal, 2)
    atexit.register(os.dup2, shown, 2)  # a kernel that ends waits for a word from its own end


def choose_keras() -> None:
    """Settle the backend before Keras is imported; other projects' settings do not count."""
    os.environ["KERAS_BACKEND"] = os.environ.get("KERAS_BACKEND") or "tensorflow"
    os.environ["KERAS_HOME"] = str(ROOT / "build" / "keras")  # not the reader's own keras.json
    for name in ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH", "KERAS_NNX_ENABLED"):
        os.environ.pop(name, None)


def say_if_read_only() -> None:
    """One sentence where nothing can be saved: a class may read one copy together."""
    if not os.access(os.getcwd(), os.W_OK):
        print(
            "This folder is read-only: to keep your answers, save the lesson in a folder of your "
            "own (File, Save Notebook As)."
        )


def forget_numpy_settings() -> None:
    """NumPy's own way to print and to warn, whatever a start-up file of IPython has set."""
    import numpy as np

    np.seterr(all="warn", under="ignore")
    np.set_printoptions(
        precision=8, threshold=1000, edgeitems=3, linewidth=75, suppress=False, nanstr="nan",
        infstr="inf", sign="-", floatmode="maxprec", formatter=None, legacy=False,
    )  # fmt: skip


def forget_figure_settings() -> None:
    """Figures under their cells, in the course's style on top of matplotlib's own defaults."""
    if shell := _jupyter():
        os.environ.pop("MPLBACKEND", None)
        shell.run_line_magic("matplotlib", "inline")
        shell.ast_node_interactivity = "last_expr"
    import matplotlib

    from helpers import plots

    matplotlib.rcdefaults()
    plots.use_style()
