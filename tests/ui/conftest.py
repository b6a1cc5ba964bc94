"""The workbench of the smallest run, and a browser's way to it."""

import time

import pytest
from browser import browser as chromium

from ui.eyes import WIDTHS
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
def client(bench, reader):
    """Has the cookie already, and follows no redirect."""
    return reader(bench)


@pytest.fixture
def decide(client, known):
    """Send a decision."""
    return lambda **fields: client.post("/decide", data={"form": known.form, **fields})


REGISTRY = """
version: 1
datasets:
  odd: {type: table, path: %s, id: id, text: [title], targets: {kind: kind}}
"""
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """A data set whose ids, classes and texts want to be code."""
    import csv

    from vbg_framework.config.registry import Registry
    from vbg_framework.screen import Screen
    from vbg_framework.ui.workbench import open_data

    folder = tmp_path_factory.mktemp("hostile")
    names = [f"{SCRIPT}{n}" for n in range(4)] + [
        "' onerror='x",
        '" autofocus onfocus="x',
        "../../etc/passwd",
        "{{ 7*7 }}",
    ]
    with (folder / "odd.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "kind"])
        writer.writerows([name, f"</dd>{SCRIPT}\x1b[2J", ("<b>cup</b>", 'a"&b')[n % 2]] for n, name in enumerate(names))
    (folder / "r.yaml").write_text(REGISTRY % (folder / "odd.csv"))
    part = Registry.read(folder / "r.yaml").dataset("odd", load_plugins(), [])
    return open_data("odd", part, Screen(), folder / "corrections.csv")


@pytest.fixture
def house(tiny_run, tmp_path):
    """The runs and studies that can be opened."""
    from vbg_framework.ui.house import House

    return House(tiny_run.path.parents[1], tmp_path / "studies", corrections=tmp_path / "another.csv")


@pytest.fixture
def reader(known, house):
    """Makes a browser for the site of a workbench."""
    from starlette.testclient import TestClient

    from vbg_framework.ui.site import make_site

    def make(bench, **options):
        site = make_site(bench, known, house, **options)
        cookies = {known.cookie: known.token, "vbg-who": "A.%20Lee"}
        return TestClient(site, cookies=cookies, follow_redirects=False, raise_server_exceptions=False)

    return make


@pytest.fixture
def link(serving):
    """Of the site of the tiny run."""
    return serving()


@pytest.fixture
def serving(bench, house, monkeypatch, capsys):
    """Starts a real server, on loopback in this process, and returns what it prints; it ends with the test."""
    import functools
    import threading

    import uvicorn

    from vbg_framework.ui import server
    from vbg_framework.ui.site import make_site

    kept = []

    class Server(uvicorn.Server):
        def run(self, sockets=None):
            kept.append(self)
            super().run(sockets)

    monkeypatch.setattr(server.uvicorn, "Server", Server)
    threads = []

    def serve(room=bench, **options):
        make = functools.partial(make_site, room, **{"house": house, **options})
        threads.append(
            threading.Thread(target=server.serve, args=(lambda known: make(known=known),), kwargs={"browser": False})
        )
        threads[-1].start()
        while not (len(kept) == len(threads) and kept[-1].started):
            time.sleep(0.01)
        return capsys.readouterr().out.split()[1]

    yield serve
    for server_, thread in zip(kept, threads, strict=True):
        server_.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser():
    """Without a window; tests are skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: uv sync --group full")
    if chromium() is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as player:
        opened = player.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, link, request):
    """A page that was let in; it must not complain."""
    narrow = request.param < WIDTHS[0]
    context = browser.new_context(viewport={"width": request.param, "height": 900}, has_touch=narrow)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(link)
    yield page
    context.close()
    assert said == []


@pytest.fixture(scope="session")
def generating(tmp_path_factory):
    """A run that generated records, opened once."""
    from tiny import TINY

    import vbg_framework
    from vbg_framework.ui.workbench import open_run

    run = vbg_framework.run("tiny-copies", registry=TINY, runs=tmp_path_factory.mktemp("generating"))
    return open_run(run, load_plugins(), tmp_path_factory.mktemp("reviewed") / "corrections.csv")


@pytest.fixture
def hidden(generating, tmp_path):
    """The same with nothing said yet; `hidden.blind.wait()` is its form."""
    from vbg_framework.ui.corrections_file import CorrectionsFile

    generating.file = CorrectionsFile(tmp_path / "reviewed.csv", "tiny")
    (generating.run.path / "review.json").unlink(missing_ok=True)
    return generating
