"""The page of two runs, and that each of its counts leads to exactly its records."""

import html
import re

import pytest

from ui.another_run import house_of_two
from ui.test_grid import shown

COUNT = re.compile(r'<a href="(/\?[^"]+)" aria-label="(\w+), ([^"]+): (\d+)">')


@pytest.fixture
def house(tiny_run, tmp_path):
    return house_of_two(tiny_run, tmp_path)


def test_the_list_of_runs_leads_to_it_and_every_count_to_exactly_its_records(client, bench):
    assert 'href="/runs/tiny/other/compare"' in client.get("/runs").text
    found = COUNT.findall(client.get("/runs/tiny/other/compare").text)
    assert {task for _, task, _, _ in found} == {"form", "glaze"}
    for address, task, what, count in found:
        places = shown(client, html.unescape(address))
        assert len(places) == int(count)
        if what == "gained: right now, wrong there":
            assert not bench.collection.labels[task].wrong[places].any()
    assert "95 % interval" in client.get("/runs/tiny/other/compare").text


def test_cards_and_objects_say_what_the_other_run_answered(client, bench):
    query = "?task=form&other=tiny%2Fother&change=changed"
    (*places,) = shown(client, f"/{query}")
    assert client.get(f"/{query}").text.count('<p class="meaning">tiny/other: ') == len(places)
    text = client.get(f"/object/{places[0]}{query}").text
    assert "<h3>Of tiny/other</h3>" in text
    assert f"1 of {len(places)}" in text


def test_a_run_that_is_not_there_is_named_and_leads_nowhere(client):
    for page in ("/runs/..%2f..%2fetc/compare", "/runs/<b>/compare", "/?other=<b>&change=lost"):
        answer = client.get(page)
        assert answer.status_code == 400
        assert "there is no run" in answer.text
        assert "<b>" not in answer.text
    assert "needs another run" in client.get("/?change=lost").text
