"""What trials led to."""

from vbg_framework.study.tuning.choice import best, brief, nested, words


def told(*scores):
    return [{"params": {"n": n}, "score": score, "seconds": 1.0} for n, score in enumerate(scores)]


def test_the_best_trial_is_chosen_and_of_equal_ones_the_first():
    assert best(told(0.1, 0.5, 0.5), higher=True)["params"] == {"n": 1}
    assert best(told(0.4, 0.1, 0.1), higher=False)["params"] == {"n": 1}


def test_dotted_names_become_options_and_a_component_comes_before_its_own():
    found = nested({"classifier.c": 2, "classifier": {"type": "linear_svm", "c": 1}, "fusion": None})
    assert found == {"classifier": {"type": "linear_svm", "c": 2}, "fusion": None}


def test_values_are_told_in_a_word():
    assert words({"a": 0.123456, "b": {"type": "gan", "steps": 3}, "c": None}) == "a 0.1235, b gan, c null"
    assert brief({"fields": 1}) == "{'fields': 1}"
