"""The collection: pages, filters and what the cards say."""

import re

import numpy as np

from vbg_framework.ui.query import PAGE


def shown(client, address):
    """The places of the objects on all pages of a list."""
    first = client.get(address)
    assert first.status_code == 200
    pages = int(max(re.findall(r"Page [\d,]+ of (\d+)", first.text) or ["1"], key=int))
    sep = "&" if "?" in address else "?"
    texts = [client.get(f"{address}{sep}page={page}").text for page in range(1, pages + 1)]
    return [int(place) for text in texts for place in re.findall(r'<a href="/object/(\d+)', text)]


def test_pages_hold_every_object_once_and_in_order(client, bench):
    assert shown(client, "/") == list(range(len(bench.collection)))
    assert client.get("/").text.count("<img") == min(PAGE, len(bench.collection))


def test_a_filter_shows_exactly_its_objects(client, bench):
    labels = bench.collection.labels["form"]
    name = labels.task.classes[0]
    expected = [
        place
        for place in range(len(bench.collection))
        if labels.names("truth", place) == [name] and bench.collection.part(place) == "train"
    ]
    assert shown(client, f"/?task=form&true={name}&part=train") == expected
    assert expected
    assert shown(client, "/?task=form&wrong=yes") == np.flatnonzero(labels.wrong).tolist()


def test_a_search_shows_the_objects_with_all_words(client, bench):
    identity = bench.collection.ids[5]
    assert shown(client, f"/?q={identity.upper()}") == [5]
    assert "No record is like this" in client.get("/?q=no-such-word").text


def test_a_page_beyond_the_last_is_the_last(client):
    assert "Page 2 of 2" in client.get("/?page=999").text


def test_cards_say_what_was_decided_and_where_people_disagree(client, decide, bench):
    other = bench.collection.labels["form"].task.classes
    decide(kind="correct", place="0", task="form", value=other[0], who="Ann")
    assert f"decided: {other[0]}" in client.get("/?task=form").text
    decide(kind="correct", place="0", task="form", value=other[1], who="Bo")
    assert "conflict" in client.get("/?task=form").text


def test_labels_to_doubt_are_looked_for_when_they_are_asked_for(client, bench):
    bench.doubts.wait()
    flagged = bench.doubted("form").flagged
    assert shown(client, "/?task=form&doubted=yes") == np.flatnonzero(flagged).tolist()
    assert len(shown(client, "/?task=form&sort=doubt")) == len(bench.collection)


def test_a_range_of_doubt_shows_what_it_counts_and_stays_in_the_form_and_on_the_map(client, bench):
    bench.doubts.wait()
    doubt = 100 * (1 - bench.doubted("form").probabilities)
    found = shown(client, "/?task=form&doubt_least=30&doubt_most=90")
    assert found == np.flatnonzero((doubt >= 30) & (doubt <= 90)).tolist()
    text = client.get("/?task=form&doubt_least=30").text
    assert f"{(doubt >= 30).sum()} <span" in text
    assert re.search(r'<label>Doubt from <input type="number" name="doubt_least"[^>]* value="30"', text)
    bench.plane.wait()
    assert '<input type="hidden" name="doubt_least" value="30">' in client.get("/map?task=form&doubt_least=30").text


def test_without_a_run_a_question_about_doubt_is_refused(reader, hostile):
    answer = reader(hostile).get("/?doubt_least=30")
    assert answer.status_code == 400
    assert "without one nobody doubts a label" in answer.text
    assert "doubt_least" not in reader(hostile).get("/").text
