"""How fast things are, against what one would use instead: `python -m benchmarks.speed NAME …`.

sampler   the exact sampler against the plain loop and against `model.predict` per pixel
step      a training step, plain and in blocks, against the same network without masks and against
          a masked PyTorch twin
growth    how time grows with the number of pixels and of hidden units
imports   import time of each module of `helpers`, in a fresh interpreter
lessons   time and peak memory of each lesson, run once from a clean kernel

All methods of a comparison run in one process, in turn, and the medians of their repetitions are
compared. Results go to `benchmarks/speed.json`, with core count and date. Run nothing beside it.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from helpers import files

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "benchmarks" / "speed.json"


def in_turn(methods: dict, repetitions: int, slow=()) -> dict:
    """Return the median seconds of each method, all run in turn, after a round that only warms up.

    The methods named in `slow` sit out that round.
    """
    seconds = {name: [] for name in methods}
    for round_number in range(repetitions + 1):
        for name, method in methods.items():
            if name in slow and not round_number:
                continue
            start = time.perf_counter()
            method()
            if round_number:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def predict_per_pixel(model, n: int, seed=0) -> np.ndarray:
    """Draw `n` examples as the source article does: one `model.predict` for every pixel."""
    rng = np.random.default_rng(seed)
    x = np.zeros((n, model.n_inputs), "float32")
    for d in model.orderings()[0]:
        p = 1 / (1 + np.exp(-model.predict(x, batch_size=1000, verbose=0)[:, d]))
        x[:, d] = rng.random(n) < p
    return x


def drawing_methods(model, network, n: int) -> dict:
    """Return the ways to draw `n` examples, and one forward pass to measure them by."""
    from helpers import sampling

    ready, x = sampling.Sampler(network), np.zeros((n, 784), "float32")
    model.predict(x, batch_size=1000, verbose=0)  # traced here, once
    return {
        "exact": lambda: sampling.sample(network, n),
        "exact, laid out before": lambda: sampling.sample(ready, n),
        "one forward pass": lambda: network.logits(x),
        "plain loop": lambda: sampling.sample_loop(network, n),
        "predict per pixel": lambda: predict_per_pixel(model, n),
    }


def sampler(repetitions=5) -> dict:
    """Time drawing 1, 100 and 1,000 digits from a model of 2 × 500 units."""
    from helpers import made, sampling

    model = made.MADE(784, (500, 500), "random", seed=1)
    network = model.network()
    result = {"hidden_units": [500, 500], "seconds": {}, "completions_8": {}}
    for n in (1, 100, 1000):
        methods = drawing_methods(model, network, n)
        result["seconds"][str(n)] = in_turn(methods, repetitions, slow=["predict per pixel"])
    known = np.zeros(784, bool)
    known[network.ordering[:392]] = True
    result["completions_8"] = in_turn(
        {"exact": lambda: sampling.complete(network, np.zeros(784), known, 8)}, 20
    )
    u = np.random.default_rng(0).random((100, 784))
    exact = network.astype("float64")
    result["same_digits"] = bool(
        np.array_equal(
            sampling.sample(exact, 100, uniforms=u), sampling.sample_loop(exact, 100, uniforms=u)
        )
    )
    return result


def dense_twin(n_inputs, hidden_units, dropout):
    """Return the network of `MADE` with direct connections, and no masks."""
    import keras

    from benchmarks import blocks

    inputs = h = keras.Input((n_inputs,))
    for n in hidden_units:
        h = blocks.HashDropout(dropout)(keras.layers.Dense(n, "relu")(h))
    logits = keras.layers.Dense(n_inputs)(h)
    return keras.Model(inputs, logits + keras.layers.Dense(n_inputs, use_bias=False)(inputs))


def torch_step(n_inputs, hidden_units, dropout, x):
    """Return a function that trains the same masked network in PyTorch, a step on the batch `x`."""
    import torch
    from torch import nn

    from helpers import masks

    class MaskedLinear(nn.Linear):
        def __init__(self, mask, bias=True):
            super().__init__(*mask.shape, bias=bias)
            self.register_buffer("mask", torch.from_numpy(mask.T.astype("float32").copy()))

        def forward(self, h):
            return nn.functional.linear(h, self.weight * self.mask, self.bias)

    degrees = masks.make_degrees(n_inputs, hidden_units, "random", seed=1)
    *hidden, out = [MaskedLinear(m) for m in masks.make_masks(degrees)]
    between = [part for layer in hidden for part in (layer, nn.ReLU(), nn.Dropout(dropout))]
    stack = nn.Sequential(*between, out)
    direct = MaskedLinear(masks.direct_mask(degrees[0]), bias=False)
    adam = torch.optim.Adam([*stack.parameters(), *direct.parameters()], 1e-3)
    batch = torch.from_numpy(x)

    def step():
        adam.zero_grad()
        logits = stack(batch) + direct(batch)
        nll = nn.functional.binary_cross_entropy_with_logits(logits, batch, reduction="sum")
        (nll / len(batch)).backward()
        adam.step()

    return step


def keras_step(model, x, jit=True):
    """Return a function that trains `model`, one step on the batch `x`.

    Not by `fit`, whose input pipeline now and then ends an epoch only when a timer fires,
    10 ms · (2^k − 1) after its start, which rounds times up to the next such value.
    """
    import keras

    from helpers import made

    model.compile(keras.optimizers.Adam(1e-3), loss=made.nll, jit_compile=jit)
    return lambda: model.train_on_batch(x, x)


def step_methods(units, dropout, x) -> dict:
    """Return the ways to take a step; the dropout of `MADE`, Keras's own, is faster without XLA."""
    from benchmarks import blocks
    from helpers import made

    model = made.MADE(784, units, "random", dropout=dropout, seed=1)
    methods = {
        "MADE": keras_step(model, x, jit=not dropout),
        "in blocks": keras_step(blocks.BlockMADE(model), x),
        "no masks": keras_step(dense_twin(784, units, dropout), x),
    }
    try:
        methods["PyTorch"] = torch_step(784, units, dropout, x)
    except ModuleNotFoundError:
        print("PyTorch is not installed: pip install -r requirements-benchmark.txt")
    return methods


STEPS = {"500 × 500": ((500, 500), 0.0), "2,000": ((2000,), 0.0), "8,000, dropout": ((8000,), 0.2)}


def step(repetitions=41, batch=250) -> dict:
    """Time a training step of ours, of the unmasked network, and of a PyTorch twin."""
    x = np.random.default_rng(0).integers(0, 2, (batch, 784)).astype("float32")
    result = {"batch": batch, "seconds": {}}
    for name, (units, dropout) in STEPS.items():
        result["seconds"][name] = in_turn(step_methods(units, dropout, x), repetitions)
    return result


def growth(repetitions=21, batch=250) -> dict:
    """Time a training step and the drawing of 100 examples, for several D and widths."""
    from helpers import made, sampling

    rng = np.random.default_rng(0)
    result = {"pixels": {}, "width": {}}
    cases = [("pixels", n, (500,)) for n in (64, 196, 784, 3136)]
    cases += [("width", n, (n,)) for n in (500, 1000, 2000, 4000, 8000)]
    for kind, size, units in cases:
        n_inputs = size if kind == "pixels" else 784
        x = rng.integers(0, 2, (batch, n_inputs)).astype("float32")
        model = made.MADE(n_inputs, units, "random", seed=1)
        drawing = sampling.Sampler(model.network())
        methods = {
            "step": keras_step(model, x),
            "draw 100": lambda drawing=drawing: sampling.sample(drawing, 100),
        }
        result[kind][str(size)] = in_turn(methods, repetitions)
    return result


MODULES = "masks likelihood network sampling reference data checks made training".split()


def imports(repetitions=5) -> dict:
    """Time `import helpers.NAME` in fresh interpreters, less the start of the interpreter."""

    def run(code):
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)

    methods = {"": lambda: run("pass")}
    for name in MODULES:
        methods[name] = lambda name=name: run(f"import helpers.{name}")
    times = in_turn(methods, repetitions)
    return {"seconds": {name: times[name] - times[""] for name in MODULES}}


def lessons() -> dict:
    """Run each lesson once on its bundled sample; note seconds, wall and processor, and memory."""
    import nbclient
    import nbformat

    os.environ.pop("MADE_LESSON_DATA", None)
    # not ru_maxrss, which begins at the peak of the process that forked the kernel: this one
    status = "open('/proc/self/status', encoding='utf-8')"
    peak = f"next(s.split()[1] for s in {status} if s.startswith('VmHWM'))"
    spent = f"import time\nprint({peak}, time.process_time())"
    result = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, 4)
        notebook.cells.append(nbformat.v4.new_code_cell(spent))
        client = nbclient.NotebookClient(notebook, timeout=None, kernel_name="python3")
        client.resources = {"metadata": {"path": str(path.parent)}}
        start = time.perf_counter()
        client.execute()
        seconds = time.perf_counter() - start
        kibibytes, processor = map(float, notebook.cells[-1].outputs[0].text.split())
        result[path.stem] = {
            "seconds": round(seconds, 1),
            "processor_seconds": round(processor, 1),
            "mebibytes": round(kibibytes / 1024),
        }
    return {"lessons": result}


def has(name: str) -> bool:
    """Say whether the part `name` has been measured."""
    return FILE.exists() and name in json.loads(FILE.read_text(encoding="utf-8"))


def recorded(name: str) -> dict:
    """Return what `measure` wrote of the part `name`."""
    return json.loads(FILE.read_text(encoding="utf-8"))[name]


PARTS = {
    "sampler": sampler,
    "step": step,
    "growth": growth,
    "imports": imports,
    "lessons": lessons,
}


def measure(names) -> dict:
    """Run the named parts and write them into `benchmarks/speed.json`."""
    results = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    for name in names:
        stamp = {"cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d")}
        results[name] = stamp | PARTS[name]()
        files.write_text(FILE, json.dumps(results, indent=1) + "\n")
        print(name, json.dumps(results[name], indent=1), flush=True)
    return results


if __name__ == "__main__":
    unknown = [name for name in sys.argv[1:] if name not in PARTS]
    if unknown:
        sys.exit(f"usage: python -m benchmarks.speed [NAME …]; names: {', '.join(PARTS)}")
    measure(sys.argv[1:] or PARTS)
