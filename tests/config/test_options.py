import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.config.options import merge, parse_sets, validated
from vbg_framework.contracts.spec import Config


class Inner(Config):
    rate: float = 0.1
    """Speed."""


class Outer(Config):
    inner: Inner = Inner()
    count: int
    """How many."""


nested = st.recursive(
    st.integers(), lambda x: st.dictionaries(st.sampled_from("abc"), x, max_size=3), max_leaves=6
)  # fmt: skip


@given(nested)
def test_merging_a_thing_with_itself_changes_nothing(value):
    assert merge(value, value) == value


@given(nested, nested)
def test_everything_in_the_upper_layer_wins(base, over):
    def holds(result, over):
        if isinstance(over, dict):
            return isinstance(result, dict) and all(holds(result[key], value) for key, value in over.items())
        return result == over

    assert holds(merge(base, over), over)


def test_mappings_merge_and_anything_else_is_replaced():
    assert merge({"a": {"b": 1, "c": [1]}}, {"a": {"c": [2]}}) == {"a": {"b": 1, "c": [2]}}


def test_another_type_replaces_the_options_of_the_old_one():
    assert merge({"type": "vit", "depth": 2}, {"type": "swin"}) == {"type": "swin"}
    assert merge({"type": "vit", "depth": 2}, {"type": "vit", "heads": 3}) == {"type": "vit", "depth": 2, "heads": 3}


def test_assignments_become_nested_options_and_the_last_wins():
    assert parse_sets(["a.b=1", "a.c=[x, 2]", "a.b=1e-3"]) == {"a": {"b": 0.001, "c": ["x", 2]}}


@pytest.mark.parametrize("wrong", ["a", "=1", "a..b=1", "a.b=[1"])
def test_a_malformed_assignment_is_named(wrong):
    with pytest.raises(VBGError, match="--set"):
        parse_sets([wrong])


def test_an_unknown_key_names_its_place_and_the_nearest_known_one():
    with pytest.raises(VBGError, match=r"r.yaml: x.inner: unknown key 'rat'. Did you mean 'rate'\? Known: rate."):
        validated(Outer, {"count": 1, "inner": {"rat": 2}}, "r.yaml: x")


def test_a_missing_key_is_named_with_its_meaning():
    with pytest.raises(VBGError, match=r"r.yaml: x: key 'count' is missing. Add it. \(count: How many.\)"):
        validated(Outer, {}, "r.yaml: x")


def test_a_wrong_value_is_shown():
    with pytest.raises(VBGError, match=r"r.yaml: x.count: .*valid integer.*, got 'many'"):
        validated(Outer, {"count": "many"}, "r.yaml: x")


def test_every_mistake_gets_a_line():
    with pytest.raises(VBGError) as caught:
        validated(Outer, {"cont": 1, "inner": {"rate": "x"}}, "r.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith("r.yaml") for line in lines)


def test_an_option_below_a_plain_value_is_refused_rather_than_taking_its_place():
    with pytest.raises(
        VBGError, match=r"--set base.fusion: is set to 'concat' already, got an option of it: base.fusion.dim"
    ):
        parse_sets(["base.fusion=concat", "base.fusion.dim=8"])
    assert parse_sets(["a.b=1", "a.b=2", "a.c=3"]) == {"a": {"b": 2, "c": 3}}
