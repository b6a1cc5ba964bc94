"""The downloader of the plugin `vbg_met`, against a server on this machine that has all the known faults."""

import contextlib
import datetime
import io
import json
import threading
from collections import Counter
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from vbg_met import MetConfig, vbg_components
from vbg_met.download import Download, main

from vbg_framework.base.errors import VBGError
from vbg_framework.data.fetching.client import ATTEMPTS, Client

SHIELD = b"<!DOCTYPE html><html><head><title>Pardon our interruption</title></head></html>"


def jpeg():
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "blue").save(buffer, "JPEG")
    return buffer.getvalue()


class Museum:
    """A small museum. `faults` are given, one per request, before the right answer: path -> list of answers."""

    def __init__(self):
        self.objects, self.faults, self.asked, self.agents = {}, {}, [], set()
        self.found = "all"
        museum = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                museum.agents.add(self.headers["User-Agent"])
                museum.asked.append(self.path)
                parts = urlsplit(self.path)
                waiting = museum.faults.get(parts.path, [])
                status, headers, body = waiting.pop(0) if waiting else museum.answer(parts.path, parse_qs(parts.query))
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, identity, **changes):
        record = {
            "objectID": identity,
            "isPublicDomain": True,
            "title": f"Jar {identity}",
            "classification": "Ceramics",
        }
        record |= {"metadataDate": "2024-01-01T00:00:00Z", "primaryImageSmall": f"{self.url}/img/{identity} small.jpg"}
        record |= {"primaryImage": f"{self.url}/img/{identity}.jpg", "tags": None}
        self.objects[identity] = record | changes

    def answer(self, path, query):
        if path == "/objects":
            changed = [i for i, o in self.objects.items() if o["metadataDate"] >= query.get("metadataDate", [""])[0]]
            return as_json({"total": len(changed), "objectIDs": changed})
        if path == "/search":
            if not query.get("q"):
                return 503, {}, b""
            return as_json({"objectIDs": list(self.objects) if self.found == "all" else self.found})
        if path.startswith("/img/"):
            return 200, {"Content-Type": "image/jpeg"}, jpeg()
        identity = path.removeprefix("/objects/")
        known = self.objects.get(int(identity)) if identity.isdigit() else None
        return as_json(known) if known else as_json({"message": "ObjectID not found"}, 404)


def as_json(content, status=200, **headers):
    return status, {"Content-Type": "application/json; charset=UTF-8"} | headers, json.dumps(content).encode()


@pytest.fixture
def museum():
    museum = Museum()
    for identity in (1, 2, 3):
        museum.add(identity)
    yield museum
    museum.server.shutdown()
    museum.server.server_close()


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self):
        self.now, self.sleeps = 0.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.sleeps.append(seconds)
        self.now += seconds


def client(clock=None, **options):
    clock = clock or Clock()
    return Client("test@example.org", hosts=("127.0.0.1",), clock=clock, sleep=clock.sleep, **options)


def download(museum, folder, clock=None, **options):
    return Download(folder, client(clock), api=museum.url, say=lambda line: None, **options)


def lines(folder):
    return [json.loads(line) for line in (folder / "objects.jsonl").read_text().splitlines()]


def test_objects_and_images_arrive_and_can_be_read(museum, tmp_path):
    filled = download(museum, tmp_path)
    filled.fetch(filled.ids("jar", [], {}))
    assert [record["objectID"] for record in lines(tmp_path)] == [1, 2, 3]
    assert filled.told() == "3 fetched, 3 images"
    assert museum.agents == {"vbg-framework (test@example.org)"}
    config = MetConfig(
        path=str(tmp_path / "objects.jsonl"), images="images/{object_id}.jpg", targets={"kind": "classification"}
    )
    records = list(next(iter(vbg_components())).load()(config).records())
    assert [record.inputs["image"].name for record in records] == ["1.jpg", "2.jpg", "3.jpg"]
    assert not list(tmp_path.rglob("*.partial"))


def test_requests_keep_their_distance(museum, tmp_path):
    clock = Clock()
    filled = download(museum, tmp_path, clock, images="none")
    filled.fetch(filled.ids("jar", [], {}))
    assert clock.sleeps == pytest.approx([1.0, 1.0, 1.0])


def test_a_busy_server_is_given_time(museum):
    clock = Clock()
    museum.faults["/objects/1"] = [(503, {}, b""), (429, {"Retry-After": "7"}, b""), (503, {}, b"")]
    assert client(clock).json(f"{museum.url}/objects/1")["objectID"] == 1
    assert clock.sleeps == pytest.approx([2.0, 7.0, 8.0])


def test_a_date_in_retry_after_is_understood(museum):
    clock = Clock()
    when = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=40)
    museum.faults["/objects/1"] = [(503, {"Retry-After": format_datetime(when, usegmt=True)}, b"")]
    client(clock).json(f"{museum.url}/objects/1")
    assert 30 < clock.sleeps[0] < 41
    museum.faults["/objects/1"] = [(503, {"Retry-After": "soon"}, b"")]
    client(clock).json(f"{museum.url}/objects/1")
    assert clock.sleeps[-1] == 2


def test_a_server_that_asks_for_hours_is_left_alone(museum):
    clock = Clock()
    museum.faults["/objects/1"] = [(429, {"Retry-After": "7200"}, b"")]
    with pytest.raises(VBGError, match=r"asks to come back in 7200 s\. Run the same command then"):
        client(clock).json(f"{museum.url}/objects/1")
    assert clock.sleeps == []


@pytest.mark.parametrize("status", [200, 403])
def test_a_web_page_in_the_place_of_data_means_blocked(museum, status):
    clock = Clock()
    museum.faults["/objects/1"] = [(status, {"Content-Type": "text/html"}, SHIELD)] * 2
    assert client(clock).json(f"{museum.url}/objects/1")["objectID"] == 1
    assert clock.sleeps == pytest.approx([60.0, 120.0])
    museum.faults["/objects/1"] = [(status, {"Content-Type": "text/html"}, SHIELD)] * 9
    with pytest.raises(VBGError, match=r"6 times\. Run the same command later; it goes on where it stopped"):
        client().json(f"{museum.url}/objects/1")
    assert len(museum.faults["/objects/1"]) == 9 - ATTEMPTS


def test_a_web_page_is_no_image_whatever_it_calls_itself(museum):
    museum.faults["/img/1.jpg"] = [(200, {"Content-Type": "image/jpeg"}, SHIELD)]
    assert client().image(f"{museum.url}/img/1.jpg") == jpeg()


def test_half_an_answer_is_none(museum):
    whole = json.dumps({"objectID": 1}).encode()
    museum.faults["/objects/1"] = [
        (200, {"Content-Length": str(len(whole) + 50)}, whole),
        (200, {}, whole[:-5]),
        (200, {}, b""),
    ]
    assert client().json(f"{museum.url}/objects/1")["title"] == "Jar 1"


def test_other_faults_end_the_download(museum):
    museum.faults["/objects/1"] = [(400, {}, b"")]
    with pytest.raises(VBGError, match="the server refuses, got status 400"):
        client().json(f"{museum.url}/objects/1")
    museum.server.shutdown()
    museum.server.server_close()
    with pytest.raises(VBGError, match="no complete answer"):
        client().json(f"{museum.url}/objects/1")


def test_no_other_server_is_asked(museum, tmp_path):
    with pytest.raises(VBGError, match="not on a server of the museum"):
        client().image("http://localhost:1/x.jpg")
    with pytest.raises(VBGError, match="not on a server of the museum"):
        client().image("https://localhost/x.jpg")
    with pytest.raises(VBGError, match="is no address of a web server"):
        client().image("file:///etc/passwd")
    museum.faults["/img/1.jpg"] = [(302, {"Location": "http://localhost:1/secret"}, b"")]
    with pytest.raises(VBGError, match="not on a server of the museum"):
        client().image(f"{museum.url}/img/1.jpg")
    museum.faults["/img/1.jpg"] = [(302, {"Location": "/img/2.jpg"}, b"")]
    assert client().image(f"{museum.url}/img/1.jpg") == jpeg()


def test_what_is_not_in_the_public_domain_is_left_out(museum, tmp_path):
    museum.add(2, isPublicDomain=False)
    filled = download(museum, tmp_path)
    filled.fetch([1, 2, 3])
    assert [record["objectID"] for record in lines(tmp_path)] == [1, 3]
    everything = download(museum, tmp_path, public_domain=False)
    everything.fetch([1, 2, 3])
    assert [record["objectID"] for record in lines(tmp_path)] == [1, 2, 3]
    assert not (tmp_path / "images" / "2.jpg").exists()


def test_loans_and_empty_images_are_counted(museum, tmp_path):
    museum.add(2, primaryImageSmall="", primaryImage="")
    museum.faults["/img/3%20small.jpg"] = [(404, {}, b"")]
    museum.faults["/objects/5"] = [as_json({"message": "Not a valid object"})]
    filled = download(museum, tmp_path)
    filled.fetch([1, 2, 3, 4, 5])
    assert filled.counts == Counter(
        {"fetched": 3, "images": 1, "without image": 1, "image missing": 1, "not a valid object": 2, "already here": 0}
    )


def test_an_interrupted_download_goes_on(museum, tmp_path):
    museum.faults["/objects/2"] = [(503, {}, b"")] * ATTEMPTS
    with pytest.raises(VBGError):
        download(museum, tmp_path).fetch([1, 2, 3])
    museum.asked.clear()
    filled = download(museum, tmp_path)
    filled.fetch([1, 2, 3])
    assert "/objects/1" not in museum.asked
    assert "/img/1%20small.jpg" not in museum.asked
    assert [record["objectID"] for record in lines(tmp_path)] == [1, 2, 3]


def test_a_second_visit_asks_only_for_what_changed(museum, tmp_path):
    download(museum, tmp_path).fetch([1, 2, 3])
    museum.add(2, title="Jar with lid", metadataDate="2025-06-01T00:00:00Z")
    museum.asked.clear()
    filled = download(museum, tmp_path)
    filled.fetch([1, 2, 3], filled.changed("2025-01-01"))
    assert museum.asked == ["/objects?metadataDate=2025-01-01", "/objects/2", "/img/2%20small.jpg"]
    assert [record["title"] for record in lines(tmp_path)] == ["Jar 1", "Jar with lid", "Jar 3"]
    assert len(list((tmp_path / "objects").iterdir())) == 3


def test_a_search_always_has_a_q(museum, tmp_path):
    filled = download(museum, tmp_path)
    assert filled.ids(None, [6], {"hasImages": "true"}) == [1, 2, 3]
    assert museum.asked[-1] == "/search?hasImages=true&departmentId=6&q=%2A"
    assert filled.ids(None, [1, 3], {}) == [1, 2, 3]
    assert museum.asked[-1] == "/objects?departmentIds=1%7C3"
    museum.found = None
    with pytest.raises(VBGError, match="finds no such object"):
        filled.ids("nothing", [], {})


def test_the_command_fills_a_folder(museum, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("vbg_met.download.API", museum.url)
    monkeypatch.setattr("vbg_met.download.Client", lambda contact, rate, hosts: client())
    dataset = next(iter(vbg_components())).load()
    options = ["--out", str(tmp_path), "--contact", "test@example.org", "--query", "jar", "--limit", "2"]
    assert dataset.download([*options, "--since", "2025-01-01"]) == 0
    assert [record["objectID"] for record in lines(tmp_path)] == [1, 2]
    assert "3 objects found, of which 2 are fetched" in capsys.readouterr().out
    with pytest.raises(SystemExit), contextlib.redirect_stderr(io.StringIO()):
        main(["--out", str(tmp_path)])
