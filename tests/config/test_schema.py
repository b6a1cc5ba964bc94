import json

import pytest

from vbg_framework.base.yaml_file import read_yaml
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import shipped_registry
from vbg_framework.config.schema import registry_schema

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def schema():
    return registry_schema(load_plugins())


def test_the_schema_is_a_schema(schema):
    jsonschema.Draft202012Validator.check_schema(json.loads(json.dumps(schema)))


def test_the_shipped_registry_fits_the_schema(schema):
    jsonschema.validate(read_yaml(shipped_registry()), schema)


def test_an_option_that_holds_a_component_knows_its_options_and_qualified_names(schema):
    def head(member):
        return {"version": 1, "classifiers": {"all": {"type": "ensemble", "members": {"a": member}}}}

    for right in ({"type": "ridge", "gamma": 2}, {"type": "vbg_sklearn:ridge"}, "some-name"):
        jsonschema.validate(head(right), schema)
    for wrong in ({"type": "ridge", "gama": 2}, {"type": "rigde"}, {"type": "vit"}, 3):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(head(wrong), schema)


def test_of_two_plugins_that_offer_a_name_the_schema_wants_the_qualified_ones(install):
    code = """
        from vbg_framework import Component, Config, hookimpl

        @hookimpl
        def vbg_components():
            yield Component("fusion", "join", Config, "nowhere:Join")
    """
    two = registry_schema(load_plugins(found=install("one", code) + install("two", code)))
    jsonschema.validate({"version": 1, "fusions": {"a": {"type": "two:join"}}}, two)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1, "fusions": {"a": {"type": "join"}}}, two)


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 1, "encoders": {"a": {"type": "vit", "dept": 1}}},
        {"version": 1, "encoders": {"a": {"type": "nothing"}}},
        {"version": 1, "experiments": {"a": {"train": {"step": 1}}}},
        {"version": 1, "nothing": {}},
    ],
)
def test_editors_mark_what_the_loader_would_refuse(schema, wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema)
