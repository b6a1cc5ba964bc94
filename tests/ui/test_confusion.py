"""The matrix, and that each of its numbers leads to exactly its objects."""

import html
import re
from dataclasses import replace

from ui.test_grid import shown
from vbg_framework.ui.confusion import answered_parts

CELL = re.compile(r'<td class="(\w+) shade-(\d)"><a href="(/\?[^"]+)" aria-label="(.+?) answered (.+?): (\d+)"')


def test_every_cell_leads_to_exactly_its_objects(client, bench):
    labels, total = bench.collection.labels["form"], 0
    for kind, shade, address, true, predicted, count in CELL.findall(client.get("/confusion?task=form").text):
        places = shown(client, html.unescape(address))
        assert len(places) == int(count)
        total += int(count)
        assert {bench.collection.part(place) for place in places} == {"test"}
        assert {(*labels.names("truth", p), *labels.names("predicted", p)) for p in places} == {(true, predicted)}
        assert (kind == "same") == (true == predicted)
        assert 1 <= int(shade) <= 9
    assert total == sum(bench.collection.part(place) == "test" for place in range(len(bench.collection)))


def test_the_sentence_says_the_accuracy_of_the_run(client, tiny_run):
    share = tiny_run.read_json("metrics.json")["test"]["form"]["accuracy"]
    assert f"({100 * share:.1f} %)" in client.get("/confusion?task=form").text


def test_a_part_that_nobody_answered_has_no_matrix(client, bench):
    assert "test" in answered_parts(bench.collection, bench.collection.labels["form"])
    assert "No labelled record" in client.get("/confusion?task=form&part=left+out").text


def test_a_task_with_several_labels_is_refused(client, bench, monkeypatch):
    labels = bench.collection.labels["glaze"]
    several = replace(labels, task=replace(labels.task, multi_label=True))
    monkeypatch.setitem(bench.collection.labels, "glaze", several)
    assert "several labels per record" in client.get("/confusion?task=glaze").text
