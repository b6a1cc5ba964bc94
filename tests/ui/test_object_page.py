"""All about one object."""

import re

import pytest

from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.screen import Screen
from vbg_framework.ui.guard import FRAMED
from vbg_framework.ui.workbench import open_data


def test_an_object_shows_its_texts_labels_answers_and_all_its_pictures(client, bench):
    labels = bench.collection.labels["form"]
    place = next(p for p in range(len(bench.collection)) if bench.collection.part(p) == "test")
    text = client.get(f"/object/{place}").text
    assert f"{bench.collection.ids[place]} <span" in text
    for said in bench.collection.texts(place).values():
        assert said[:20] in text
    for name in labels.names("truth", place) + labels.names("predicted", place):
        assert name in text
    assert text.count('class="whole"') == len(bench.collection.views[place])


def test_a_record_that_the_model_learnt_from_has_no_answer(client, bench):
    place = next(p for p in range(len(bench.collection)) if bench.collection.part(p) == "train")
    assert "the model learnt from this record" in client.get(f"/object/{place}").text


def test_before_and_after_stay_among_those_that_were_asked_for(client, bench):
    among = [p for p in range(len(bench.collection)) if bench.collection.part(p) == "test"]
    text = client.get(f"/object/{among[1]}?part=test").text
    assert f"2 of {len(among)}" in text
    found = dict(re.findall(r'href="/object/(\d+)[^"]*" rel="(prev|next)"', text))
    assert found == {str(among[0]): "prev", str(among[2]): "next"}
    assert 'rel="prev"' not in client.get(f"/object/{among[0]}?part=test").text
    assert "The list" in client.get(f"/object/{among[0]}?part=train").text


def test_the_reasons_stand_in_a_frame_that_may_do_nothing(client, bench):
    bench.model.wait()
    answer = client.get("/object/0/why")
    assert answer.headers["content-security-policy"] == FRAMED
    assert bench.collection.ids[0] in answer.text
    assert '<iframe src="/object/0/why" loading="lazy" sandbox' in client.get("/object/0").text


def test_records_alike_are_other_records_and_in_order(client, bench):
    bench.evidence.wait()
    text = client.get("/object/0?alike=yes").text
    near = [float(value) for value in re.findall(r"similarity ([\d.]+)", text)]
    assert len(near) == 6
    assert near == sorted(near, reverse=True)
    assert '<a href="/object/0?' not in text.partition("<h2>Alike</h2>")[2]


def test_a_conflict_names_both_sides(client, decide, bench):
    names = bench.collection.labels["form"].task.classes
    decide(kind="correct", place="0", task="form", value=names[0], who="Ann")
    decide(kind="correct", place="0", task="form", value=names[1], who="Bo")
    text = client.get("/object/0").text
    assert f"Ann says {names[0]}; Bo says {names[1]}." in text


ADDRESSES = {
    "A": "https://museum.example/iiif/3/a?x=1&y='/info.json",
    "B": "http://museum.example/iiif/b/manifest",
    "C": "javascript:alert(1)//iiif",
    "D": 'https://museum.example/iiif/"><script>alert(1)</script>',
}


@pytest.fixture
def served(tmp_path):
    """Records whose metadata hold addresses of IIIF servers, some of them hostile."""
    rows = [f'{name},a jug,jug,"{address.replace(chr(34), chr(34) * 2)}"' for name, address in ADDRESSES.items()]
    (tmp_path / "t.csv").write_text("\n".join(["id,title,kind,picture", *rows, "E,a cup,cup,", "F,a cup,cup,"]))
    one = "{type: table, path: %s, id: id, text: [title], metadata: [picture], targets: {kind: kind}}"
    (tmp_path / "r.yaml").write_text(f"version: 1\ndatasets:\n  s: {one % (tmp_path / 't.csv')}\n")
    part = Registry.read(tmp_path / "r.yaml").dataset("s", load_plugins(), [])
    return open_data("s", part, Screen(), tmp_path / "corrections.csv")


def test_a_record_links_to_the_iiif_server_of_its_picture_and_the_page_loads_nothing_from_there(reader, served):
    there = reader(served)
    pages = {name: there.get(f"/object/{served.places[name]}") for name in ADDRESSES}
    assert 'href="https://museum.example/iiif/3/a?x=1&amp;y=&#39;/info.json" rel="noreferrer"' in pages["A"].text
    assert "IIIF: its server has deep zoom" in pages["A"].text
    for name in "BC":
        assert "deep zoom" not in pages[name].text
    assert 'href="javascript' not in pages["C"].text
    for page in pages.values():
        assert "<script>alert" not in page.text
        assert not re.search(r'src="http', page.text)
        assert "default-src 'none'" in page.headers["content-security-policy"]
