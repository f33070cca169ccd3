"""What a lesson needs of the machine that it runs on; the first cell of each calls `prepare`.

That cell finds the course's folder, and everything longer is here. Nothing in this file imports
Keras or TensorFlow: a lesson does so where it needs them, and finds them as they are set up here.
"""

import ast
import atexit
import dis
import importlib
import importlib.util
import logging
import os
import sys
import types
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
NEEDED = ("numpy", "matplotlib", "ipywidgets")
KERAS_ROOMS = (
    "autoencoder",
    "batches",
    "devices",
    "fresh",
    "layers",
    "made",
    "progress",
    "runs",
    "training",
)
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
    step_aside_without_keras()
    say_when_the_course_is_older()
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
    if missing := _missing(_keras()):
        print(
            f"This kernel has {missing}, so cells that need Keras step aside; for them, {CHOOSE}."
        )


def _keras() -> tuple:
    return "keras", os.environ.get("KERAS_BACKEND") or "tensorflow"


def _absent(names: tuple) -> list:
    return [n for n in names if n not in sys.modules and importlib.util.find_spec(n) is None]


def _missing(names: tuple) -> str:
    return " and ".join(f"no {name}" for name in _absent(names))


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


class StepAside(ast.NodeTransformer):
    """Puts a sentence in the place of a cell that needs Keras where there is none.

    Such a cell imports Keras, TensorFlow or a room of the course that does, or reads a name that a
    cell which stepped aside would have set. All other cells run as they are.
    """

    def __init__(self):
        self.unset = set()  # names that cells which stepped aside would have set

    def visit(self, cell: ast.Module) -> ast.Module:
        importlib.invalidate_caches()  # it may have been installed since
        try:
            reads, sets = _names(compile(cell, "", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT))
        except (SyntaxError, ValueError):
            return cell  # Python says itself what is wrong with it
        if needed := _imports(cell) & _unusable():
            name = "TensorFlow" if needed == {"tensorflow"} else "Keras"
            why = f"This cell needs {name}, which this kernel lacks, and steps aside."
        elif needed := _unusable() and reads & self.unset:
            names = ", ".join(f"`{name}`" for name in sorted(needed))
            why = f"A cell that stepped aside would have made {names}, so this one does, too."
        else:
            self.unset -= sets
            return cell
        self.unset |= sets
        return ast.parse(f"print({why!r})")


def _unusable() -> set:
    """What a cell can't import here, of all that needs Keras or TensorFlow."""
    keras = {"keras", *(f"helpers.{room}" for room in KERAS_ROOMS)} if _absent(_keras()) else set()
    return keras | set(_absent(("tensorflow",)))


def _imports(cell: ast.Module) -> set:
    """The packages, and rooms of the course, that a cell imports."""
    found = set()
    for node in ast.walk(cell):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name if name.startswith("helpers.") else name.split(".")[0] for name in found}


def _names(code: types.CodeType) -> tuple:
    """(names that a cell reads before it sets them, names that it sets)."""
    reads, sets = set(), set()
    for step in dis.get_instructions(code):
        if step.opname in ("STORE_NAME", "STORE_GLOBAL"):
            sets.add(step.argval)
        elif step.opname in ("LOAD_NAME", "LOAD_GLOBAL") and step.argval not in sets:
            reads.add(step.argval)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            reads |= _names(inner)[0] - sets
    return reads, sets


def step_aside_without_keras() -> None:
    """Have cells that need Keras say so where there is none, so that all others can run."""
    if (shell := _jupyter()) and _absent((*_keras(), "tensorflow")):
        mine = [t for t in shell.ast_transformers if type(t).__name__ != "StepAside"]
        shell.ast_transformers[:] = [*mine, StepAside()]


def say_when_the_course_is_older() -> None:
    """A sentence for a lesson that imports from `helpers` what this copy of it does not have."""

    def handler(shell, kind, error, trace, tb_offset=None):
        if (error.name or "").split(".")[0] != "helpers":
            return shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        print(
            f"{error.msg.split(' (')[0]}: the course's copy in {ROOT} is older than this lesson, "
            "or the name is misspelt. Put a new copy there (on Colab, delete that folder), restart "
            "the kernel and run this lesson from its first cell.",
            file=sys.stderr,
        )

    if shell := _jupyter():
        shell.set_custom_exc((ImportError,), handler)


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
    from helpers import plots

    plots.use_style()
