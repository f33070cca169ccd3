"""Lesson 7's explorer: its picture is that of its two menus, and the page's file is up to date."""

import json
import sys

import numpy as np
import pytest
from artists import describe
from explorers import in_words, shown

from helpers import faults
from helpers.plots.masks import finding
from helpers.widgets import explore_clinic


def test_the_picture_follows_both_menus(monkeypatch, core_widgets):
    in_words(monkeypatch)
    patient, look, image = explore_clinic().children
    assert patient.options == tuple(faults.FAULTS) and look.options == tuple(faults.LOOKS)
    assert (patient.value, look.value) == ("stale masks after reshuffling", "flips")
    places = [("sound", "paths"), ("stopped on the test set", "audit"), ("log(p + ε)", "Σp")]
    for fault, name in [(patient.value, look.value), *places]:
        patient.value, look.value = fault, name
        one = faults.FAULTS[fault]()
        wanted = finding(name, faults.LOOKS[name](one), np.argsort(one.degrees[0]))
        assert shown(image) == describe(wanted)


@pytest.fixture
def clinic(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "tools"))
    import clinic

    yield clinic
    sys.modules.pop("clinic")


def test_the_pages_file_holds_what_the_looks_find(clinic):
    held, fresh = json.loads(clinic.CLINIC.read_text(encoding="utf-8")), clinic.table()
    assert held["units"] == fresh["units"]
    assert list(held["patients"]) == list(fresh["patients"])
    for fault, findings in fresh["patients"].items():
        assert list(held["patients"][fault]) == list(findings)
        for look, found in findings.items():
            there = held["patients"][fault][look]
            assert there["red"] == found["red"], (fault, look)
            assert there.get("codes") == found.get("codes")
            assert there.get("order") == found.get("order")
            numbers = found.get("numbers", [])
            assert there.get("numbers", []) == pytest.approx(numbers, rel=0.02, abs=1e-6)


def test_squares_are_coded_in_visiting_order(clinic):
    found = np.array([[0, 0, 7], [1, 0, 1], [0, 0, 0]])  # order: second, first, third
    assert clinic.codes(found, np.array([1, 0, 2])) == [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    assert clinic.codes(found, np.array([0, 1, 2])) == [[0, 3, 1], [2, 0, 1], [0, 0, 0]]
