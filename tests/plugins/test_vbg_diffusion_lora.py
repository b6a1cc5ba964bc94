"""The arms of the literature in the shipped registry, each on a very small base."""

from pathlib import Path

import pytest
import yaml
from vbg_diffusion_lora import vbg_components

from vbg_framework.testing import examine

ARMS = ("real-guidance", "diff-mix", "da-fusion", "datadream")
REGISTRY = yaml.safe_load((Path(__file__).parents[2] / "registry.yaml").read_text(encoding="utf-8"))["augmenters"]


def small(name):
    """The options of an arm, on the small base that the kit takes."""
    (component,) = vbg_components()
    given = {key: value for key, value in REGISTRY[name].items() if key != "type"}
    less = {key: value for key, value in component.tiny.items() if key not in ("caption", "adapter", "sampling")}
    steps = 0 if given.get("steps") == 0 else less["steps"]
    return {**given, **less, "steps": steps, "sampling": {**given["sampling"], "steps": 2}}


@pytest.mark.slow
@pytest.mark.parametrize("name", ARMS)
def test_an_arm_of_the_literature_keeps_every_promise_of_an_augmenter(name):
    (component,) = vbg_components()
    outcomes = examine(component, options=small(name))
    assert {each.check: each.message for each in outcomes if each.status == "failed"} == {}


def test_every_arm_of_the_literature_names_its_source_in_the_docs():
    page = (Path(__file__).parents[2] / "docs" / "diffusion.md").read_text(encoding="utf-8")
    assert [name for name in ARMS if f"| `{name}` |" not in page] == []
