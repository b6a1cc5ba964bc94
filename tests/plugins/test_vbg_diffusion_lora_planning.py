from collections import Counter

import pytest
from diffusion_pipes import vessels
from pydantic import ValidationError
from vbg_diffusion_lora import CaptionConfig, SamplingConfig
from vbg_diffusion_lora.captions import Captions
from vbg_diffusion_lora.planning import Planner
from vbg_diffusion_lora.shots import survey

from vbg_framework.screen import Screen

FORMS = {"form": ["vase"] * 3 + ["bowl"] * 2 + ["plate"]}
CLASSES = {"form": ("bowl", "plate", "vase")}


def planner(labels=FORMS, **options):
    train = vessels(labels, CLASSES)
    captions = Captions(CaptionConfig(templates=["a photo of a {class}"]), train)
    config = SamplingConfig(**{"from_pictures": 1} | options)
    return Planner(config, captions, survey(train, captions, Screen()), lambda name: None)


def plans(made, count=600, form="vase"):
    return [made.plan({"form": form}, seed) for seed in range(count)]


def test_a_picture_begins_with_one_of_its_own_class_unless_asked_otherwise():
    made = planner()
    found = plans(made, 60)
    assert all(plan.begin is plan.shot and plan.strength is None for plan in found)
    assert all(made.soft(plan, 0.5) == {} for plan in found)


def test_the_stated_share_begins_with_pictures_of_other_classes_each_equally_often():
    found = Counter(plan.begin.facts.name for plan in plans(planner(from_other_classes=0.6)))
    assert found["vase"] / 600 == pytest.approx(0.4, abs=0.06)
    assert found["bowl"] / found["plate"] == pytest.approx(2, abs=0.6)
    assert {plan.caption.text for plan in plans(planner(from_other_classes=1.0), 20)} == {"a photo of a vase"}


def test_a_translated_picture_has_the_label_of_both_classes_by_its_strength():
    made = planner(from_other_classes=1.0, strengths=[0.5, 0.9], label_power=0.8)
    for plan in plans(made, 40):
        other, share = plan.begin.facts.name, plan.strength**0.8
        assert made.soft(plan, plan.strength) == {"form": {"vase": share, other: 1 - share}}
        assert 0.57 < share < 0.92


def test_strengths_of_a_list_come_equally_often_and_only_with_pictures():
    found = plans(planner(strengths=[0.25, 0.5, 0.75, 1.0], from_pictures=0.5))
    counts = Counter(plan.strength for plan in found if plan.begin)
    assert set(counts) == {0.25, 0.5, 0.75, 1.0}
    assert max(counts.values()) < 1.5 * min(counts.values())
    assert {plan.strength for plan in found if not plan.begin} == {None}


def test_where_there_is_no_other_class_a_picture_begins_with_its_own():
    found = plans(planner({"form": ["vase"] * 3}, from_other_classes=1.0), 20)
    assert {plan.begin.facts.name for plan in found} == {"vase"}


def test_a_class_without_pictures_is_not_planned():
    assert planner({"form": ["vase", "bowl"]}).plan({"form": "plate"}, 0) is None


@pytest.mark.parametrize("strengths", [[], [0.0, 0.5], [1.5]])
def test_strengths_that_are_none_are_refused(strengths):
    with pytest.raises(ValidationError, match="strengths"):
        SamplingConfig(strengths=strengths)
