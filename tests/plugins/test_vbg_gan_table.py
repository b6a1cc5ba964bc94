"""The category-attribute table, learnt and edited."""

import numpy as np
import pytest
from gan_texts import FORMS, VALUES, view
from hypothesis import given, settings
from hypothesis import strategies as st
from vbg_gan.table import AttributeTable

from vbg_framework import VBGError
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView

NAMES = st.one_of(
    st.sampled_from(
        ["null", "no", "1e3", "08", "0x1f", "1.5", "true", "~", "- a", "a: b", "[x]", "#1", "1700", "青花", "{k}"]
    ),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(
        lambda s: s == s.strip() and s
    ),
)


KILNS = "kiln: {Ding: 3, Ru ware: 1, New Kingdom kiln: 0, Old Kingdom kiln: 0}"  # of bowls


def learnt(attributes=("kiln", "glaze"), train=None):
    return AttributeTable.learn(train or view(), attributes)


def edited(tmp_path, *changes, data=True):
    """The table after changes to its file, each a pair of texts."""
    path = tmp_path / "table.yaml"
    learnt().save(path)
    text = path.read_text()
    for old, new in changes:
        assert text.count(old) == 1, (old, text)
        text = text.replace(old, new)
    path.write_text(text)
    return AttributeTable.load(path, learnt() if data else None)


def complaint(tmp_path, *changes):
    with pytest.raises(VBGError) as caught:
        edited(tmp_path, *changes)
    return str(caught.value)


def phrase(*words):
    return words


def test_it_counts_what_goes_together():
    table = learnt()
    assert (table.task, table.classes) == ("form", FORMS)
    assert table.attributes == {name: tuple(sorted(values)) for name, values in VALUES.items()}
    entry = table.content.classes["bowl"]
    assert entry.values["kiln"] == {"Ding": 3, "Ru ware": 1, "New Kingdom kiln": 0, "Old Kingdom kiln": 0}
    assert [tuple(row) for row in entry.together] == [
        (2, ("Ding", "white")),
        (1, ("Ding", "blue-and-white")),
        (1, ("Ru ware", "celadon")),
    ]
    assert table.allows("bowl", "kiln", "Ding")
    assert not table.allows("bowl", "kiln", "Jingdezhen")
    assert not table.allows("bowl", "kiln", "New Kingdom kiln")  # a word of its name is in a text, no more
    assert not table.allows("bowl", "colour", "red")


def test_it_draws_what_was_seen_together_as_often_as_it_was_seen():
    table, generator = learnt(), np.random.default_rng(0)
    drawn = [tuple(sorted(table.draw("bowl", generator).items())) for _ in range(4000)]
    shares = {facts: drawn.count(facts) / 4000 for facts in set(drawn)}
    assert shares == {
        (("glaze", "white"), ("kiln", "Ding")): pytest.approx(0.5, abs=0.03),
        (("glaze", "blue-and-white"), ("kiln", "Ding")): pytest.approx(0.25, abs=0.03),
        (("glaze", "celadon"), ("kiln", "Ru ware")): pytest.approx(0.25, abs=0.03),
    }


def test_what_was_missing_is_absent_from_the_draw():
    table, generator = learnt(), np.random.default_rng(0)
    drawn = [table.draw("figure", generator) for _ in range(50)]
    assert {tuple(facts.items()) for facts in drawn} == {(("glaze", "white"),), (("kiln", "New Kingdom kiln"),)}


def test_a_class_without_training_records_has_no_attributes():
    assert learnt().draw("青花", np.random.default_rng(0)) == {}


def test_without_attributes_there_is_nothing_to_draw():
    assert learnt([]).draw("bowl", np.random.default_rng(0)) == {}


def test_the_same_attributes_are_read_from_a_record():
    record = Record(
        "r", {"metadata": {"year": 1912, "place": " Oslo ", "empty": " "}}, {"form": "bowl", "glaze": "white"}
    )
    train = TrainView([record], tasks=[Task("form", classes=("bowl",)), Task("glaze", classes=("white",))], task="form")
    table = AttributeTable.learn(train, ["glaze", "year", "place"])
    assert table.tuple_of(record) == {"glaze": "white", "year": "1912", "place": "Oslo"}
    with pytest.raises(VBGError, match=r"attributes: no training record has 'empty'.*Known: .*place"):
        AttributeTable.learn(train, ["empty"])


def test_of_a_metadata_field_only_the_commonest_values_are_told_apart():
    mediums = ["Clay", "Clay", "Clay", "Bronze", "Bronze", "Gold, garnet and two pearls"]
    records = [
        Record(f"r{i}", {"metadata": {"medium": medium}, "text": {"title": f"A bowl of {medium}"}}, {"form": "bowl"})
        for i, medium in enumerate(mediums)
    ]
    train = TrainView(records, tasks=[Task("form", classes=("bowl",))], task="form")
    table = AttributeTable.learn(train, ["medium"], most=2)
    assert table.attributes == {"medium": ("Bronze", "Clay")}
    assert [tuple(row) for row in table.content.classes["bowl"].together] == [
        (3, ("Clay",)), (2, ("Bronze",)), (1, (None,)),
    ]  # fmt: skip
    assert [sample.attributes for sample in table.samples(train)][-1] == table.tuple_of(records[-1]) == {}


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (["form"], "'form' is the task itself or given twice"),
        (["kiln", "kiln"], "'kiln' is the task itself or given twice"),
        (["klin"], "no training record has 'klin'. Did you mean 'kiln'?"),
    ],
)
def test_an_attribute_that_cannot_be_one_is_named(attributes, message):
    with pytest.raises(VBGError) as caught:
        learnt(attributes)
    assert str(caught.value).startswith(f"attributes: {message}")


def test_an_attribute_with_several_classes_per_record_is_refused():
    tasks = [Task("form", classes=("bowl",)), Task("motif", multi_label=True, classes=("a", "b"))]
    train = TrainView([Record("r", {}, {"form": "bowl", "motif": ("a", "b")})], tasks=tasks, task="form")
    with pytest.raises(VBGError, match="'motif' has several classes per record"):
        AttributeTable.learn(train, ["motif"])


def test_an_unknown_class_is_named():
    with pytest.raises(VBGError, match="form: unknown class 'bowle'. Did you mean 'bowl'?"):
        learnt().draw("bowle", np.random.default_rng(0))


def test_a_text_may_name_what_the_record_is_and_nothing_else():
    table, facts = learnt(), ("bowl", {"kiln": "Ding", "glaze": "white"})
    assert table.permits(facts, phrase("bowl"))
    assert table.permits(facts, phrase("ding"))
    assert not table.permits(facts, phrase("celadon"))  # another value of this class
    assert not table.permits(facts, phrase("jingdezhen"))  # never with this class
    assert not table.permits(facts, phrase("ewer"))


def test_a_value_never_seen_with_the_class_is_not_permitted_even_if_it_is_asked_for():
    assert not learnt().permits(("bowl", {"kiln": "Jingdezhen"}), phrase("jingdezhen"))
    assert not learnt().permits(("bowl", {"kiln": "New Kingdom kiln"}), phrase("new", "kingdom", "kiln"))


def test_a_class_without_training_records_may_be_called_by_its_name():
    assert learnt().permits(("青花", {}), phrase("青", "花"))


def test_what_training_texts_of_the_same_class_and_value_say_may_be_said():
    table = learnt()
    ding, ru = ({"kiln": "Ding", "glaze": "white"}, {"kiln": "Ru ware", "glaze": "celadon"})
    assert table.permits(("ewer", ding), phrase("bowl"))  # "bowl with ewer"
    assert not table.permits(("plum vase", ding), phrase("bowl"))
    assert table.permits(("bowl", ding), phrase("ru", "ware"))  # "imitates Ru ware"
    assert table.content.classes["bowl"].said["kiln"]["Ding"] == ["kilns", "ru ware", "ware"]
    assert not table.permits(("plum vase", ding), phrase("ru", "ware"))
    assert not table.permits(("bowl", ru), phrase("ding"))
    assert table.content.classes["ewer"].values["form"] == {"ewer": 3, "bowl": 0}


def test_deleting_a_value_of_a_class_forbids_it_everywhere(tmp_path):
    before, after = learnt(), edited(tmp_path, (KILNS, "kiln: {Ding: 3}"))
    facts = ("bowl", {"kiln": "Ding", "glaze": "white"})
    assert before.permits(facts, phrase("ru", "ware"))
    assert not after.permits(facts, phrase("ru", "ware"))
    assert not after.permits(("bowl", {"kiln": "Ru ware"}), phrase("ru", "ware"))
    assert not after.allows("bowl", "kiln", "Ru ware")
    generator = np.random.default_rng(0)
    assert all(after.draw("bowl", generator)["kiln"] == "Ding" for _ in range(50))
    assert after.permits(("plum vase", {"kiln": "Ding"}), phrase("ding"))


def test_words_can_be_added(tmp_path):
    path = tmp_path / "table.yaml"
    learnt().save(path)
    path.write_text(path.read_text() + "words: {glaze: {celadon: [qingci, sea green]}}\n")
    table = AttributeTable.load(path, learnt())
    assert table.permits(("bowl", {"glaze": "celadon"}), phrase("sea", "green"))
    assert not table.permits(("bowl", {"glaze": "white"}), phrase("qingci"))


def test_the_file_is_read_back_as_it_was_written(tmp_path):
    assert edited(tmp_path).content == learnt().content


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=6))
def test_any_name_survives_the_file(tmp_path_factory, pairs):
    path = tmp_path_factory.mktemp("table") / "table.yaml"
    records = [Record(str(i), {"text": {"t": f"{k} {v}"}}, {"form": k, "x": v}) for i, (k, v) in enumerate(pairs)]
    tasks = [Task(name, classes=tuple(sorted({pair[i] for pair in pairs}))) for i, name in enumerate(("form", "x"))]
    table = AttributeTable.learn(TrainView(records, tasks=tasks, task="form"), ["x"])
    table.save(path)
    assert AttributeTable.load(path, table).content == table.content


def test_the_file_explains_itself(tmp_path):
    learnt().save(tmp_path / "table.yaml")
    text = (tmp_path / "table.yaml").read_text()
    assert text.startswith("# What goes together in the training records.")
    assert "then a value for each of: kiln, glaze\n" in text
    assert (
        """
  bowl:
    values:
      form: {bowl: 4, plum vase: 0}
      kiln: {Ding: 3, Ru ware: 1, New Kingdom kiln: 0, Old Kingdom kiln: 0}
      glaze: {white: 2, blue-and-white: 1, celadon: 1}
    together:
    - [2, Ding, white]
"""
        in text
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("task: form", "task: kiln", "table.yaml.task: the classes asked for are those of 'form', got 'kiln'"),
        (
            "form: {bowl: 4, plum vase: 0}",
            "form: {bwl: 4}",
            "classes.bowl.values.form: unknown name 'bwl'. Did you mean 'bowl'?",
        ),
        (KILNS, "klin: {Ding: 3}", "classes.bowl.values: unknown name 'klin'"),
        (KILNS, "kiln: {Ding: -3}", "classes.bowl.values.kiln"),
        (KILNS, "kiln: {Jingdezhen: 3}", "classes.bowl.together: no combination"),
        (KILNS, "kiln: [Ding]", "classes.bowl.values: input should be"),
        ("- [2, Ding, white]", "- [2, Ding]", "classes.bowl.together: expected how many records and 2 values"),
        ("- [2, Ding, white]", "- [0, Ding, white]", "the first number must be at least 1, got 0"),
        (
            "- [2, Ding, white]",
            "- [2, Dong, white]",
            "classes.bowl.together.kiln: unknown name 'Dong'. Did you mean 'Ding'?",
        ),
        ("  bowl:\n", "  bowls:\n", "classes: the data has no 'bowls'. Did you mean 'bowl'?"),
        (
            "glaze: [blue, blue-and-white, celadon, white]",
            "glaze: [blue-and-white, celadon, white]",
            "attributes.glaze: 'blue' of the data is missing",
        ),
        ("classes:", "clases:", "unknown key 'clases'. Did you mean 'classes'?"),
        ("task: form", "task: [", "table.yaml:"),
        ("task: form", "task: form\nwords: {glaze: {red: [rouge]}}", "words.glaze: unknown name 'red'"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_file_and_key(tmp_path, old, new, message):
    told = complaint(tmp_path, (old, new))
    assert told.startswith("table.yaml")
    assert message in told
    assert "\n" not in told.splitlines()[0]


def test_a_class_or_value_of_the_data_may_not_be_missing(tmp_path):
    path = tmp_path / "table.yaml"
    learnt().save(path)
    wider = learnt(train=view(kiln=(*VALUES["kiln"], "Yaozhou")))
    with pytest.raises(VBGError, match=r"table.yaml.attributes.kiln: 'Yaozhou' of the data is missing. Put it back"):
        AttributeTable.load(path, wider)
    with pytest.raises(VBGError, match=r"table.yaml.classes: 'cup' of the data is missing"):
        AttributeTable.load(path, learnt(train=view(form=(*FORMS, "cup"))))


@pytest.mark.parametrize("content", ["", "[]", "a: 1"])
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "table.yaml").write_text(content)
    with pytest.raises(VBGError, match=r"^table.yaml"):
        AttributeTable.load(tmp_path / "table.yaml")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(VBGError, match="no such file"):
        AttributeTable.load(tmp_path / "table.yaml")
