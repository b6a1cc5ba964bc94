"""Notes of a comparison."""

import copy
import pickle

import pytest

from vbg_framework.statistics import Note


@pytest.mark.parametrize("again", [copy.deepcopy, lambda note: pickle.loads(pickle.dumps(note))])
def test_a_note_is_a_sentence_that_keeps_its_code(again):
    note = again(Note("fixed_split", "About this split."))
    assert note == "About this split."
    assert note.code == "fixed_split"
