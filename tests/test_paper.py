"""What docs/paper.md names is there."""

import importlib.util
import re

from pages import ROOT

from vbg_framework.config.registry import Registry, shipped_registry

PAGE = (ROOT / "docs" / "paper.md").read_text(encoding="utf-8")


def test_every_test_it_names_exists():
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE))
    assert len(named) > 50
    missing = [
        (path, name) for path, name in named if f"\ndef {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert not missing


def test_every_study_of_the_paper_is_told_with_its_arms():
    studies = Registry.read(shipped_registry()).entries["studies"]
    papers = {name: study for name, study in studies.items() if name.startswith("paper-")}
    rows = re.findall(r"^\| `(paper-[\w-]+)` \| .* \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert {name: (int(arms), int(replicates)) for name, arms, replicates in rows} == {
        name: (len(study["arms"]), study["replicates"]) for name, study in papers.items()
    }
    arms = {arm for name, study in papers.items() if "table" in name for arm in study["arms"]}
    assert not [arm for arm in arms if f"`{arm}`" not in PAGE]


def elements_page():
    spec = importlib.util.spec_from_file_location("elements", ROOT / "docs" / "elements.py")
    elements = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(elements)
    return elements


def test_every_element_of_the_paper_is_reached_by_a_registered_entry():
    elements = elements_page()
    assert not [name for name, entries in elements.reached().items() if not entries]
    assert elements.written(PAGE) == PAGE, "run: python docs/elements.py"


def test_every_registered_gan_that_is_not_literal_has_the_attributes_of_its_collection():
    seen, without = 0, []
    for name, resolved in elements_page().entries(""):
        augmenter = resolved.parts.get("augmenter")
        if augmenter and augmenter.component.name == "gan" and augmenter.config.diversity_weight:
            has = getattr(resolved.parts["data"].config, "metadata", [])
            named, others = augmenter.config.attributes, resolved.experiment.tasks[1:]
            seen += 1
            without += [name] if has and not (named or others) else []
    assert seen > 10
    assert not without
