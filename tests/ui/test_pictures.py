"""Pictures by the number of their row."""

import io

import pytest
from PIL import Image


def test_pictures_come_small_and_whole_with_the_kind_they_are(client):
    small, whole = (Image.open(io.BytesIO(client.get(f"/picture/0/{size}").content)) for size in ("small", "whole"))
    assert small.format == "JPEG"
    assert whole.size == (32, 32)
    assert client.get("/picture/0/whole").headers["content-type"] in ("image/png", "image/jpeg")


def test_a_browser_keeps_what_its_address_names_by_content(client, bench):
    key = bench.thumbnails.key(0)
    assert "immutable" in client.get(f"/picture/0/small?v={key}").headers["cache-control"]
    assert client.get("/picture/0/small?v=other").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("address", ["/picture/9999/small", "/picture/0/large"])
def test_there_is_no_other_picture(client, address):
    assert client.get(address).status_code == 404


def test_a_record_without_picture_has_none(hostile, reader):
    assert reader(hostile).get("/picture/0/small").status_code == 404
