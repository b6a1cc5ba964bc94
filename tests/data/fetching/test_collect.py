"""Fetching pictures from a small server on this machine."""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image
from vbg_table import TableConfig

from vbg_framework.base.errors import VBGError
from vbg_framework.cli import main
from vbg_framework.config.plugins import installed
from vbg_framework.data.fetching.client import Client
from vbg_framework.data.fetching.collect import Collect, addresses


def png(side=12):
    held = io.BytesIO()
    Image.new("RGB", (side, side), (90, 40, 200)).save(held, "PNG")
    return held.getvalue()


class Museum(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        kind, body = self.answers().get(self.path, ("", b""))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_port}/1.png")
            self.end_headers()
            return
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answers(self):
        home = f"http://127.0.0.1:{self.server.server_port}"
        image = {"@context": "http://iiif.io/api/image/2/context.json", "@id": f"{home}/iiif/7", "profile": ["level2"]}
        body = {"id": f"{home}/1.png", "type": "Image"}
        manifest = {"items": [{"items": [{"items": [{"body": body}]}]}]}
        forms = {"/iiif/7": image, "/manifest": manifest, "/empty.json": {}}
        found = {path: ("application/json", json.dumps(each).encode()) for path, each in forms.items()}
        found |= {f"/{n}.png": ("image/png", png()) for n in range(9)}
        found |= {"/iiif/7/full/!1024,1024/0/default.jpg": ("image/png", png()), "/big.png": ("image/png", png(900))}
        return found | {"/broken.png": ("image/png", png()[:40]), "/text.png": ("text/plain", b"no picture")}

    def log_message(self, *_):
        pass


@pytest.fixture
def museum():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Museum)
    server.asked = []
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def dataset(folder, museum, *paths):
    home = f"http://127.0.0.1:{museum.server_port}"
    lines = [f"{n},Jug {n},{('jug', 'bowl')[n % 2]},{home}{path}" for n, path in enumerate(paths)]
    (folder / "t.csv").write_text("\n".join(["id,title,kind,photo", *lines]))
    component, _ = installed().component("dataset", "table", where="test")
    options = {"id": "id", "image": "photo", "text": ["title"], "targets": {"kind": "kind"}}
    return component.load()(TableConfig(path=str(folder / "t.csv"), **options))


def collect(private=("127.0.0.1",), most=10**9, largest=10**6):
    client = Client("a@example.org", rate=1000, private=private, most=largest, sleep=lambda seconds: None)
    return Collect(client, most, say=lambda line: None)


def test_pictures_iiif_images_and_manifests_arrive_where_they_are_looked_for(tmp_path, museum):
    source = dataset(tmp_path, museum, "/1.png", "/iiif/7", "/manifest")
    assert len([*addresses(source.records())]) == 3
    one = collect()
    one.fetch(source.records())
    assert one.counts["fetched"] == 3
    assert [record.inputs["image"].parent.name for record in source.records()] == ["fetched"] * 3


def test_what_is_there_is_not_asked_for_again(tmp_path, museum):
    source = dataset(tmp_path, museum, "/1.png", "/2.png", "/2.png")
    collect().fetch(source.records())
    assert museum.asked == ["/1.png", "/2.png"]
    collect().fetch(source.records())
    assert len(museum.asked) == 2


def test_what_does_not_come_or_is_no_picture_is_counted_and_not_kept(tmp_path, museum):
    source = dataset(tmp_path, museum, "/gone.png", "/broken.png", "/1.png", "/text.png", "/empty.json", "/big.png")
    one = collect(largest=1000)
    one.fetch(source.records())
    assert (one.counts["fetched"], sum(one.reasons.values())) == (1, 5)
    assert "1 x not there (404)" in one.told()
    assert len([*(tmp_path / "fetched").iterdir()]) == 1


def test_a_private_network_is_refused_by_name_number_and_redirection(tmp_path, museum):
    for private in ((), ("127.0.0.1",)):
        source = dataset(tmp_path, museum, "/away" if private else "/1.png")
        one = collect(private=private)
        one.fetch(source.records())
        assert [*one.reasons] == ["is not on the public internet"]


def test_it_stops_at_the_cap_and_goes_on_from_there(tmp_path, museum):
    source = dataset(tmp_path, museum, *(f"/{n}.png" for n in range(4)))
    for _ in range(2):
        with pytest.raises(VBGError, match=r"all that may be fetched. Allow more with --most-gb"):
            collect(most=2 * len(png())).fetch(source.records())
    assert len([*addresses(source.records())]) == 0


def test_a_run_of_pictures_that_are_gone_does_not_keep_those_behind_it_away(tmp_path, museum):
    gone = [f"/gone{n}.png" for n in range(12)]
    source = dataset(tmp_path, museum, "/1.png", *gone, "/2.png")
    found = collect()
    found.fetch(source.records())
    assert (found.counts["fetched"], found.reasons) == (2, {"not there (404)": 12})
    collect().fetch(source.records())  # again: only those that are gone are left


def test_a_table_that_begins_with_dead_addresses_gets_those_behind_them(tmp_path, museum):
    source = dataset(tmp_path, museum, *(f"/gone{n}.png" for n in range(12)), "/1.png")
    found = collect()
    found.fetch(source.records())
    assert (found.counts["fetched"], found.reasons) == (1, {"not there (404)": 12})


def test_a_server_that_gives_nothing_is_left_alone(tmp_path, museum):
    source = dataset(tmp_path, museum, *(f"/gone{n}.png" for n in range(70)))
    with pytest.raises(VBGError, match="50 pictures in a row did not come: not there"):
        collect().fetch(source.records())
    assert len(museum.asked) == 50


def test_a_server_that_refuses_is_left_alone_sooner(tmp_path, museum):
    source = dataset(tmp_path, museum, *(f"/{n}.png" for n in range(9)))
    with pytest.raises(VBGError, match="5 pictures in a row did not come: is not on the public internet"):
        collect(private=()).fetch(source.records())


def test_prepare_names_the_command_and_the_command_mends_it(tmp_path, museum, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    dataset(tmp_path, museum, *(f"/{n}.png" for n in range(8)))
    (tmp_path / "registry.yaml").write_text(
        "version: 1\ndatasets:\n  pots: {type: table, path: t.csv, id: id, image: photo, targets: {kind: kind}}\n"
    )
    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "cache"))
    assert main(["data", "prepare", "pots"]) == 1
    assert "vbg data download pots" in capsys.readouterr().err
    words = ["--contact", "a@example.org", "--rate", "1000", "--private", "127.0.0.1"]
    monkeypatch.setattr("vbg_framework.cli.download.FASTEST", 1000.0)
    assert main(["data", "download", "pots", *words]) == 0
    assert "8 fetched" in capsys.readouterr().out
    assert main(["data", "prepare", "pots"]) == 0
    assert main(["data", "download", "pots", *words]) == 0
    assert "no address of a picture is left" in capsys.readouterr().out
