"""Counting while preparing."""

from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.contracts.record import Task
from vbg_framework.data.preparation.tally import Seen, Tally


@given(st.lists(st.text(max_size=3)))
def test_seen_is_a_set(names):
    seen, reference = Seen(), set()
    for name in names:
        assert seen.add(name) == (name not in reference)
        reference.add(name)
    assert len(seen) == len(reference)


def test_seen_remembers_many():
    seen = Seen()
    assert all(seen.add(f"r{i}") for i in range(120_000))
    assert not any(seen.add(f"r{i}") for i in range(0, 120_000, 1000))
    assert len(seen) == 120_000


def test_everything_is_counted():
    tally = Tally([Task("kind"), Task("colour", multi_label=True), Task("age", classes=("old", "new"))])
    fixed = {"licence": "CC0", "split": None}
    tally.add({**fixed, "group": "g", "target_kind": "b", "text_title": "x", "image": None, "meta_year": None})
    tally.add({**fixed, "group": "g", "target_kind": "a", "target_colour": ["r", "g"], "meta_year": 0.0})
    tally.add({**fixed, "group": "h", "target_colour": [], "target_age": "new", "image": {"bytes": b""}})
    assert tally.info() == {
        "records": 3,
        "groups": 2,
        "modalities": {"image": 1, "text": 1, "metadata": 1},
        "tasks": [
            {"name": "kind", "multi_label": False, "labelled": 2, "counts": {"a": 1, "b": 1}},
            {"name": "colour", "multi_label": True, "labelled": 2, "counts": {"g": 1, "r": 1}},
            {"name": "age", "multi_label": False, "labelled": 1, "counts": {"old": 0, "new": 1}},
        ],
        "splits": {"": 3},
        "licences": {"CC0": 3},
        "metadata": {"year": {"numbers": 1, "words": 0, "examples": [], "missing": 2}},
    }
