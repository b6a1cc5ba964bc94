"""Columns that give a label away."""

from vbg_framework.data.profile.giveaways import giveaways
from vbg_framework.data.profile.roles import guess_roles
from vbg_framework.data.profile.table_facts import table_facts
from vbg_framework.data.readers.table import Table


def test_texts_that_name_the_class_are_masked_and_the_same_in_other_words_is_left_out(tmp_path):
    kinds = ["bowl", "jug", "plate"]
    lines = [
        f"{n},A {kinds[n % 3]} from place {n},{kinds[n % 3]},K{n % 3},{kinds[n % 3]}s,red {n % 5}" for n in range(60)
    ]
    (tmp_path / "t.csv").write_text("\n".join(["id,title,kind,sort,plural,colour", *lines]))
    facts = table_facts(Table(tmp_path / "t.csv"))
    task = guess_roles(facts).tasks[0]
    says = giveaways(facts.table, task, ["title", "sort", "plural", "colour"])
    found = {name: giveaway.verdict for name, giveaway in says.items()}
    assert found["title"] == ("masked", "names the class in 100% of the rows")
    assert found["sort"] == ("left out", "says the same as the label")
    assert found["plural"][0] == "left out"
    assert found["colour"] == ("", "")
