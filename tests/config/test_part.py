"""Components that hold components: the option, its mistakes, its names, what is recorded."""

import json
import re
from importlib.metadata import entry_points
from typing import Any, Literal

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.options import validated
from vbg_framework.config.part import Part, held, with_held
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.contracts.hookspecs import PROJECT
from vbg_framework.contracts.spec import Config

PARTS = """
    from typing import Annotated, Any, Literal
    from pydantic import Field
    from vbg_framework import Component, Config, Part, hookimpl

    class Options(Config):
        depth: Annotated[int, Field(ge=1)] = 2

    class Link(Config):
        use: Part[Literal["augmenter"]]
        options: int = 0
        p: float = 1

    class Chain(Config):
        chain: list[Link] = []
        judge: Part["encoder"] | None = None
        heads: dict[str, Part[Literal["classifier"]]] = {}

    @hookimpl
    def vbg_components():
        for kind in ("encoder", "classifier", "augmenter", "fusion"):
            yield Component(kind, "plain", Options, "nowhere:Class")
        yield Component("augmenter", "chain", Chain, "nowhere:Class")
        yield Component("dataset", "files", Options, "nowhere:Class")
"""
CONTENT = {
    "version": 1,
    "augmenters": {"weak": {"type": "plain", "depth": 1}, "mix": {"type": "chain", "chain": [{"use": "weak"}]}},
    "experiments": {
        "base": {
            **{"data": {"type": "files"}, "tasks": ["form"], "encoders": {"image": {"type": "plain"}}},
            **{"classifier": {"type": "plain"}, "augmenter": "mix"},
        }
    },
}


@pytest.fixture
def plugins(install):
    own = ("vbg_metrics", "vbg_training", "vbg_report_sections")  # what every experiment names by default
    return load_plugins(found=[*install("parts", PARTS), *(p for p in entry_points(group=PROJECT) if p.name in own)])


@pytest.fixture
def registry():
    found = Registry()
    found.add(CONTENT, "registry.yaml")
    return found


def chain(registry, plugins, options):
    """What comes of the options of a `chain` in an experiment."""
    sets = [f"augmenter={json.dumps({'type': 'chain', **options})}"]
    return registry.experiment("base", plugins, sets).parts["augmenter"]


def test_a_name_of_the_registry_brings_its_options_and_an_entry_its_defaults(registry, plugins):
    part = registry.experiment("base", plugins).parts["augmenter"]
    assert part.options()["chain"] == [{"use": {"type": "plain", "depth": 1}, "options": 0, "p": 1.0}]
    part = chain(registry, plugins, {"judge": {"type": "plain"}, "heads": {"a": {"type": "parts:plain", "depth": 5}}})
    assert part.config.judge.config.depth == 2
    assert part.options()["heads"] == {"a": {"type": "parts:plain", "depth": 5}}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chain": [{"use": "wek"}]}, "chain.0.use: 'wek' is no augmenter in the registry. Did you mean 'weak'"),
        ({"chain": [{"use": "plain"}]}, "chain.0.use: 'plain' is no augmenter in the registry. Write `{type: "),
        ({"chain": [{"use": {"type": "plan"}}]}, "chain.0.use: unknown augmenter type 'plan'. Did you mean 'pl"),
        ({"chain": [{"use": {"depth": 1}}]}, "augmenter.chain.0.use: key 'type' is missing"),
        ({"chain": [{"use": "weak", "pp": 1}]}, "chain.0: unknown key 'pp'. Did you mean 'p'? Known: options, "),
        ({"chain": [{"use": {"type": "plain", "dept": 1}}]}, "chain.0.use: unknown key 'dept'. Did you mean 'depth'?"),
        ({"chain": [{"use": {"type": "plain", "depth": 0}}]}, "chain.0.use.depth: input should be greater than or"),
        ({"heads": {"a": {"type": "plain", "dept": 1}}}, "augmenter.heads.a: unknown key 'dept'"),
        ({"heads": {"a": 3}}, "augmenter.heads.a: expected a component of kind classifier, got 3."),
        ({"judge": {"type": "other:plain"}}, "augmenter.judge: unknown encoder type 'other:plain'"),
        (
            {"chain": [{"use": {"type": "chain", "chain": [{"use": "weak"}, {"use": "wek"}]}}]},
            "augmenter.chain.0.use.chain.1.use: 'wek' is no augmenter",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_what_is_known_there(registry, plugins, options, message):
    with pytest.raises(VBGError) as caught:
        chain(registry, plugins, options)
    assert message in str(caught.value)
    assert "\0" not in str(caught.value)


def test_every_mistake_has_a_line(registry, plugins):
    wrong = {"chain": [{"use": "wek"}, {"use": {"type": "plain", "a": 1, "b": 2}}], "judge": "nobody"}
    with pytest.raises(VBGError) as caught:
        chain(registry, plugins, wrong)
    places = re.findall(r"^.*augmenter\.([\w.]+): ", str(caught.value), re.MULTILINE)
    assert places == ["chain.0.use", "chain.1.use", "chain.1.use", "judge"]


def test_check_finds_them_in_entries_and_experiments(registry, plugins):
    wrong = {"mix": {"type": "chain", "chain": [{"use": "wek"}]}}
    registry.add({"version": 1, "augmenters": wrong}, "registry.yaml")
    assert [str(each).partition(". ")[0] for each in registry.problems(plugins)] == [
        "registry.yaml: augmenters.mix.chain.0.use: 'wek' is no augmenter in the registry"
    ]
    circle = {"mix": {"type": "chain"}, "round": {"type": "chain", "chain": [{"use": "round"}]}}
    registry.add({"version": 1, "augmenters": circle}, "registry.yaml")
    told = [str(each) for each in registry.problems(plugins)]
    assert [each for each in told if "round" in each] == [
        "registry.yaml: augmenters.round.chain.0.use.chain.0.use: 'round' holds itself. Name another component."
    ]


def test_a_component_is_held_at_its_place_and_written_in_full(registry, plugins):
    part = chain(registry, plugins, {"chain": [{"use": "weak"}], "heads": {"a": {"type": "plain"}}})
    assert [place for place, _ in held(part.config)] == ["chain.0.use", "heads.a"]
    assert list(with_held({"augmenter": part})) == ["augmenter", "augmenter.chain.0.use", "augmenter.heads.a"]
    again = validated(type(part.config), part.config.model_dump(mode="json"), "again", plugins)
    assert again == part.config


def test_the_kind_is_checked_when_the_option_is_declared():
    with pytest.raises(TypeError, match="takes a kind of component, got 'encodr'. Did you mean 'encoder'"):
        Part["encodr"]
    with pytest.raises(TypeError, match="names its kind"):
        type("Wrong", (Config,), {"__annotations__": {"part": Part}})


class WithDefault(Config):
    """A default."""

    head: Part[Literal["classifier"]] = {"type": "ridge"}  # type: ignore
    """A head."""


def test_a_default_is_a_component_too_and_is_made_without_a_registry():
    found: Any = WithDefault()
    assert found.head.name == "ridge"
    assert found.head.load().__name__ == "RidgeClassifier"
    assert WithDefault.model_validate_json(found.model_dump_json()) == found
    assert WithDefault(head=found.head) == found
