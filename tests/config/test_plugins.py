import textwrap

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.environment import environment
from vbg_framework.config.plugins import load_plugins

GOOD = """
    from vbg_framework import Component, Config, hookimpl

    class Options(Config):
        depth: int = 2

    @hookimpl
    def vbg_components():
        yield Component("encoder", "{name}", Options, "nowhere:Encoder")
"""


def good(name: str) -> str:
    return GOOD.replace("{name}", name)


def status(plugins, name):
    return next(s for s in plugins.statuses if s.name == name)


def test_an_installed_plugin_offers_its_components(install):
    plugins = load_plugins(found=install("third", good("deep")))
    assert [(c.kind, c.name) for c, _ in plugins.components()] == [("encoder", "deep")]
    assert (status(plugins, "third").distribution, status(plugins, "third").version) == ("third", "1.2")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("raise RuntimeError('boom')", "RuntimeError: boom"),
        ("import sys; sys.exit('gone')", "SystemExit: gone"),
        ("import not_installed_anywhere", "ModuleNotFoundError"),
        ("import sys; sys.path.nothing", "AttributeError"),
        ("from vbg_framework import hookimpl\n@hookimpl\ndef vbg_componets(): return []", "vbg_componets"),
        ("from vbg_framework import hookimpl\n@hookimpl\ndef vbg_run_started(rum): ...", "rum"),
        ("from vbg_framework import hookimpl\n@hookimpl\ndef vbg_components(): return ['vit']", "'vit'"),
        ("from vbg_framework import hookimpl\n@hookimpl\ndef vbg_components(): raise ValueError('odd')", "odd"),
    ],
    ids=[
        "raises",
        "exits",
        "import",
        "attribute",
        "misspelt hook",
        "misspelt argument",
        "not a component",
        "raises in hook",
    ],
)
def test_a_broken_plugin_does_not_stop_the_others(install, code, error):
    found = install("broken", code) + install("third", good("deep"))
    plugins = load_plugins(found=found)
    assert status(plugins, "broken").status == "failed"
    assert error in status(plugins, "broken").error
    assert [c.name for c, _ in plugins.components()] == ["deep"]


def test_a_plugin_is_not_blamed_for_what_the_machine_lacks(install, monkeypatch):
    monkeypatch.setattr("vbg_framework.base.shortage.ROOM", 1 << 60)
    with pytest.raises(VBGError, match="the memory is used up"):
        load_plugins(found=install("broken", "raise MemoryError"))


def test_an_unknown_component_names_the_plugin_that_failed_to_load(install):
    plugins = load_plugins(found=install("broken", "raise RuntimeError('boom')") + install("third", good("deep")))
    with pytest.raises(VBGError, match=r"here: unknown encoder type 'dep'. Did you mean 'deep'.*broken \(RuntimeError"):
        plugins.component("encoder", "dep", where="here")


def test_a_blocked_plugin_is_not_even_imported(install, monkeypatch):
    found = install("loud", "raise SystemExit('imported')") + install("third", good("deep"))
    assert status(load_plugins(block=["loud"], found=found), "loud").status == "blocked"
    monkeypatch.setenv("VBG_BLOCK", "loud, third")
    assert [s.status for s in load_plugins(found=found).statuses] == ["blocked", "blocked"]


def test_two_plugins_that_offer_one_component_both_lose_and_both_are_named(install):
    plugins = load_plugins(found=install("one", good("deep")) + install("two", good("deep")))
    with pytest.raises(VBGError, match=r"offered by one \(one\) and two \(two\). Write `type: one:deep or two:deep`"):
        plugins.component("encoder", "deep", where="here")


def test_a_single_component_is_blocked_and_the_others_stay(install, monkeypatch):
    both = good("deep") + '        yield Component("encoder", "flat", Options, "nowhere:Encoder")\n'
    found = install("one", both) + install("two", good("deep"))
    plugins = load_plugins(block=["one:deep"], found=found)
    assert [(c.name, s.name) for c, s in plugins.components()] == [("deep", "two"), ("flat", "one")]
    assert [c.name for c in status(plugins, "one").blocked] == ["deep"]
    monkeypatch.setenv("VBG_BLOCK", "two:deep")
    assert [c.name for c, _ in load_plugins(found=found, block=["one:deep"]).components()] == ["flat"]


def test_two_distributions_may_use_one_plugin_name(install):
    found = install("one", good("deep"), point="same") + install("two", good("flat"), point="same")
    plugins = load_plugins(found=found)
    assert [s.status for s in plugins.statuses] == ["loaded", "loaded"]
    assert {c.name for c, _ in plugins.components()} == {"deep", "flat"}
    assert {*environment(plugins)["plugins"]} == {"one:same", "two:same"}
    assert [s.status for s in load_plugins(block=["two:same"], found=found).statuses] == ["loaded", "blocked"]


@pytest.mark.parametrize("line", ["a b c", 'numpy; os_name ~= "x"'])
def test_a_plugin_whose_requirements_cannot_be_read_does_not_stop_the_others(install, line):
    plugins = load_plugins(found=[*install("odd", good("deep"), requires=line), *install("fine", good("flat"))])
    assert f"requirement '{line}' cannot be read" in status(plugins, "odd").error
    assert status(plugins, "fine").status == "loaded"


def test_a_plugin_for_another_version_of_the_framework_is_not_loaded(install):
    plugins = load_plugins(found=install("old", good("deep"), requires="vbg-framework <0.1"))
    assert status(plugins, "old").status == "failed"
    assert "needs vbg-framework <0.1" in status(plugins, "old").error


def test_a_requirement_of_an_extra_does_not_count(install):
    found = install("third", good("deep"), requires="vbg-framework <0.1; extra == 'legacy'")
    assert status(load_plugins(found=found), "third").status == "loaded"


def test_the_order_does_not_depend_on_installation(install):
    found = install("zeta", good("a")) + install("alpha", good("b"))
    assert [s.name for s in load_plugins(found=found).statuses] == ["alpha", "zeta"]


OBSERVER = """
    from vbg_framework import hookimpl
    seen = []

    @hookimpl
    def vbg_epoch_finished(step):
        seen.append(step)
        {then}
"""


def test_an_observer_that_raises_is_told_once_and_dropped(install):
    found = install("bad", OBSERVER.replace("{then}", "raise ValueError('no')"))
    found += install("fine", OBSERVER.replace("{then}", ""))
    told = []
    plugins = load_plugins(found=found)
    plugins.report = told.append
    for step in (1, 2):
        plugins.notify("vbg_epoch_finished", run=None, step=step, metrics={})
    import bad
    import fine

    assert (bad.seen, fine.seen) == ([1], [1, 2])
    assert len(told) == 1
    assert "plugin bad: vbg_epoch_finished failed (ValueError('no'))" in told[0]


@pytest.mark.usefixtures("every_plugin")
def test_the_default_plugins_come_through_the_same_door():
    plugins = load_plugins()
    ours = [s for s in plugins.statuses if s.distribution == "vbg-framework"]
    assert len(ours) >= 6
    assert all(s.status == "loaded" for s in ours), [s.error for s in ours]


def test_what_a_plugin_prints_at_import_goes_to_the_error_stream(install, capsys):
    load_plugins(found=install("loud", "print('hello')\n" + textwrap.dedent(good("deep"))))
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "hello\n")


def test_an_observer_that_exits_does_not_end_the_program(install):
    told = []
    plugins = load_plugins(found=install("leaver", OBSERVER.replace("{then}", "raise SystemExit(3)")))
    plugins.report = told.append
    plugins.notify("vbg_epoch_finished", run=None, step=1, metrics={})
    assert "plugin leaver: vbg_epoch_finished failed (SystemExit(3))" in told[0]
