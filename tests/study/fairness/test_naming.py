"""Whether a text names the class of its record."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vbg_framework.config.experiment import TextConfig
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.study.fairness.naming import Naming

TASKS = (
    Task("ware", classes=("Celadon", "Blue and white", "Mask")),
    Task("marks", multi_label=True, classes=("seal", "date")),
)


def named(text, ware=None, marks=None, synonyms=None, **config):
    """Whether this text, as a model reads it, names a class of its own."""
    options = TextConfig(**config, synonyms=synonyms or {})
    policy = TextPolicy(options, fields=["title", "note"], tasks=TASKS)
    targets = {"ware": ware, "marks": marks}
    record = Record("r", {"text": text}, {task: label for task, label in targets.items() if label is not None})
    items = RecordItems([record], tasks=TASKS, modalities=["text"], text=policy)
    return Naming(TASKS, options.synonyms)(items).get("r")


@pytest.mark.parametrize(
    ("text", "classes", "expected"),
    [
        ({"title": "Celadon bowl"}, {"ware": "Celadon"}, True),
        ({"title": "CELADONS, fired twice"}, {"ware": "Celadon"}, True),
        ({"title": "Bowl, celadonite"}, {"ware": "Celadon"}, False),
        ({"title": "Celadon bowl"}, {"ware": "Mask"}, False),
        ({"title": "Celadon bowl"}, {}, False),
        ({"title": "Bowl", "note": "a white one"}, {"ware": "Blue and white"}, True),
        ({"title": "Bowl and lid"}, {"ware": "Blue and white"}, False),
        ({"title": "A dated bowl, seal below"}, {"marks": ["seal"]}, True),
        ({"title": "A bowl, seal below"}, {"marks": ["date"]}, False),
        ({"title": "A bowl, seal below"}, {"ware": "Celadon", "marks": ["date", "seal"]}, True),
    ],
)
def test_a_text_names_its_class_as_a_whole_word(text, classes, expected):
    assert named(text, **classes) is expected


@pytest.mark.parametrize("ware", TASKS[0].classes)
def test_what_is_masked_names_nothing(ware):
    text = {"title": f"{ware} bowl, blue mask, white", "note": "a seal"}
    assert named(text, ware, ["seal"])
    assert named(text, ware, ["seal"], policy="mask_label") is False


WORDS = st.sampled_from(["celadons", "Blue", "and", "white", "[MASK]", "mask", "sea", "green", "SEALS", "date", "a"])
GAPS = st.sampled_from([" ", "-", ", ", "", "_"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(WORDS, GAPS), max_size=8), st.sampled_from(TASKS[0].classes))
def test_no_masked_text_names_anything(parts, ware):
    text = {"title": "".join(word + gap for word, gap in parts)}
    assert not named(text, ware, ["seal"], {"Celadon": ["sea green"]}, policy="mask_label")


def test_what_stands_around_a_mask_is_no_phrase():
    synonyms = {"Celadon": ["sea green"]}
    text = {"title": "sea mask green"}
    assert named(text, "Celadon", synonyms=synonyms, policy="mask_label") is False
    assert named({"title": "sea green"}, "Celadon", synonyms=synonyms) is True


def test_a_field_that_is_dropped_does_not_count():
    text = {"title": "Celadon bowl", "note": "Bought in 1900"}
    assert named(text, "Celadon", policy="drop_fields", drop=["title"]) is False
    assert named({"title": "Celadon bowl"}, "Celadon", policy="drop_fields", drop=["title"]) is None  # no text is left
