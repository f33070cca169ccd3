"""One model, three backends: the same log-probabilities, trained and untrained.

Run as a script, this file does a little of everything with the backend of `KERAS_BACKEND` and
prints what came out: ``KERAS_BACKEND=jax python tests/test_backends.py FOLDER``.
"""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
BACKENDS = ["tensorflow", "jax", "torch"]
NUMPY_ONLY = ["masks", "likelihood", "network", "data", "sampling", "reference", "checks"]
MODULES = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}


def work(folder: Path) -> dict:
    """Score, differentiate, train, save and load on the current backend."""
    import keras

    before = set(sys.modules)  # TensorFlow itself imports JAX where it is installed
    from benchmarks import blocks
    from helpers import checks, made, training

    rng = np.random.default_rng(0)
    x = checks.all_binary(6)
    model = made.MADE(6, (10, 8), "random", activation="tanh", n_masks=2, seed=3)
    result = {"backend": keras.backend.backend(), "untrained": model.log_prob(x).tolist()}
    looked = checks.gradient_dependencies(lambda v: model(v, mask_set=1), rng.normal(size=(9, 6)))
    checks.assert_autoregressive(looked, model.orderings()[1])
    result["dependencies"] = (looked != 0).tolist()
    data = (rng.random((100, 6)) < np.linspace(0.1, 0.9, 6)).astype("uint8")
    history = training.fit(model, data[:70], data[70:], epochs=2, batch_size=32,
                           learning_rate=0.02, seed=1, folder=folder, progress=False)  # fmt: skip
    result |= {"train": history.train, "valid": history.valid}
    result["trained"] = model.log_prob(x).tolist()
    result["numpy"] = np.exp([model.network(k).log_prob(x) for k in range(2)]).sum(axis=1).tolist()
    result["loaded"] = made.load(made.save(model, folder / "model.npz")).log_prob(x).tolist()
    model.save(folder / "model.keras")
    result["keras"] = keras.models.load_model(folder / "model.keras").log_prob(x).tolist()
    result["others imported"] = [
        name
        for backend, name in MODULES.items()
        if backend != result["backend"] and name in set(sys.modules) - before
    ]
    fast = blocks.BlockMADE(made.MADE(6, (10, 8), "random", seed=3, dropout=0.3), 3)
    result["fast"] = training.fit(fast, data[:70], data[70:], epochs=2, batch_size=32,
                                  learning_rate=0.02, seed=1, progress=False).valid  # fmt: skip
    dropping = made.MADE(6, (50,), dropout=0.5)
    result["dropout rests"] = bool((dropping.log_prob(x) == dropping.log_prob(x)).all())
    return result


def run(backend, folder) -> dict:
    if importlib.util.find_spec(MODULES[backend]) is None:
        pytest.skip(f"{backend} is not installed: pip install {MODULES[backend]} to try it")
    environment = os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, __file__, str(folder)],
        env=environment, cwd=folder, capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """What this process, with its own backend, computes."""
    return work(tmp_path_factory.mktemp("here"))


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_backend_computes_the_same(backend, here, tmp_path):
    there = run(backend, tmp_path)
    assert there["backend"] == backend
    for key in ("untrained", "trained", "loaded", "keras", "train", "valid"):
        np.testing.assert_allclose(there[key], here[key], atol=1e-4, err_msg=key)
    assert there["dependencies"] == here["dependencies"]
    np.testing.assert_allclose(there["numpy"], 1, atol=1e-5)
    assert there["dropout rests"]
    np.testing.assert_allclose(there["fast"], here["fast"], atol=0.2)  # noise differs by backend
    assert np.abs(np.subtract(here["trained"], here["untrained"])).max() > 0.1
    if backend == "tensorflow":
        assert there["others imported"] == []


def test_loaded_models_score_as_saved_ones(here):
    for key in ("loaded", "keras"):
        np.testing.assert_allclose(here[key], here["trained"], atol=1e-5)


def imports(file: Path) -> set:
    """Top-level packages that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize(
    "module",
    [
        "helpers/made",
        "helpers/training",
        "helpers/batches",
        "helpers/autoencoder",
        "benchmarks/blocks",
    ],
)
def test_models_and_training_name_no_backend(module):
    found = imports(ROOT / f"{module}.py")
    assert "keras" in found
    assert not found & set(MODULES.values())


def test_numpy_modules_import_neither_keras_nor_a_backend():
    code = (
        "import importlib, sys\n"
        f"for name in {NUMPY_ONLY}:\n"
        "    importlib.import_module('helpers.' + name)\n"
        f"    heavy = {{'keras', *{list(MODULES.values())}}} & set(sys.modules)\n"
        "    assert not heavy, f'helpers.{name} imports {heavy}'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    print(json.dumps(work(Path(sys.argv[1]))))
