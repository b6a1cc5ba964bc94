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
