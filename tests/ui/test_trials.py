"""What was tried is kept for a while."""

from vbg_framework.learning.prediction.prediction import Prediction
from vbg_framework.ui.trials import KEPT, Trial, Trials


def test_the_last_trials_are_found_by_keys_that_nobody_guesses():
    trials = Trials()
    kept = [Trial({"id": f"{n}"}, Prediction("yours", {}, {})) for n in range(KEPT + 3)]
    keys = [trials.keep(each) for each in kept]
    assert [trials.find(key) for key in keys] == [None] * 3 + kept[3:]
    assert len({*keys}) == len(keys)
    assert min(map(len, keys)) >= 16
    assert trials.find("") is None
