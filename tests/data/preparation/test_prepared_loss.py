"""Preparing stops where much of a source is lost."""

import pytest
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import load_plugins
from vbg_framework.data.preparation import loss
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.data.preparation.loss import check_loss
from vbg_framework.screen import Screen

LINES = [f"{n},Bowl no. {n},{'bowl' if n % 2 else 'jug'}" for n in range(100)]


@pytest.fixture
def opened(tmp_path):
    def open_table(lines, header="id,title,kind", **options):
        path = tmp_path / "t.csv"
        text = "\n".join([header, *lines])
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
        table = {"type": "table", "path": str(path), "id": "id", "text": ["title"], "targets": {"kind": "kind"}}
        part = make_part("dataset", table | options.pop("table", {}), "", load_plugins())
        return prepare_data(part, Screen(), name="pots", **options)

    return open_table


def test_a_few_broken_rows_are_put_aside_and_the_rest_goes_on(opened):
    prepared = opened([*LINES, "100,too,many,cells", "7,again,jug"])
    assert (prepared.info["quarantined"], prepared.info["lost"]) == (2, [])


def test_many_broken_rows_stop_with_reasons_examples_and_what_mends_them(opened):
    with pytest.raises(VBGError) as raised:
        opened([*LINES, "100,too,many,cells", "7,again,jug", "8,again,jug", ",nothing,jug"])
    assert str(raised.value).splitlines() == [
        "data 'pots': 4 of 104 items cannot be used. ",
        "  2 x duplicate id, such as t.csv:103 ('7')",
        "    -> Name a column with a number of its own in every row: `id`.",
        "  1 x row does not have as many cells as the header, such as t.csv:102 (4, not 3)",
        "    -> Quote cells that hold the delimiter.",
        "  1 x id is empty, such as t.csv:105",
        "    -> Fill the column that `id` names, or name another.",
        "  To go on without them: --accept-loss",
    ]


def test_a_long_source_of_which_nearly_nothing_can_be_used_is_given_up_early(opened, monkeypatch):
    monkeypatch.setattr(loss, "HOPELESS", 150)
    broken = [f"{n},too,many,cells" for n in range(5000)]
    with pytest.raises(VBGError, match="of the first [12],?[0-9]{3} items cannot be used .*read it to the end"):
        opened([*LINES, *broken])
    assert opened([*LINES, *broken], accept_loss=True).info["quarantined"] == 5000


def test_rows_without_a_label_are_no_reason_to_give_up(opened, monkeypatch):
    monkeypatch.setattr(loss, "HOPELESS", 150)
    prepared = opened([*LINES, *(f"{n},Bowl," for n in range(100, 3000))])
    assert prepared.info["records"] == 100


def test_a_loss_is_accepted_once(opened):
    lines = [*LINES, *LINES]
    for _ in range(2):
        with pytest.raises(VBGError, match="100 of 200 items cannot be used"):
            opened(lines)
    assert len(opened(lines, accept_loss=True).table) == 100
    assert len(opened(lines).table) == 100


def test_who_does_not_look_accepts_nothing_for_others(opened):
    lines = [*LINES, *LINES]
    assert len(opened(lines, accept_loss=None).table) == 100
    with pytest.raises(VBGError, match="100 of 200 items cannot be used"):
        opened(lines)


def test_reasons_too_rare_to_be_listed_count(opened):
    prepared = opened([*LINES, "7,again,jug", "8,again,jug", "9,again,jug"], accept_loss=None)
    prepared.info["reasons"] = {}
    with pytest.raises(VBGError, match="3 of 103 items cannot be used"):
        check_loss(prepared)


def test_a_class_that_is_lost_as_a_whole_stops_whatever_its_size(opened, tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    lines = [*(f"{line},a.png" for line in LINES), "100,A cup,cup,gone.png"]
    with pytest.raises(VBGError, match=r"1 of 101 items cannot be used, among them every item of 'kind: cup'\."):
        opened(lines, "id,title,kind,photo", table={"image": "photo"})
    lines[-1] = "100,A cup,cup,https://example.org/a.png"
    with pytest.raises(VBGError, match=r"every item of 'kind: cup'(?s:.)*vbg data download pots"):
        opened(lines, "id,title,kind,photo", table={"image": "photo"})


def test_rows_without_a_label_are_no_loss(opened):
    assert opened([*LINES, *(f"{n},Bowl," for n in range(200, 300))]).info["quarantined"] == 100
