"""The workbench of the smallest run, and a browser's way to it."""

import pytest

from vbg_framework.config.plugins import load_plugins


@pytest.fixture(scope="session")
def opened(tiny_run, tmp_path_factory):
    """Opened once: its model and its evidence are made once."""
    from vbg_framework.ui.workbench import open_run

    return open_run(tiny_run, load_plugins(), tmp_path_factory.mktemp("opened") / "corrections.csv")


@pytest.fixture
def bench(opened, tmp_path):
    """The same with nothing decided yet."""
    from vbg_framework.ui.corrections_file import CorrectionsFile

    opened.file = CorrectionsFile(tmp_path / "corrections.csv", "tiny")
    return opened


@pytest.fixture
def known():
    from vbg_framework.ui.guard import Pass

    return Pass(frozenset({"testserver"}))


@pytest.fixture
def client(bench, known):
    """Has the cookie already, and follows no redirect."""
    from starlette.testclient import TestClient

    from vbg_framework.ui.site import make_site

    site = make_site(bench, known)
    cookies = {known.cookie: known.token, "vbg-who": "A.%20Lee"}
    return TestClient(site, cookies=cookies, follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture
def decide(client, known):
    """Send a decision."""
    return lambda **fields: client.post("/decide", data={"form": known.form, **fields})
