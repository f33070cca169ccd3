"""The README's results are what the benchmarks recorded, and the records are whole."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks import ablations, lesson_5, results, scores, speed
from benchmarks.recipes import RECIPES
from helpers import reference

ROOT = Path(__file__).resolve().parent.parent


def test_the_readme_says_what_is_recorded():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    said = re.search(r"<!-- results -->\n(.*?)\n<!-- /results -->", text, re.DOTALL)[1]
    assert said == results.section()
    for figure in re.findall(r"\]\((benchmarks/figures/\w+\.png)\)", said):
        assert (ROOT / figure).stat().st_size > 1000


def test_everything_that_is_timed_is_recorded_with_cores_and_date():
    notebooks = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert sorted(speed.recorded("lessons")["lessons"]) == notebooks
    for part in speed.PARTS:
        row = speed.recorded(part)
        assert row["cores"] >= 1 and re.fullmatch(r"\d{4}-\d\d-\d\d", row["date"])
    assert set(speed.recorded("sampler")["seconds"]) == {"1", "100", "1000"}
    assert speed.recorded("sampler")["same_digits"] is True
    assert set(speed.recorded("step")["seconds"]) == set(speed.STEPS)
    assert all("PyTorch" in row for row in speed.recorded("step")["seconds"].values())


def test_the_recorded_ablations_are_those_of_the_recipes():
    recorded = ablations.recorded()
    assert recorded["settings"] == json.loads(json.dumps(ablations.BASE))
    assert set(recorded["rows"]) == set(ablations.ROWS)
    seeds = {str(seed) for seed in ablations.SEEDS}
    assert len(seeds) >= 3 and set(recorded["base"]["valid"]) == seeds
    for name, row in recorded["rows"].items():
        assert row["changes"] == json.loads(json.dumps(ablations.ROWS[name]))
        assert row["against"] == ablations.AGAINST.get(name, "base")
        against = (recorded["rows"] | {"base": recorded["base"]})[row["against"]]
        differences = [row["valid"][s] - against["valid"][s] for s in seeds]
        assert row["difference"] == pytest.approx(np.mean(differences), abs=6e-4)
        error = np.std(differences, ddof=1) / np.sqrt(len(seeds))
        assert row["se"] == pytest.approx(error, abs=6e-4)
        assert min(row["seconds"].values()) > 1


def test_ablations_leave_no_thread_setting_behind(monkeypatch):
    """What `make results` times next, in the same process, must use all cores."""
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
    before = dict(os.environ)
    with ablations._one_thread_each():
        assert os.environ["OMP_NUM_THREADS"] == os.environ["TF_NUM_INTRAOP_THREADS"] == "1"
    assert dict(os.environ) == before


def test_each_row_changes_one_setting():
    rows = {"base": {}} | ablations.ROWS
    for name, changes in ablations.ROWS.items():
        assert set(changes) <= set(ablations.BASE)
        ours = ablations.BASE | changes
        theirs = ablations.BASE | rows[ablations.AGAINST.get(name, "base")]
        assert sum(ours[key] != theirs[key] for key in ours) == 1
    assert {v["hidden_units"] for v in lesson_5.VARIANTS.values()} >= {(100,), (500,), (2000,)}


def test_recorded_runs_and_scores_belong_to_recipes():
    for name, row in scores.recorded().items():
        assert {run for one in name.split(" - ") for run in one.split("+")} <= set(RECIPES)
        for part in scores.PARTS:
            assert 0 < row[part]["se"] < 0.3
    assert set(results.NOT_SHIPPED) <= set(scores.recorded())
    for name in RECIPES:
        folder = ROOT / "benchmarks" / "runs" / name
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        history = json.loads((folder / "history.json").read_text(encoding="utf-8"))
        assert summary["valid"] == pytest.approx(min(history["valid"]), abs=6e-4)
        assert len(history["valid"]) == RECIPES[name]["fit"]["epochs"]


def test_lesson_4_quotes_the_recorded_scores():
    notebook = json.loads((ROOT / "notebooks" / "04_train_made.ipynb").read_text(encoding="utf-8"))
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == "paper-table-read")
    text, found = "".join(cell["source"]), scores.recorded()
    tests = [found[name]["test"] for name in results.NOT_SHIPPED if "+" not in name]
    tests.append(reference.cards()["average"]["test"])
    said = {(nll, se) for nll, se in re.findall(r"(\d\d\.\d\d) ± (\d\.\d\d)", text)}
    assert len(said) == 5
    assert said <= {(f"{row['nll']:.2f}", f"{row['se']:.2f}") for row in tests}
    gaps = [
        found[name]["valid"]["nll"] - found[name]["train"]["nll"]
        for name in ("raster-8000", "raster-8000-fresh")
    ]
    assert re.findall(r"(\d\.\d) nats", text) == [f"{gap:.1f}" for gap in gaps]


def test_a_difference_is_paired(monkeypatch):
    """Two models that differ by 1 nat on every digit differ by 1 ± 0, however they scatter."""
    rng = np.random.default_rng(0)

    class Split:
        train = valid = test = rng.random((500, 4))

    per_digit = {"a": 50 * Split.test[:, 0], "b": 50 * Split.test[:, 0] + 1}
    monkeypatch.setattr(scores, "log_prob", lambda run, x: -per_digit[run])
    row = scores.score("b - a", Split)["test"]
    assert row == {"nll": 1.0, "se": 0.0}
    both = scores.score("a+b", Split)["test"]["nll"]  # log-mean-exp of 0 and −1
    assert both == pytest.approx(per_digit["a"].mean() - np.log((1 + np.exp(-1)) / 2), abs=6e-4)
