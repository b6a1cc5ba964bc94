import numpy as np
import pytest
from diffusion_pipes import vessels
from vbg_diffusion_lora import CaptionConfig
from vbg_diffusion_lora.captions import Captions, Facts

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.train_view import TrainView

LABELS = {"form": ["vase", "bowl", "vase"], "glaze": ["white", "", "blue"]}
CLASSES = {"form": ("bowl", "vase"), "glaze": ("blue", "white")}


def captions(**options):
    train = vessels(LABELS, CLASSES, metadata={"height": 12.0, "place": "Delft"})
    words = Captions(CaptionConfig(**options), train)
    words.check(train)
    return words, train


def test_facts_are_the_other_labels_that_are_known():
    words, train = captions()
    assert words.facts(train[0]) == Facts("vase", (("glaze", "white"),))
    assert words.facts(train[1]) == Facts("bowl", ())


def test_metadata_can_be_named_too_and_whole_numbers_lose_their_point():
    words, train = captions(templates=["a {form} from {place}, {height} cm"])
    found = words.caption(words.facts(train[0]), np.random.default_rng(0))
    assert found.text == "a vase from Delft, 12 cm"
    assert found.named == {"place", "height"}


def test_a_caption_names_only_what_its_template_asks_for():
    words, train = captions(templates=["a {class}"])
    assert words.caption(words.facts(train[0]), np.random.default_rng(0)) == ("a vase", frozenset())


def test_parts_after_the_first_change_places_only_if_they_may():
    template = ["a {class}, {glaze} glaze, plain background"]
    found = {}
    for shuffle in (True, False):
        words, train = captions(templates=template, shuffle=shuffle, variants=8)
        found[shuffle] = set(words.variants(words.facts(train[0]), np.random.default_rng(0)))
    assert found[False] == {"a vase, white glaze, plain background"}
    assert found[True] == found[False] | {"a vase, plain background, white glaze"}


def test_a_field_that_nobody_has_is_named_with_a_suggestion():
    with pytest.raises(VBGError, match=r"diffusion_lora.caption: no task or metadata field 'glazee'.* 'glaze'"):
        captions(templates=["a {class}, {glazee}"])
    with pytest.raises(VBGError, match="no task or metadata field 'kiln'"):
        captions(attributes=["kiln"])


def test_a_caption_that_does_not_name_the_class_is_refused():
    """A record is labelled with what was asked for, so that must have been asked for."""
    message = r"diffusion_lora.caption.templates: a caption must say which form is meant, .*Put \{class\} or \{form\}"
    with pytest.raises(VBGError, match=message):
        captions(templates=["a {class}", "museum photograph, {glaze} glaze"])


def test_a_field_that_two_templates_name_is_told_once():
    words, train = captions(templates=["a {class}[, {facts}], {place}", "{class}[, {facts}], {place}"], shuffle=False)
    assert words.attributes == ["glaze", "place"]
    assert words.facts(train[0]).attributes == (("glaze", "white"), ("place", "Delft"))


def test_only_the_check_reads_records():
    _, train = captions()
    unread = TrainView(
        [None] * 3, tasks=list(train.tasks.values()), task="form", targets=train.targets, fingerprint="x"
    )
    assert Captions(CaptionConfig(templates=["a {class} from {place}"]), unread).attributes == ["glaze", "place"]
