"""A collection against the table it stands for."""

import numpy as np
import pytest

from vbg_framework.contracts.record import SPLITS
from vbg_framework.ui.collection import LEFT_OUT, Collection, parts_of


@pytest.fixture
def collection(bench):
    return bench.collection


def test_records_stand_in_the_order_of_their_ids_with_their_parts(collection, tiny_run):
    assert collection.ids == sorted(collection.prepared.table["id"])
    counts = tiny_run.read_json("metrics.json")["data"]["counts"]
    assert {name: [collection.part(p) for p in range(len(collection))].count(name) for name in SPLITS} == {
        name: counts[name] for name in SPLITS
    }


def test_words_are_looked_for_in_ids_texts_and_metadata_in_any_case(collection):
    place = 7
    word = next(iter(collection.texts(place).values())).split()[0]
    found = collection.with_words(f"{word.upper()} {collection.ids[place]}")
    assert np.flatnonzero(found).tolist() == [place]
    assert not collection.with_words("no-such-word").any()


def test_labels_are_those_of_the_table(collection):
    task = collection.tasks[0]
    for place in range(len(collection)):
        row = collection.prepared.table[int(collection.rows[place])]
        assert collection.labels[task.name].names("truth", place) == [row[f"target_{task.name}"]]


def test_rows_in_no_part_are_left_out(collection):
    prepared = collection.prepared
    other = Collection(prepared, prepared.tasks, parts_of(prepared, {"test": np.array([int(collection.rows[0])])}))
    assert other.part(0) == "test"
    assert {other.part(place) for place in range(1, len(other))} == {LEFT_OUT}


def test_what_a_record_lacks_is_known_per_modality(collection):
    assert set(collection.missing) == set(collection.prepared.modalities)
    for name, lacks in collection.missing.items():
        assert (
            lacks.sum() == (~collection.prepared.has(name, collection.prepared.text_fields)).sum() or name == "metadata"
        )
    assert collection.cell("no_such_column", 0) is None
