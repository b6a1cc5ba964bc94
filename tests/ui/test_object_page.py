"""All about one object."""

import re

from vbg_framework.ui.guard import FRAMED


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
