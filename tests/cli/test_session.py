import argparse

from vbg_framework.cli.session import session


def test_plugins_that_the_registry_blocks_are_not_loaded(tmp_path):
    (tmp_path / "mine.yaml").write_text("version: 1\nblock: [vbg_softmax]\n")
    _, plugins = session(argparse.Namespace(registry=tmp_path / "mine.yaml"))
    assert next(s.status for s in plugins.statuses if s.name == "vbg_softmax") == "blocked"
