"""Label-mapping files, and the cells their rules read."""

import datetime
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.base.yaml_file import dump_yaml
from vbg_framework.data.catalogue.labels import LabelRules


def rules(folder, *given_rules, multi_label=False):
    """A file with one task, `kind`."""
    content = {"version": 1, "name": "test", "tasks": {"kind": {"rules": list(given_rules)}}}
    if multi_label:
        content["tasks"]["kind"]["multi_label"] = True
    path = folder / "labels.yaml"
    path.write_text(dump_yaml(content), encoding="utf-8")
    return LabelRules(path)


def label(folder, cells, *given_rules, **options):
    return rules(folder, *given_rules, **options)(cells).get("kind")


def test_the_first_rule_that_matches_gives_the_label(tmp_path):
    found = rules(
        tmp_path,
        {"fields": "title", "exact": ["bowl", "dish"], "label": "flat"},
        {"fields": ["title", "note"], "regex": r"\bvase\b", "label": "tall"},
        {"fields": "title", "map": {"Kachel": "tile"}},
        {"fields": "year", "years": [-500, -1], "label": "old"},
    )
    assert found({"title": " Bowl "}) == {"kind": "flat"}
    assert found({"title": "bowls", "note": "near a VASE"}) == {"kind": "tall"}
    assert found({"title": "kachel", "year": -100}) == {"kind": "tile"}
    assert found({"year": -100}) == {"kind": "old"}
    assert found({"title": None, "year": 100}) == {}
    assert found.fields == ("title", "note", "year")


@pytest.mark.parametrize(
    ("cells", "inside"),
    [
        ({"begin": -664, "end": -525}, True),
        ({"begin": "-664", "end": "\u2212525"}, True),
        ({"begin": -664.0, "end": "-525.0"}, True),
        ({"begin": "-0664-01-01", "end": "-600/12/31"}, True),
        ({"begin": -525, "end": -664}, True),  # the museum mixed them up
        ({"begin": -664, "end": -524}, False),
        ({"begin": -664}, False),
        ({"begin": -664, "end": "about -600"}, False),
        ({"begin": datetime.date(1900, 1, 2), "end": -600}, False),
    ],
)
def test_all_years_must_lie_in_the_range(tmp_path, cells, inside):
    rule = {"fields": ["begin", "end"], "years": [-700, -525], "label": "late"}
    assert label(tmp_path, cells, rule) == ("late" if inside else None)


def test_a_range_may_be_open(tmp_path):
    before = {"fields": "year", "years": [None, -1], "label": "BCE"}
    after = {"fields": "year", "years": [1, None], "label": "CE"}
    assert [label(tmp_path, {"year": year}, before, after) for year in (-3000, 0, 2000)] == ["BCE", None, "CE"]


@pytest.mark.parametrize(
    "date",
    [
        "ca. 500 B.C.",
        "-500",
        "500 BC",
        "5th century B.C.",
        "\u2212500",
        "-0500-01-01",
        -500.0,
        "500 v. Chr.",
        "664\u2013525 BCE",
    ],
)
def test_every_date_before_our_era_is_before_it(tmp_path, date):
    before = {"fields": "date", "years": [None, -1], "label": "BC"}
    after = {"fields": "date", "years": [0, None], "label": "AD"}
    assert label(tmp_path, {"date": date}, before, after) == "BC"


@pytest.mark.parametrize(
    "date", ["30 B.C.\u2013A.D. 364", "after 600", "unknown", "1st century BC\u20131st century AD"]
)
def test_a_date_that_is_not_all_in_a_range_gets_no_label(tmp_path, date):
    before = {"fields": "date", "years": [None, -1], "label": "BC"}
    after = {"fields": "date", "years": [0, None], "label": "AD"}
    assert label(tmp_path, {"date": date}, before, after) is None


def test_codes_are_compared_as_they_are_written_and_numbers_as_numbers(tmp_path):
    path = tmp_path / "labels.yaml"
    rules = (
        "- {fields: code, map: {1: jug, 2.50: plate, 007: bowl, 1000: 12}}\n- {fields: code, exact: [08, 9], label: 03}"
    )
    path.write_text(f"version: 1\nname: codes\ntasks: {{kind: {{rules: [{rules[2:].replace(chr(10) + '- ', ', ')}]}}}}")
    found = LabelRules(path)
    codes = {
        1: "jug",
        "1": "jug",
        "1.0": "jug",
        "2,5": "plate",
        2.5: "plate",
        "007": "bowl",
        "1,000": "12",
        "08": "03",
        9.0: "03",
    }
    assert {code: found({"code": code}).get("kind") for code in codes} == codes
    assert [found({"code": code}) for code in ("7", "01", "8", 7)] == [{}] * 4


def test_every_matching_rule_adds_a_class_to_a_multi_label_task(tmp_path):
    colours = {"fields": "tags", "map": {"Rot": "red", "Blau": "blue"}, "separator": "|"}
    gold = {"fields": "medium", "regex": "gold", "label": "gold"}
    cells = {"tags": "blau|Rot| rot |grün", "medium": "gold leaf"}
    assert label(tmp_path, cells, colours, gold, multi_label=True) == ["blue", "gold", "red"]
    assert label(tmp_path, cells, colours, gold) == "blue"
    assert label(tmp_path, {"tags": ["Rot"]}, colours) == "red"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"fields": "a", "label": "x"}, "exactly one of exact, regex, map and years, not 0"),
        ({"fields": "a", "label": "x", "regex": "y", "exact": "z"}, "not 2"),
        ({"fields": "a", "regex": "y"}, "a rule has a `label`"),
        ({"fields": "a", "regex": "(", "label": "x"}, "not a regular expression"),
        ({"fields": "a", "map": {"y": "z"}, "label": "x"}, "a rule has a `label`"),
        ({"field": "a", "regex": "y", "label": "x"}, "Did you mean 'fields'"),
        ({"fields": "a", "years": [1], "label": "x"}, "years"),
    ],
)
def test_a_wrong_rule_is_named_with_its_place(tmp_path, rule, words):
    with pytest.raises(VBGError, match=r"labels\.yaml: tasks\.kind\.rules\.0") as error:
        rules(tmp_path, rule)
    assert words in str(error.value)


def test_a_file_that_is_no_mapping_file_is_refused(tmp_path):
    path = tmp_path / "labels.yaml"
    for content, words in (("- a", "expected keys"), ("version: 2\nname: x\ntasks: {}", "version"), ("a: [", "YAML")):
        path.write_text(content)
        with pytest.raises(VBGError, match=words):
            LabelRules(path)
    with pytest.raises(VBGError, match="no such file"):
        LabelRules(tmp_path / "absent.yaml")


def test_results_can_name_the_rules(tmp_path):
    first = rules(tmp_path, {"fields": "a", "exact": "b", "label": "c"})
    again = rules(tmp_path, {"fields": "a", "exact": "b", "label": "c"})
    other = rules(tmp_path, {"fields": "a", "exact": "b", "label": "d"})
    assert first.name == "test"
    assert first.sha256 == again.sha256 != other.sha256
    assert first.facts() == {"labels": {"name": "test", "sha256": first.sha256}}


def test_a_field_nobody_has_is_an_error_that_helps(tmp_path):
    found = rules(tmp_path, {"fields": "titel", "exact": "b", "label": "c"})
    with pytest.raises(VBGError, match=r"labels\.yaml: no field 'titel'\. Did you mean 'title'\?"):
        found.check(["title", "medium"])


WORDS = st.text(string.ascii_letters + " -\u00e4\u00df", min_size=1, max_size=8)
YEARS = st.integers(-9999, 9999)
RULES = st.one_of(
    st.fixed_dictionaries({"fields": st.sampled_from(["a", "b"]), "exact": WORDS, "label": st.just("exact")}),
    st.fixed_dictionaries(
        {"fields": st.sampled_from(["a", "b"]), "regex": WORDS.map(re.escape), "label": st.just("regex")}
    ),
    st.fixed_dictionaries({"fields": st.just("y"), "years": st.tuples(YEARS, YEARS).map(list), "label": st.just("y")}),
    st.fixed_dictionaries({"fields": st.just("a"), "map": st.dictionaries(WORDS, st.just("map"), max_size=3)}),
)


def slow_label(rule, cells):
    """The same, written out plainly."""
    if "years" in rule:
        first, last = rule["years"]
        return rule["label"] if first <= cells["y"] <= last else None
    value = cells[rule["fields"]].strip()
    if not value:
        return None
    if "regex" in rule:
        return rule["label"] if re.search(rule["regex"], value, re.IGNORECASE) else None
    table = rule["map"].items() if "map" in rule else [(rule["exact"], rule["label"])]
    return {word.strip().casefold(): word_label for word, word_label in table}.get(value.casefold())


@given(st.lists(RULES, max_size=5), st.fixed_dictionaries({"a": WORDS, "b": WORDS, "y": YEARS}))
def test_rules_do_what_a_plain_reading_of_them_says(tmp_path_factory, given_rules, cells):
    folder = tmp_path_factory.mktemp("rules")
    expected = next((found for rule in given_rules if (found := slow_label(rule, cells))), None)
    assert label(folder, cells, *given_rules) == expected


def test_a_task_is_labelled_in_one_place(tmp_path):
    found = rules(tmp_path, {"fields": "a", "exact": "b", "label": "c"})
    found.check_tasks(["form"])
    with pytest.raises(VBGError, match="task 'kind' stands in `targets` too"):
        found.check_tasks(["form", "kind"])


def test_an_expression_that_never_ends_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr("vbg_framework.data.catalogue.labels.PATIENCE", 0.05)
    path = tmp_path / "rules.yaml"
    path.write_text("version: 1\nname: m\ntasks: {a: {rules: [{fields: t, regex: '(a|a)+(b|c)*d$', label: x}]}}\n")
    rules = LabelRules(path)
    assert rules({"t": "aad"}) == {"a": "x"}
    with pytest.raises(VBGError, match=r"rules.0: the expression .* takes more than 0.05 s, got 'aaa"):
        rules({"t": "a" * 60 + "!"})
