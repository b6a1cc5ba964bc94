"""Which version of which plugin a model was trained with."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import TINY

from vbg_framework.config.plugin_versions import plugin_versions, version_differences
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry

KEYS = ("data", "fusion", "classifier", "augmenter", "encoders.image", "encoders.text")


@pytest.fixture(scope="module")
def resolved():
    return Registry.read(TINY).experiment("tiny-copies", load_plugins())


def changed(resolved, key, **status):
    part = resolved.parts[key]
    parts = {**resolved.parts, key: replace(part, plugin=replace(part.plugin, **status))}
    return replace(resolved, parts=parts)


def test_every_part_that_decides_has_its_plugin_written_down(resolved):
    found = plugin_versions(resolved)
    slots = {"train.metric", "train.schedule", "train.optimizer", "train.sampling", "classifier.loss", "report.members"}
    assert set(found) == {*KEYS, *slots}
    for about in found.values():
        assert set(about) == {"kind", "type", "plugin", "distribution", "version", "code"}
        assert len(about["code"]) == 64


def test_what_is_installed_as_it_was_is_not_mentioned(resolved):
    assert version_differences(resolved, plugin_versions(resolved), "model.json") == []


def test_another_version_is_named_with_both(resolved):
    saved = plugin_versions(changed(resolved, "encoders.text", distribution="vbg-x", version="1.0"))
    now = changed(resolved, "encoders.text", distribution="vbg-x", version="1.1")
    assert version_differences(now, saved, "model.json") == [
        "model.json: encoder 'text' was trained with vbg-x 1.0, installed is 1.1. "
        "Predictions may differ; install that version to get the same."
    ]


def test_another_distribution_is_named_too(resolved):
    saved = plugin_versions(changed(resolved, "fusion", distribution="vbg-x", version="1.0"))
    (told,) = version_differences(changed(resolved, "fusion", distribution="vbg-y", version="1.0"), saved, "m")
    assert told.startswith("m: fusion 'bidirectional_attention' was trained with vbg-x 1.0, installed is vbg-y 1.0. ")


def test_other_code_of_the_same_version_is_told_briefly(resolved):
    saved = plugin_versions(resolved)
    saved["classifier"] |= {"code": "0" * 64}
    version = resolved.parts["classifier"].plugin.version
    assert version_differences(resolved, saved, "m") == [
        f"m: classifier 'softmax' was trained with other code of vbg-framework {version}. Predictions may differ."
    ]


def test_parts_of_one_distribution_share_one_sentence(resolved):
    saved = {key: about | {"version": "0.1"} for key, about in plugin_versions(resolved).items()}
    (told,) = version_differences(resolved, saved, "m")
    for name in ("dataset 'mini_museum'", "encoder 'image'", "encoder 'text'"):
        assert name in told
    assert " and " in told
    assert "were trained with vbg-framework 0.1, installed" in told


def test_a_model_that_says_nothing_is_not_complained_about(resolved):
    assert version_differences(resolved, {}, "m") == []
    assert version_differences(resolved, {"fusion": plugin_versions(resolved)["fusion"]}, "m") == []


def test_a_reader_that_is_gone_is_no_reason_to_complain(resolved):
    part = resolved.parts["data"]
    gone = replace(part, component=replace(part.component, target="no_such_package.part:Class"))
    now = replace(resolved, parts={**resolved.parts, "data": gone})
    assert plugin_versions(now)["data"]["code"] is None
    assert version_differences(now, plugin_versions(resolved), "m") == []


@given(st.dictionaries(st.sampled_from(KEYS), st.tuples(st.sampled_from("ab"), st.sampled_from("12")), min_size=1))
def test_every_part_that_differs_is_named_once(resolved, others):
    saved = plugin_versions(resolved)
    for key, (distribution, version) in others.items():
        saved[key] = saved[key] | {"distribution": distribution, "version": version}
    told = version_differences(resolved, saved, "m")
    assert len(told) == len(set(others.values()))
    assert sum(sentence.count("'") // 2 for sentence in told) == len(others)
