"""What `vbg init` shows and asks."""

import io

from rich.console import Console

from vbg_framework.cli import preview
from vbg_framework.data.profile.roles import guess_roles
from vbg_framework.data.profile.table_facts import table_facts
from vbg_framework.data.readers.table import Table


def console():
    return Console(file=io.StringIO(), width=120)


def looked(tmp_path):
    words = ("clay", "iron", "wood", "glass")
    kinds = (("jug", "bowl")[n % 2] + "," + ("blue", "red", "red")[n % 3] for n in range(30))
    lines = [f"{n},A piece of {words[n % 4]} from the harbour,{kind}" for n, kind in enumerate(kinds)]
    (tmp_path / "t.csv").write_text("\n".join(["id,title,kind,colour", *lines]))
    return table_facts(Table(tmp_path / "t.csv"))


def test_every_column_is_shown_with_its_reason(tmp_path):
    facts, screen = looked(tmp_path), console()
    preview.show_roles(screen, facts, guess_roles(facts), {})
    said = screen.file.getvalue()
    assert "t.csv: 30 rows, 4 columns" in said
    assert all(name in said for name in ("id", "title", "kind", "colour", "2 classes of 3 records or more"))


def test_classes_are_counted_and_many_are_cut():
    screen = console()
    preview.show_classes(screen, "kind", {f"c{n}": 30 - n for n in range(20)})
    assert "c0 30, c1 29" in screen.file.getvalue()
    assert "and 8 more" in screen.file.getvalue()


def test_another_label_can_be_chosen_whatever_it_is_called(tmp_path, monkeypatch):
    looked(tmp_path)
    table, screen = tmp_path / "t.csv", console()
    table.write_text(table.read_text().replace("colour", "col\x1b[2Jour", 1))
    facts = table_facts(Table(table))
    monkeypatch.setattr("builtins.input", lambda *_: r"col\x1b[2Jour")
    assert preview.ask(screen, facts, guess_roles(facts)).tasks[0].column == "col\x1b[2Jour"
    assert "\x1b" not in screen.file.getvalue()
