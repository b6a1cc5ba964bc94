import pickle

from vbg_framework.base.errors import InputError, VBGError, did_you_mean


def test_the_message_says_where_what_and_what_to_do():
    assert str(VBGError("a.yaml: x", "no such key, got 3", "Remove it.")) == "a.yaml: x: no such key, got 3. Remove it."


def test_the_nearest_known_name_is_suggested():
    assert did_you_mean("dept", ["heads", "depth", "dim"]) == "Did you mean 'depth'? Known: depth, dim, heads."


def test_a_name_like_no_other_gets_the_list_alone():
    assert did_you_mean("zzz", ["depth"]) == "Known: depth."


def test_nothing_known_is_said():
    assert did_you_mean("zzz", []) == "None is known."


def test_an_error_of_another_process_comes_back_as_it_was():
    there = InputError("a.yaml: x", "no such key, got 3", "Remove it.")
    here = pickle.loads(pickle.dumps(there))
    assert (type(here), str(here), here.fix) == (InputError, str(there), "Remove it.")
