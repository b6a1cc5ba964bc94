"""Which component a name means where several plugins offer it."""

from dataclasses import replace

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.offers import clashes
from vbg_framework.config.plugins import load_plugins

OFFER = """
    from vbg_framework import Component, Config, hookimpl

    @hookimpl
    def vbg_components():
        yield Component("encoder", "{name}", Config, "nowhere:Encoder")
"""


def offer(name="deep"):
    return OFFER.replace("{name}", name)


@pytest.fixture
def two(install):
    return load_plugins(found=install("one", offer(), distribution="vbg-one") + install("two", offer()))


def owner(plugins, name):
    return plugins.component("encoder", name, where="here")[1].name


def recorded(plugins, **about):
    return replace(plugins, recorded={("encoder", "deep"): {"distribution": "vbg-one", "version": "1.2", **about}})


def test_a_qualified_name_means_the_component_of_that_plugin(two):
    assert [owner(two, name) for name in ("one:deep", "two:deep", "vbg-one:one:deep")] == ["one", "two", "one"]


@pytest.mark.parametrize("name", ["one:dep", "on:deep", "ne:deep", ":deep", "deep:", "one:deep:"])
def test_a_qualified_name_nobody_has_is_refused_with_those_that_are_known(two, name):
    with pytest.raises(VBGError, match=f"unknown encoder type '{name}'.*one:deep"):
        owner(two, name)


def test_clashes_are_listed_by_their_qualified_names(two, install):
    assert list(clashes(two)) == [("encoder deep", ["one:deep", "two:deep"])]
    assert not list(clashes(load_plugins(found=install("three", offer("flat")))))


def test_what_was_recorded_decides_between_two(two):
    assert owner(recorded(two, plugin="one"), "deep") == "one"
    assert owner(recorded(two, plugin="two", distribution="two"), "deep") == "two"
    assert owner(recorded(two), "deep") == "one"  # earlier versions recorded the distribution alone


def test_a_run_without_records_was_made_with_the_components_of_the_framework(install):
    ours = install("ours", offer(), distribution="vbg-framework")
    plugins = load_plugins(found=ours + install("other", offer()))
    assert owner(replace(plugins, recorded={}), "deep") == "ours"
    with pytest.raises(VBGError, match="offered by"):
        owner(plugins, "deep")


def test_a_plugin_that_moved_to_another_distribution_is_found(two):
    assert owner(recorded(two, plugin="two", distribution="gone"), "deep") == "two"


def test_a_plugin_that_is_gone_is_named_with_the_distribution_to_install(two):
    with pytest.raises(VBGError) as caught:
        owner(recorded(two, plugin="three", distribution="vbg-three", version="0.7"), "deep")
    assert str(caught.value) == (
        "here: encoder 'deep' is of plugin three (vbg-three 0.7), which is not installed. "
        "Install it with: pip install vbg-three==0.7"
    )


def test_a_plugin_that_is_there_without_the_component_is_told_apart(install):
    found = install("one", offer("flat"), version="2.0") + install("two", offer("wide"))
    about = {"plugin": "one", "distribution": "one", "version": "1.2"}
    plugins = replace(load_plugins(found=found), recorded={("encoder", "deep"): about})
    with pytest.raises(VBGError, match=r"of which 2.0 is installed and lacks it. Install one==1.2"):
        owner(plugins, "deep")
    failed = replace(load_plugins(found=install("one", "raise OSError('boom')")), recorded=plugins.recorded)
    with pytest.raises(VBGError, match=r"which failed to load \(OSError: boom\)"):
        owner(failed, "deep")


def test_a_blocked_component_is_said_to_be_blocked(install):
    found = install("one", offer()) + install("two", offer("flat"))
    plugins = load_plugins(block=["one:deep"], found=found)
    with pytest.raises(VBGError, match="unknown encoder type 'deep', which is blocked as one:deep. Known: flat"):
        owner(plugins, "deep")
    about = {"plugin": "one", "distribution": "one", "version": "1.2"}
    with pytest.raises(VBGError, match="which is blocked as one:deep. Take it off `block`"):
        owner(replace(plugins, recorded={("encoder", "deep"): about}), "deep")
    whole = replace(load_plugins(block=["one"], found=found), recorded={("encoder", "deep"): about})
    with pytest.raises(VBGError, match="which is blocked. Take it off `block`"):
        owner(whole, "deep")
