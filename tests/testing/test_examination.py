import importlib.util
import re
from collections import Counter
from pathlib import Path

import broken_augmenter  # noqa: F401 (declare the mutants)
import broken_classifier  # noqa: F401
import broken_component  # noqa: F401
import broken_control  # noqa: F401
import broken_dataset  # noqa: F401
import broken_elsewhere  # noqa: F401
import broken_encoder  # noqa: F401
import broken_finished  # noqa: F401
import broken_fusion  # noqa: F401
import broken_learnt  # noqa: F401
import broken_life  # noqa: F401
import broken_module  # noqa: F401
import broken_rows  # noqa: F401
import broken_rules  # noqa: F401
import broken_surroundings  # noqa: F401
import broken_truth  # noqa: F401
import good
import pytest
from broken_observer import BROKEN_OBSERVERS
from mutants import BROKEN

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.spec import Component
from vbg_framework.testing import checks, examine
from vbg_framework.testing.check import checks_in
from vbg_framework.testing.examination import EVERY as EVERY_KIND
from vbg_framework.testing.examination import MODULES

DOCS = Path(__file__).parents[2] / "docs"
MODULES_OF_CHECKS = list(dict.fromkeys([*EVERY_KIND, *(place for places in MODULES.values() for place in places)]))
EVERY = [check for place in MODULES_OF_CHECKS for check in checks_in(place)]
LINEAR = next(each for each in good.COMPONENTS if each.name == "linear")
LOSSES = Component("classifier", "losses", good.Small, "broken_classifier:LossPerTask")


@pytest.mark.parametrize("tried", [*good.COMPONENTS, *good.LEGAL], ids=lambda tried: f"{tried.kind}-{tried.name}")
def test_what_keeps_to_the_rules_passes_however_odd_it_is(tried):
    outcomes = list(examine(tried))
    assert {each.check: each.message for each in outcomes if each.status in ("failed", "expected")} == {}
    assert sum(each.status == "passed" for each in outcomes) >= 10


def test_every_check_is_known_to_catch_something():
    assert {check.id for check in EVERY} == {identity for identity, _, _ in BROKEN} | set(BROKEN_OBSERVERS.values())
    assert len(BROKEN) + len(BROKEN_OBSERVERS) >= 150


def test_every_check_has_a_name_of_its_own_and_says_all_it_should():
    assert [name for name, count in Counter(check.id for check in EVERY).items() if count > 1] == []
    for check in EVERY:
        for sentence in (check.promise, check.fix, check.function.__doc__):
            assert sentence.strip().endswith("."), check.id
        assert check.cause.strip(".") == check.cause != "", check.id


def test_a_component_is_asked_what_concerns_it():
    every = reversed(good.COMPONENTS)  # the first of a name is meant
    asked = {each.name: {check.id for check in checks(each)} for each in every}
    assert "empty_text_is_encoded" in asked["text"] - asked["image"]
    assert "huge_image_is_encoded" in asked["image"] - asked["metadata"]
    assert "eight_records_are_learnt" in asked["linear"] - asked["neighbours"]
    assert "absent_class_keeps_its_column" in asked["neighbours"] - asked["linear"]
    assert "every_request_is_answered" in asked["blend"] - asked["dim"]
    assert "transform_is_picklable" in asked["dim"] - asked["blend"]
    assert "resampling_keeps_originals" in asked["between"] - asked["dim"]
    assert "attention_maps_are_distributions" in asked["mean"]
    assert all("options_are_described" in names for names in asked.values())


def test_a_failure_does_not_stop_the_others():
    outcomes = {each.check: each for each in examine(LOSSES)}
    assert outcomes["loss_is_a_finite_number"].status == "failed"
    assert list(outcomes) == [check.id for check in checks(LOSSES)]
    last = list(outcomes.values())[-1]
    assert last.component == "classifier losses"
    assert last.seconds >= 0


def test_an_expected_failure_keeps_its_reason():
    expected = {each.check: "a loss per task" for each in examine(LOSSES) if each.status == "failed"}
    outcomes = {each.check: each for each in examine(LOSSES, expected)}
    assert {each.status for each in outcomes.values()} == {"passed", "expected"}
    told = outcomes["loss_is_a_finite_number"].message
    assert told.startswith("a loss per task\nThe loss is one finite number.")


def test_an_expected_failure_that_passes_is_a_failure():
    outcomes = {each.check: each for each in examine(LINEAR, {"loss_is_a_finite_number": "not yet"})}
    assert outcomes["loss_is_a_finite_number"].status == "failed"
    assert "expected to fail (not yet), and passes" in outcomes["loss_is_a_finite_number"].message


def test_an_expected_failure_of_an_unknown_check_is_a_mistake():
    with pytest.raises(VBGError, match=r"unknown check 'loss_is_finite'\. Did you mean 'loss_is_a_finite_number'"):
        list(examine(LINEAR, {"loss_is_finite": "why not"}))


def test_a_class_that_cannot_be_imported_fails_once():
    outcomes = list(examine(Component("encoder", "lost", good.Small, "good_nothing:Lost")))
    assert [each.check for each in outcomes if each.status == "failed"] == ["target_loads"]
    assert {each.check for each in outcomes if each.status == "skipped"} >= {"works_offline"}


def test_a_data_set_without_options_is_skipped_with_the_way_to_give_them():
    cards = Component("dataset", "cards", good.NeedsAPath, "good_others:Cards")
    outcomes = list(examine(cards))
    assert {each.status for each in outcomes} == {"passed", "skipped"}
    skipped = {each.check: each.message for each in outcomes if each.status == "skipped"}
    assert 'options={"cards": {...}}' in skipped["ids_are_unique"]
    given = {each.check for each in examine(cards, options={"path": "somewhere"}) if each.status != "passed"}
    assert given == {"paths_stay_in_the_folder"}  # its path is a name and no place


def test_the_page_tells_every_check_in_the_words_of_the_code():
    spec = importlib.util.spec_from_file_location("checks", DOCS / "checks.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = (DOCS / "conformance.md").read_text(encoding="utf-8")
    assert script.written(page) == page, "run: python docs/checks.py"
    assert sorted(re.findall(r"^### `(\w+)`$", page, re.MULTILINE)) == sorted(check.id for check in EVERY)
