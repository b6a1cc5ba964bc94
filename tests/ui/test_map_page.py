"""The page of the map, as the tiny run lays it out."""

import re
from urllib.parse import quote

import numpy as np
import pytest

from vbg_framework.ui.plane import read_area


@pytest.fixture
def plane(bench):
    return bench.plane.wait()


def shown(text):
    return int(re.search(r"<h1>([\d,]+) <span", text)[1].replace(",", ""))


def test_an_area_holds_the_same_records_on_the_map_in_the_collection_and_beside_an_object(client, plane, bench):
    area = "0,0 520,480"
    inside = np.flatnonzero(plane.within(read_area(area))).tolist()
    assert 0 < len(inside) < len(bench.collection)
    text = client.get(f"/map?task=form&area={quote(area)}").text
    assert shown(text) == len(inside)
    text = client.get(f"/?task=form&area={quote(area)}").text
    assert [int(place) for place in re.findall(r'href="/object/(\d+)', text)] == inside[:60]
    assert f"1 of {len(inside)}" in client.get(f"/object/{inside[0]}?area={quote(area)}").text


def test_without_a_script_four_numbers_are_a_rectangle(client, plane):
    text = client.get("/map?left=0&right=52&top=0&bottom=48").text
    assert shown(text) == plane.within(read_area("0,0 520,480")).sum()
    assert 'name="right" min="0" max="100" step="any" value="52"' in text
    assert client.get("/map?left=0&right=x&top=0&bottom=inf").status_code == 400


def test_colours_tell_groups_and_how_many_are_in_each(client, plane, bench):
    labels = bench.collection.labels["form"]
    for by, total in (("true", len(bench.collection)), ("wrong", len(bench.collection))):
        legend = re.findall(r'hue-(\d)"></span>(.+?) <span class="meaning">([\d,]+)', client.get(f"/map?by={by}").text)
        assert sum(int(count) for *_, count in legend) == total
    counts = {name: int(count) for _, name, count in legend}
    assert counts["wrong"] == labels.wrong.sum()
    picture = client.get("/map/picture?task=form&by=wrong")
    assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")


def test_the_page_of_an_object_leads_to_what_lies_around_it(client, plane):
    place = int(np.flatnonzero(~np.isnan(plane.places[:, 0]))[0])
    link = re.search(r'href="(/map[^"]+)">Around', client.get(f"/object/{place}").text)[1].replace("&amp;", "&")
    assert shown(client.get(link).text) == plane.within(read_area(plane.around(place))).sum() > 0


def test_what_is_not_known_is_named(client, hostile, reader, plane):
    assert client.get("/map?by=<b>").status_code == 400
    assert client.get("/map?area=1").status_code == 400
    without = reader(hostile)
    assert without.get("/map").status_code == without.get("/?area=1,1+2,2").status_code == 404
    assert without.get("/map/picture").status_code == 404
