import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.base.yaml_file import dump_yaml, parse_yaml, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("no", "no"), ("on", "on"), ("010", 10), ("0x1f", 31), ("1:30", "1:30"),
     ("true", True),
     ("~", None), ("", None), ("-.5", -0.5), ("1.", 1.0), ("2024-01-02", "2024-01-02"), ("'1'", "1"),
     ("1_000", "1_000")],
)  # fmt: skip
def test_scalars_follow_yaml_1_2(text, value):
    parsed = parse_yaml(f"a: {text}", "x.yaml")["a"]
    assert parsed == value
    assert type(parsed) is type(value)


def test_a_key_given_twice_is_an_error_with_its_line():
    with pytest.raises(VBGError, match=r"x.yaml:3: not valid YAML \(key 'a' is given twice\)"):
        parse_yaml("a: 1\nb: 2\na: 3\n", "x.yaml")


@pytest.mark.parametrize(
    "text", ["a: [1", "a: b: c", "\tx: 1", "? [a]\n: 1", "a: !!python/object:os.system 1", "a: \x00"]
)
def test_what_is_not_plain_yaml_is_one_error(text):
    with pytest.raises(VBGError, match="x.yaml"):
        parse_yaml(text, "x.yaml")


@pytest.mark.parametrize("number", [".inf", "-.Inf", ".nan", "1e999"])
def test_a_number_that_is_not_finite_is_an_error_with_its_line(number):
    with pytest.raises(VBGError, match=rf"x.yaml:2: not valid YAML \({number} is no finite number\)"):
        parse_yaml(f"b: 1.5\na: {number}\n", "x.yaml")


def test_missing_and_undecodable_files_are_named(tmp_path):
    with pytest.raises(VBGError, match="no such file"):
        read_yaml(tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff")
    with pytest.raises(VBGError, match=r"latin.yaml: cannot be read"):
        read_yaml(tmp_path / "latin.yaml")


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(plain)
def test_what_is_written_is_read_back(value):
    assert parse_yaml(dump_yaml(value), "x.yaml") == value


def test_our_dump_is_what_other_readers_understand():
    value = {"rate": 1e-3, "name": "no", "list": [1, None]}
    assert yaml.safe_load(dump_yaml(value)) == value


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_unusual_line_breaks_survive(sign):
    value = {f"a{sign}b": sign, sign: [f"{sign}x"]}
    assert parse_yaml(dump_yaml(value), "x") == value


@pytest.mark.parametrize("text", ["0E0", "1e3", "010", "no", "null", "~", "0x1F", "", "2026-01-01"])
def test_words_that_look_like_other_things_stay_words(text):
    assert parse_yaml(dump_yaml({text: text}), "x") == {text: text}


def test_words_may_stay_what_is_written():
    assert parse_yaml("{007: no, 1.0: [true, ~]}", "x", words=True) == {"007": "no", "1.0": ["true", "~"]}


@pytest.mark.parametrize("text", ["[" * 5000, "a:\n" + "".join(" " * n + "- \n" for n in range(1, 3000))])
def test_values_nested_too_deep_are_one_error(text):
    with pytest.raises(VBGError, match=r"x.yaml: its values are nested too deep"):
        parse_yaml(text, "x.yaml")


def test_aliases_that_multiply_are_one_error():
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)]
    for text in ("a0: &a0 [x]\n" + "".join(lines), "a: &a [*a]"):
        with pytest.raises(VBGError, match=r"x.yaml: not valid YAML \(its aliases repeat values"):
            parse_yaml(text, "x.yaml")
    assert parse_yaml("a: &a [1]\nb: [*a, *a]", "x.yaml") == {"a": [1], "b": [[1], [1]]}
