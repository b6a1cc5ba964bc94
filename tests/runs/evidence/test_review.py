"""The blinded form, and the pools it is drawn from."""

import re

import pytest
from html_page import Page
from tiny import TINY

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.runs.augment import augment
from vbg_framework.runs.evidence.review import KEY, Key, draw_form, write_review
from vbg_framework.screen import Screen


@pytest.fixture(scope="session")
def pool(tmp_path_factory):
    out = tmp_path_factory.mktemp("pool") / "new"
    resolved = Registry.read(TINY).experiment("tiny-copies", load_plugins(), ["loop.count=20"])
    augment(resolved, out, Screen())
    return out


def drawn(pool, **options):
    return draw_form(pool, load_plugins(), Screen(), **options)


def test_generated_and_real_are_as_many_of_every_class_and_mixed_by_the_seed(pool):
    form = drawn(pool, per_class=3)
    told = [(item["name"], item["generated"]) for item in form.key.values()]
    for name in {name for name, _ in told}:
        assert told.count((name, True)) == told.count((name, False)) <= 3
    kinds = [generated for _, generated in told]
    assert kinds != sorted(kinds)
    assert kinds != sorted(kinds, reverse=True)
    assert drawn(pool, per_class=3).key == form.key
    assert drawn(pool, per_class=3, seed=1).key != form.key


def test_the_page_names_no_record_and_all_pictures_have_one_size(pool, tmp_path):
    form = drawn(pool)
    page = write_review(tmp_path, pool, form).read_text()
    shown = Page(re.sub("<script>.*?</script>", "", page, flags=re.DOTALL))
    assert not [item["id"] for item in form.key.values() if f">{item['id']}<" in page]
    assert "SYN_" not in page
    assert len(shown.all("img")) == len(form.items)
    assert {image["src"].partition(",")[0] for image in shown.all("img")} == {"data:image/jpeg;base64"}
    key = read_json(pool / KEY.format(form.id), Key)
    assert key["items"] == form.key
    assert not list(tmp_path.glob("*.json"))


def test_real_and_generated_records_show_the_same_fields(pool):
    form = drawn(pool)
    fields = {kind: set() for kind in (True, False)}
    for item in form.items:
        fields[form.key[str(item["number"])]["generated"]] |= item["text"].keys()
    assert fields[True] == fields[False] != set()


def test_a_run_is_a_pool_and_what_is_none_is_said(tmp_path, tiny_run):
    run = vbg_framework.run("tiny-copies", registry=TINY, runs=tmp_path)
    assert drawn(run.path).items
    with pytest.raises(VBGError, match="holds no generated records"):
        drawn(tiny_run.path)
