"""Addresses of pictures in IIIF documents."""

import pytest

from vbg_framework.data.fetching.iiif import picture_of

V2 = "http://iiif.io/api/image/2/context.json"
V3 = "http://iiif.io/api/image/3/context.json"
SIZES = [{"width": 200, "height": 100}, {"width": 1200, "height": 600}, {"width": 4000, "height": 2000}]


@pytest.mark.parametrize(
    ("document", "address"),
    [
        ({"@context": V2, "@id": "https://a.org/7", "profile": ["level2"]}, "/full/!1024,1024/0/default.jpg"),
        ({"@context": V3, "id": "https://a.org/7", "profile": "level1"}, "/full/!1024,1024/0/default.jpg"),
        ({"@context": V2, "@id": "https://a.org/7", "profile": ["level0"]}, "/full/full/0/default.jpg"),
        ({"@context": V3, "id": "https://a.org/7", "profile": "level0"}, "/full/max/0/default.jpg"),
        (
            {"@context": V2, "@id": "https://a.org/7", "profile": "x#level0", "sizes": SIZES},
            "/full/1200,/0/default.jpg",
        ),
        (
            {"@context": V3, "id": "https://a.org/7", "profile": "level0", "sizes": SIZES},
            "/full/1200,600/0/default.jpg",
        ),
    ],
)
def test_an_image_is_asked_for_in_a_size_that_its_server_has(document, address):
    assert picture_of(document) == f"https://a.org/7{address}"


def test_the_first_picture_of_a_manifest_counts_with_its_service_or_without():
    service = {"@context": V2, "@id": "https://a.org/7", "profile": "level2"}
    second = {
        "sequences": [{"canvases": [{"images": [{"resource": {"@id": "https://a.org/x.jpg", "service": service}}]}]}]
    }
    assert picture_of(second) == "https://a.org/7/full/!1024,1024/0/default.jpg"
    third = {"items": [{"items": [{"items": [{"body": {"id": "https://a.org/x.jpg"}}]}]}]}
    assert picture_of(third) == "https://a.org/x.jpg"


@pytest.mark.parametrize(
    "document", [None, [], {}, {"items": [1, {}]}, {"sequences": {"canvases": "x"}}, {"@context": V2}]
)
def test_anything_else_has_none(document):
    assert picture_of(document) == ""
