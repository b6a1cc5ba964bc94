"""What gives a label away."""

import numpy as np
import pytest
from memory_data import prepare_records

from vbg_framework.config.experiment import TextConfig
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.card import leaks as module
from vbg_framework.data.card.leaks import find_leaks

KINDS = ("red bowl", "blue vase", "green tile")


def record(i, texts, tasks=("kind",), museum=None):
    kind = KINDS[i % 3]
    generator = np.random.default_rng(i)
    noise = " ".join(generator.choice(["old", "fine", "worn", "small", "large"], 4))
    inputs = {"text": {"note": noise, **texts(kind)}, "metadata": {"museum": museum or "abc"[i % 3], "year": i}}
    return Record(f"r{i}", inputs, dict.fromkeys(tasks, kind))


def found(tmp_path, texts, **options):
    return find_leaks(prepare_records(tmp_path, [record(i, texts, **options) for i in range(240)]))["kind"]


def test_a_field_that_names_its_class_is_to_be_masked(tmp_path):
    leak = found(tmp_path, lambda kind: {"title": f"A {kind.split()[1]}" if kind != "red bowl" else "A thing"})
    assert leak["words"]["title"]["share"] == pytest.approx(2 / 3, abs=0.05)
    assert leak["words"]["title"]["classes"]["red bowl"] == 0
    assert leak["words"]["title"]["classes"]["blue vase"] == 1
    assert leak["words"]["note"]["share"] == 0
    assert leak["text"]["all fields"]["accuracy"] > 0.9
    assert leak["text"]["note"]["accuracy"] < 0.6


def test_a_field_that_tells_all_is_to_be_dropped(tmp_path):
    leak = found(tmp_path, lambda kind: {"code": kind[::-1]})
    assert leak["text_policy"] == {"policy": "drop_fields", "drop": ["code"]}
    assert leak["reason"] == "code alone predicts the class in 100% of cases."
    assert leak["text"]["all fields, masked"]["accuracy"] == 1


def test_a_field_to_drop_and_one_to_mask_make_one_policy(tmp_path):
    leak = found(tmp_path, lambda kind: {"code": kind[::-1], "title": kind if kind == "red bowl" else ""})
    assert leak["text_policy"] == {"policy": "mask_label", "fields": ["note", "title"]}


def test_text_of_which_nothing_is_fair_is_compared_with_the_image(tmp_path):
    records = [Record(f"r{i}", {"text": {"title": KINDS[i % 3]}}, {"kind": KINDS[i % 3]}) for i in range(120)]
    leak = find_leaks(prepare_records(tmp_path, records))["kind"]
    assert leak["text_policy"] == {"policy": "mask_label"}
    assert (
        leak["reason"] == "Every field alone predicts the class in 100% of cases or more: compare with the image alone."
    )


def test_fair_text_stays_as_it_is(tmp_path):
    leak = found(tmp_path, lambda kind: {})
    assert leak["text_policy"] == {"policy": "full"}
    assert leak["reason"] == "Hardly any text names its class."


def test_what_is_recommended_is_an_option(tmp_path):
    for number, texts in enumerate([lambda k: {"title": k}, lambda k: {"code": k[::-1]}, lambda k: {}]):
        TextConfig(**found(tmp_path / str(number), texts)["text_policy"])


def test_synonyms_count_as_names(tmp_path):
    prepared = prepare_records(tmp_path, [record(i, lambda kind: {"title": "Kylix"}) for i in range(120)])
    leak = find_leaks(prepared, {"red bowl": ["kylix"], "of another task": ["x"]})["kind"]
    assert leak["words"]["title"]["classes"] == {"red bowl": 1, "blue vase": 0, "green tile": 0}


def test_a_museum_that_tells_the_class_is_a_confounder(tmp_path):
    leak = found(tmp_path, lambda kind: {"title": kind})
    assert list(leak["sources"]) == ["museum"]  # a year is none
    assert leak["sources"]["museum"]["label_from_source"]["accuracy"] == 1
    assert leak["sources"]["museum"]["source_from_text"]["accuracy"] == 1
    assert found(tmp_path / "one", lambda kind: {}, museum="a")["sources"] == {}


def test_a_task_that_cannot_be_divided_says_so(tmp_path):
    prepared = prepare_records(tmp_path, [record(i, lambda kind: {}) for i in range(3)])
    assert "split is empty" in find_leaks(prepared)["kind"]["problem"]


def test_tasks_of_several_labels_are_measured_too(tmp_path):
    def labelled(i):
        colours = [c for c in ("red", "blue") if (i % 3 + 1) & (c == "red") + 2 * (c == "blue")]
        return Record(f"r{i}", {"text": " ".join(colours) + f" {i}"}, {"colours": colours})

    prepared = prepare_records(tmp_path, [labelled(i) for i in range(120)], tasks=[Task("colours", multi_label=True)])
    leak = find_leaks(prepared)["colours"]
    assert leak["words"]["text"]["share"] == 1
    assert leak["text"]["text"]["accuracy"] > 0.9


def test_of_large_sets_a_random_part_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST", {"train": 30, "validation": 10})
    prepared = prepare_records(tmp_path, [record(i, lambda kind: {"title": kind}) for i in range(240)])
    assert find_leaks(prepared) == find_leaks(prepared)
