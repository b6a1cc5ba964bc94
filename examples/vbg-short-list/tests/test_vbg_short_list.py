"""Ranks and vocabulary, against cases that are known."""

from types import SimpleNamespace

import numpy as np
from vbg_short_list import SkosConfig
from vbg_short_list.exporter import Skos
from vbg_short_list.ranks import ranks

from vbg_framework import Task


def test_the_right_class_has_its_place():
    found = np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]])
    assert ranks(found, np.array([0, 2, 1])).tolist() == [1, 3, 2]


def test_names_of_classes_become_addresses(tmp_path):
    task = Task("form", classes=("jar", "bowl / dish"), counts=(3, 4))
    finished = SimpleNamespace(model=SimpleNamespace(tasks={"form": task}))
    said = Skos(SkosConfig(base="https://museum.example/", language="en")).write(finished, tmp_path)
    text = (tmp_path / "1.jsonld").read_text(encoding="utf-8")
    assert '"@id": "https://museum.example/form/bowl%20%2F%20dish"' in text
    assert "4 training records" in text
    assert "{folder}" in said
