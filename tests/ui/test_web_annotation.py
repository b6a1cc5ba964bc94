"""Annotations as JSON-LD, held against the rules of the Web Annotation Data Model."""

import base64
import hashlib

import pytest

from vbg_framework.ui.annotation import Annotation
from vbg_framework.ui.web_annotation import AROUND, page


@pytest.fixture
def items(opened):
    """Of a region, of words, and of both."""
    collection = opened.collection
    field, text = next(iter(collection.texts(3).items()))
    region = {"picture": collection.cell("sha256", int(collection.rows[3])), "region": "10,20,50,25.5"}
    words = {"field": field, "start": 2, "words": text[2:9]}
    about = {"who": "A. Lee", "when": "2026-01-02T03:04:05.000006+00:00"}
    kinds = [region | {"term": "rim"}, words | {"term": "foot", "why": "chipped"}, region | words]
    made = [Annotation(collection.ids[3], **kind, **about, number=n) for n, kind in enumerate(kinds, 1)]
    return page(made, collection, "pots")["items"]


def test_every_item_is_an_annotation_with_its_own_iri_creator_and_time(items):
    assert len({item["id"] for item in items}) == 3
    for item in items:
        assert item["id"].startswith("urn:uuid:")
        assert item["type"] == "Annotation"
        assert item["creator"] == {"type": "Person", "name": "A. Lee"}
        assert item["created"] == "2026-01-02T03:04:05.000006Z"
    assert [item["motivation"] for item in items] == ["tagging", "tagging", "linking"]
    assert [[(body["purpose"], body["value"]) for body in item.get("body", [])] for item in items] == [
        [("tagging", "rim")], [("tagging", "foot"), ("commenting", "chipped")], []
    ]  # fmt: skip


def test_a_region_names_the_content_of_its_picture_and_per_cent_of_it(items, opened):
    (target,) = items[0]["target"]
    assert target["selector"]["value"] == "xywh=percent:10,20,50,25.5"
    stored = opened.thumbnails.whole(int(opened.collection.rows[3]))[0]
    digest = target["source"]["id"].removeprefix("ni:///sha-256;")
    assert base64.urlsafe_b64decode(digest + "=") == hashlib.sha256(stored).digest()


def test_words_are_quoted_with_what_stands_around_them(items, opened):
    (target,) = items[1]["target"]
    text = next(iter(opened.collection.texts(3).values()))
    quoted, position = target["selector"]
    assert (quoted["prefix"], quoted["exact"]) == (text[:2], text[2:9])
    assert quoted["suffix"] == text[9 : 9 + AROUND]
    assert text[position["start"] : position["end"]] == quoted["exact"]
    assert [len(item["target"]) for item in items] == [1, 1, 2]


def test_what_is_there_no_more_is_still_exported(opened):
    (item,) = page([Annotation("gone/é", field="title", words="rim", term="rim")], opened.collection, "pots")["items"]
    assert item["target"][0]["scope"] == "urn:x-record:gone%2F%C3%A9"
    assert "prefix" not in item["target"][0]["selector"][0]
