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
