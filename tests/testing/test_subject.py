import good
import pytest
from pydantic import ValidationError

from vbg_framework.contracts.spec import Component
from vbg_framework.testing.check import NotApplicable
from vbg_framework.testing.subject import Subject


def test_the_options_are_tiny_unless_others_are_given():
    component = Component("encoder", "text", good.Small, "good_modules:TextEncoder", tiny={"dim": 2})
    assert Subject(component).config.dim == 2
    assert Subject(component, {"dim": 4}).config.dim == 4


def test_without_options_that_it_needs_nothing_can_be_tried_and_the_reason_says_how_to_give_them():
    component = Component("dataset", "cards", good.NeedsAPath, "good_others:Cards")
    with pytest.raises(NotApplicable) as caught:
        _ = Subject(component).config
    assert "the options lack path; give `tiny` options" in str(caught.value)
    assert 'conformance(plugin, options={"cards": {...}})' in str(caught.value)
    assert Subject(component, {"path": "x"}).config.path == "x"


def test_wrong_options_are_not_excused():
    component = Component("dataset", "cards", good.NeedsAPath, "good_others:Cards", tiny={"pfad": "x"})
    with pytest.raises(ValidationError):
        _ = Subject(component).config


def test_every_folder_is_new_and_empty_and_goes_with_the_subject():
    subject = Subject(good.COMPONENTS[0])
    folders = [subject.folder(), subject.folder()]
    assert folders[0] != folders[1]
    assert not any(list(folder.iterdir()) for folder in folders)
    del subject
    assert not any(folder.exists() for folder in folders)
