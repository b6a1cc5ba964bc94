"""Try the model with a photo and a text."""

import io
import struct
import zlib

import pytest
from PIL import Image

from vbg_framework.ui.guard import FRAMED


def png(size=(40, 30)):
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def send(client, known, bench):
    bench.model.wait()
    return lambda picture=None, **texts: client.post(
        "/try", data={"form": known.form, **texts}, files={"picture": ("p.png", picture or b"")}
    )


def test_the_answer_is_that_of_the_model(client, send, bench):
    address = send(png(), **{"text-0": "a jug"}).headers["location"]
    text = client.get(address).text
    model = bench.model.wait().model
    given = {"id": "yours", "image": Image.new("RGB", (40, 30), "teal"), "text": {model.fields()["text"][0]: "a jug"}}
    (expected,) = model.predict([given], tell=lambda _: None)
    for task, name in expected.classes.items():
        assert f"{task}: {name}" in text
    assert "a jug" in text
    assert Image.open(io.BytesIO(client.get(f"{address}/picture").content)).size == (40, 30)


def test_what_the_answer_rests_on_stands_in_a_frame(client, send):
    answer = client.get(send(png()).headers["location"] + "/why")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == FRAMED


def test_texts_are_shown_as_they_are(client, send):
    address = send(**{"text-0": "<script>alert(1)</script>"}).headers["location"]
    text = client.get(address).text
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    assert client.get(f"{address}/picture").status_code == 404
    assert "<script>alert" not in client.get(f"{address}/why").text


def bomb():
    """A PNG that claims 50,000 x 50,000 pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + png()[33:]


@pytest.mark.parametrize("picture", [b"no picture", png()[:60], bomb()])
def test_what_is_no_usable_picture_is_refused(send, picture):
    answer = send(picture)
    assert answer.status_code == 400
    assert "cannot be used" in answer.text


def test_nothing_given_is_said(send):
    assert "Give a photo or a text first" in send().text
