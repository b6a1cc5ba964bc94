"""The form of a registry file."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.entries import SECTIONS, check_entry, check_skeleton


def test_a_file_with_every_section_is_well_formed():
    check_skeleton({"version": 1, "block": ["vbg_mlflow"], **{section: {} for section in SECTIONS}}, "r.yaml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "r.yaml: expected keys and values, got list"),
        ({"version": 2}, "r.yaml: version must be 1, got 2"),
        ({"version": 1, "encoder": {}}, "r.yaml: unknown key 'encoder'"),
        ({"version": 1, "block": "vbg_gan"}, "r.yaml: block: expected a list of plugin names"),
        ({"version": 1, "studies": [1]}, "r.yaml: studies: expected names and options"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(content, message):
    with pytest.raises(VBGError) as error:
        check_skeleton(content, "r.yaml")
    assert str(error.value).startswith(message)


def test_an_entry_has_a_kebab_case_name_and_names_its_component():
    check_entry("encoders", "vit-base", {"type": "vit"}, "r.yaml: encoders.vit-base")
    check_entry("experiments", "mine", {"data": "mini"}, "r.yaml: experiments.mine")
    with pytest.raises(VBGError, match="names are kebab-case, got 'Vit'"):
        check_entry("encoders", "Vit", {"type": "vit"}, "r.yaml: encoders.Vit")
    with pytest.raises(VBGError, match="key 'type' is missing"):
        check_entry("encoders", "vit", {}, "r.yaml: encoders.vit")
