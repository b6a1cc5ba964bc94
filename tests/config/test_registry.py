import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.options import merge
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry, resolve, shipped_registry

PARTS = """
    from vbg_framework import Component, Config, hookimpl

    class Options(Config):
        depth: int = 2
        heads: int = 4

    class Empty(Config):
        pass

    class Source(Config):
        path: str

    @hookimpl
    def vbg_components():
        for kind in ("encoder", "fusion", "classifier"):
            yield Component(kind, "plain", Options, "nowhere:Class")
        yield Component("encoder", "fancy", Options, "nowhere:Class")
        yield Component("dataset", "files", Source, "nowhere:Class")
        rules = {"metric": "macro_f1", "schedule": "linear", "optimizer": "adamw", "sampler": "natural"}
        for kind, name in rules.items():
            yield Component(kind, name, Empty, "nowhere:Class")
        yield Component("report_section", "members", Empty, "nowhere:Class")
"""
CONTENT = {
    "version": 1,
    "encoders": {"small": {"type": "plain", "depth": 1}, "large": {"type": "plain", "depth": 9, "heads": 8}},
    "fusions": {"join": {"type": "plain"}},
    "classifiers": {"head": {"type": "plain"}},
    "datasets": {"set": {"type": "files", "path": "x.csv"}},
    "experiments": {
        "base": {
            "data": "set",
            "tasks": ["form"],
            "encoders": {"image": "small", "text": "large"},
            "fusion": "join",
            "classifier": "head",
            "train": {"steps": 10},
        },
        "child": {"extends": "base", "encoders": {"image": {"heads": 2}}, "train": {"batch_size": 8}},
        "single": {"extends": "base", "encoders": {"text": None}, "fusion": None},
    },
}


@pytest.fixture
def plugins(install):
    return load_plugins(found=install("parts", PARTS))


@pytest.fixture
def registry():
    found = Registry()
    found.add(CONTENT, "registry.yaml")
    return found


def changed(**sections):
    found = Registry()
    found.add({**CONTENT, **sections}, "registry.yaml")
    return found


def test_names_are_looked_up_and_defaults_filled_in(registry, plugins):
    resolved = registry.experiment("base", plugins)
    assert resolved.options()["encoders"]["image"] == {"type": "plain", "depth": 1, "heads": 4}
    assert resolved.encoders()["text"].config.depth == 9
    assert resolved.experiment.train.batch_size == 32


def test_a_child_merges_into_its_parent(registry, plugins):
    options = registry.experiment("child", plugins).options()
    assert options["encoders"]["image"] == {"type": "plain", "depth": 1, "heads": 2}
    assert (options["train"]["steps"], options["train"]["batch_size"]) == (10, 8)


def test_null_takes_an_inherited_encoder_away(registry, plugins):
    resolved = registry.experiment("single", plugins)
    assert list(resolved.parts)[:3] == ["data", "classifier", "encoders.image"]


def test_set_is_merged_last_and_may_name_or_change_a_component(registry, plugins):
    sets = ["encoders.image=large", "encoders.text.depth=5", "train.steps=3"]
    options = registry.experiment("child", plugins, sets).options()
    assert options["encoders"]["image"]["depth"] == 9
    assert options["encoders"]["text"] == {"type": "plain", "depth": 5, "heads": 8}
    assert options["train"]["steps"] == 3


def test_a_component_given_by_name_brings_its_own_options_only(registry, plugins):
    options = registry.experiment("child", plugins, ["encoders.image=small"]).options()
    assert options["encoders"]["image"] == {"type": "plain", "depth": 1, "heads": 4}  # not the child's heads: 2
    swapped = changed(
        experiments={**CONTENT["experiments"], "swap": {"extends": "child", "encoders": {"image": "small"}}}
    )
    assert swapped.experiment("swap", plugins).options()["encoders"]["image"]["heads"] == 4


def test_set_with_another_type_drops_the_options_of_the_old_one(registry, plugins):
    options = registry.experiment("base", plugins, ["encoders.text={type: fancy}"]).options()
    assert options["encoders"]["text"] == {"type": "fancy", "depth": 2, "heads": 4}


def test_the_complete_options_resolve_to_themselves(registry, plugins):
    resolved = registry.experiment("child", plugins)
    assert resolve("child", resolved.options(), plugins, "config.yaml").options() == resolved.options()


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        (["train.step=1"], r"experiments.base.train: unknown key 'step'. Did you mean 'steps'\?"),
        (["fusions=null"], r"experiments.base: unknown key 'fusions'. Did you mean 'fusion'\?"),
        (["encoders.image=smal"], r"--set.encoders.image: 'smal' is not a name in `encoders`. Did you mean 'small'\?"),
        (["encoders.image.dept=1"], r"encoders.image: unknown key 'dept'. Did you mean 'depth'\? Known: depth, heads."),
        (["encoders.image={type: plan}"], r"unknown encoder type 'plan'. Did you mean 'plain'\?"),
        (["encoders.sound={depth: 1}"], r"encoders.sound: key 'type' is missing"),
        (["fusion=null"], r"`fusion` is missing: two or more encoders"),
        (["tasks=[]"], r"experiments.base.tasks: .*at least 1 item.*got \[\]"),
        (["train.steps=0"], r"experiments.base.train.steps: .*greater than or equal to 1, got 0"),
        (["text.drop=[title]"], r"`drop` and `policy: drop_fields` go together"),
    ],
)
def test_a_mistake_in_an_experiment_is_named_with_its_place(registry, plugins, sets, message):
    with pytest.raises(VBGError, match=message):
        registry.experiment("base", plugins, sets)


def test_a_mistake_in_a_named_component_blames_its_own_entry(plugins):
    registry = changed(encoders={"small": {"type": "plain", "dept": 1}, "large": {"type": "plain"}})
    message = r"registry.yaml: encoders.small: unknown key 'dept'. Did you mean 'depth'\? Known: depth, heads."
    with pytest.raises(VBGError, match=message):
        registry.experiment("base", plugins)


def test_an_entry_of_an_absent_plugin_harms_only_experiments_that_use_it(plugins):
    registry = changed(encoders={**CONTENT["encoders"], "far": {"type": "not_installed", "x": 1}})
    assert registry.experiment("base", plugins).name == "base"
    with pytest.raises(VBGError, match="encoders.far: unknown encoder type 'not_installed'"):
        registry.experiment("base", plugins, ["encoders.image=far"])


def test_unknown_experiments_parents_and_circles_are_named(plugins):
    registry = changed(experiments={"a": {"extends": "b"}, "b": {"extends": "a"}, "c": {"extends": "d"}})
    with pytest.raises(VBGError, match="unknown name 'aa' in experiments. Did you mean 'a'"):
        registry.experiment("aa", plugins)
    with pytest.raises(VBGError, match=r"runs in a circle \(a -> b -> a\)"):
        registry.experiment("a", plugins)
    with pytest.raises(VBGError, match="extends the unknown experiment 'd'"):
        registry.experiment("c", plugins)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([1], "expected keys and values, got list"),
        ({"version": 2}, "version must be 1, got 2"),
        ({"version": 1, "encoder": {}}, "unknown key 'encoder'. Did you mean 'encoders'"),
        ({"version": 1, "encoders": ["a"]}, "expected names and options"),
        ({"version": 1, "encoders": {"My_Vit": {"type": "vit"}}}, "names are kebab-case, got 'My_Vit'"),
        ({"version": 1, "encoders": {"vit": 3}}, "encoders.vit: expected options, got 3"),
        ({"version": 1, "encoders": {"vit": {"depth": 1}}}, "encoders.vit: key 'type' is missing"),
        ({"version": 1, "block": "vbg_vit"}, "block: expected a list of plugin names"),
    ],
)
def test_a_malformed_file_is_refused_with_the_reason(content, message):
    with pytest.raises(VBGError, match=message):
        Registry().add(content, "mine.yaml")


def test_the_users_file_wins_name_by_name(tmp_path, monkeypatch):
    (tmp_path / "registry.yaml").write_text("version: 1\nblock: [x]\ndatasets: {own: {type: table, path: a.csv}}\n")
    monkeypatch.chdir(tmp_path)
    registry = Registry.read()
    assert registry.block == ["x"]
    assert registry.places["datasets", "own"] == "registry.yaml: datasets.own"
    assert "quickstart" in registry.entries["experiments"]


def test_a_registry_that_is_asked_for_must_exist(tmp_path):
    with pytest.raises(VBGError, match="no such file"):
        Registry.read(tmp_path / "absent.yaml")


def test_check_reports_every_problem_once(plugins):
    registry = changed(encoders={"small": {"type": "plain", "dept": 1}, "large": {"type": "plain", "head": 1}})
    problems = [str(problem) for problem in registry.problems(plugins)]
    assert len(problems) == 2
    assert any("'dept'" in p for p in problems)
    assert any("'head'" in p for p in problems)


def test_everything_in_the_shipped_registry_is_valid():
    registry = Registry.read(shipped_registry())
    assert registry.problems(load_plugins(registry.block)) == []


def test_type_may_name_an_entry_whose_options_are_changed():
    registry, plugins = Registry.read(), load_plugins()
    sets = ["augmenter={type: gan-mini, steps: 7, text: {hidden: 9}}", "encoders.image={type: vit-mini, layers: 1}"]
    resolved = registry.experiment("quickstart", plugins, sets)
    changed, entry = resolved.parts["augmenter"].config, registry.experiment("quickstart", plugins).parts["augmenter"]
    assert changed.model_dump() == merge(entry.config.model_dump(), {"steps": 7, "text": {"hidden": 9}})
    assert resolved.encoders()["image"].config.layers == 1
    named = registry.experiment("quickstart-without-gan", plugins, ["augmenter={type: gan}"])
    alone = named.parts["augmenter"].config
    assert alone.diversity_weight == 0, "where a component has the name, it is the component"


def test_options_may_follow_the_name_of_a_component():
    sets = ["encoders.image=vit-mini", "encoders.image.frozen=true", "fusion=concat", "fusion.dim=32"]
    resolved = Registry.read().experiment("quickstart", load_plugins(), sets)
    image, fusion = resolved.encoders()["image"].config, resolved.parts["fusion"]
    assert (image.image_size, image.dim, image.frozen) == (64, 64, True)
    assert (fusion.component.name, fusion.config.dim) == ("concat", 32)
