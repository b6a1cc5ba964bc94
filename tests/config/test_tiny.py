import pytest
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import list_runs
from vbg_framework.cli import main
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.config.slots import named
from vbg_framework.config.tiny import SUFFIX, tiny
from vbg_framework.contracts.spec import Config

REAL = "egyptian-object-type"
PARTS = {"data": None, "encoders": {}, "fusion": None, "classifier": None, "augmenter": None}


@pytest.fixture(scope="module")
def plugins():
    return load_plugins()


@pytest.fixture
def small(plugins):
    return lambda name, *sets: tiny(name, Registry.read(), plugins, sets)


@pytest.mark.parametrize("name", Registry.read().entries["experiments"])
def test_every_shipped_experiment_can_be_tiny(small, name):
    resolved, told = small(name)
    assert resolved.name == name + SUFFIX
    assert resolved.experiment.data["type"] == "mini_museum"
    assert resolved.experiment.train.steps == 8
    assert told


ABOUT_DATA = {"data", "tasks", "text", "split", "licences", "task", "quota", "attributes"}
"""Options that name what the replaced data has."""
WEIGHTS = {"model", "weights"}
PAPER = [name for name in Registry.read().entries["experiments"] if name.startswith(("vbg-paper", "quickstart"))]


def switched_off(before, after, path=""):
    """Every option that is on before and off after."""
    if isinstance(before, Config) and isinstance(after, Config):
        pairs = [(key, value, getattr(after, key)) for key, value in before if key not in ABOUT_DATA | WEIGHTS]
        return [found for key, *values in pairs for found in switched_off(*values, f"{path}.{key}")]
    return [path] if before not in (None, 0) and after in (None, 0) else []


@pytest.mark.parametrize("name", PAPER)
def test_no_stage_that_is_on_at_full_size_is_off(small, plugins, name):
    full, short = Registry.read().experiment(name, plugins), small(name)[0]
    assert switched_off(full.experiment.model_copy(update=PARTS), short.experiment.model_copy(update=PARTS)) == []
    assert full.parts.keys() == short.parts.keys()
    for key, part in full.parts.items():
        if key != "data":
            assert switched_off(part.config, short.parts[key].config, key) == []


def test_what_was_chosen_stays_and_sizes_and_steps_shrink(small):
    parts = small("vbg-paper-literal")[0].parts
    image, text, gan = (parts[key].config for key in ("encoders.image", "encoders.text", "augmenter"))
    assert (image.block, image.dim, image.model) == ("paper_postln", 32, None)
    assert (text.mlm_steps, text.layers, text.model) == (2, 1, None)
    assert (gan.loss, gan.steps, gan.text.adversarial_steps) == ("minimax", 6, 2)
    assert (gan.diversity_weight, gan.feedback.steps, gan.text.pair_weight) == (0, 0, 0)  # off, so it stays off


def test_options_that_contradict_the_tiny_ones_give_way(small):
    assert small("quickstart", "encoders.text={type: bert, dim: 30, heads: 3}")[0].parts  # 3 is set again afterwards


def test_what_names_the_real_data_goes_back_to_its_defaults(small):
    sets = ["text.fields=[title_masked]", "split.use=given", "licences=[CC0-1.0]"]
    registry, experiment = Registry.read(), small(REAL)[0].experiment
    registry.add({"version": 1, "experiments": {"real": {"extends": REAL, "licences": ["CC0-1.0"]}}}, "own.yaml")
    plain = tiny("real", registry, load_plugins())[0].experiment
    assert (plain.text.fields, plain.split.use, plain.licences) == (None, "auto", None)
    assert experiment.tasks == ["form", "kiln"]
    assert small(REAL, *sets)[0].experiment.licences == ["CC0-1.0"]  # asked for, so it is kept


def test_how_it_is_trained_stays_but_for_the_budget(small):
    train = small("quickstart", "train.schedule=cosine")[0].experiment.train
    assert (train.steps, train.batch_size, train.evaluate_every, train.precision) == (8, 8, 4, "fp32")
    assert (train.learning_rate, named(train.schedule)) == (2e-3, "cosine")


def test_set_chooses_components_before_and_changes_options_after(small):
    encoders = small("quickstart", "encoders.text=null", "fusion=null", "encoders.image=vit-base")[
        0
    ].experiment.encoders
    assert set(encoders) == {"image"}
    assert (encoders["image"]["model"], encoders["image"]["dim"]) == (None, 32)  # no hub
    changed = small(
        "quickstart", "encoders.image={type: vit, layers: 3}", "train.steps=20", "tasks=[glaze]", "loop.task=glaze"
    )[0].experiment
    assert (changed.encoders["image"]["layers"], changed.encoders["image"]["dim"]) == (3, 32)
    assert (changed.train.steps, changed.train.batch_size, changed.tasks) == (20, 8, ["glaze"])


def test_data_that_is_chosen_stays_with_its_own_tiny_options_and_tasks(small):
    experiment = small("quickstart-image", "data.type=image_folder")[0].experiment
    assert experiment.data["path"].endswith("tiny")
    assert experiment.tasks == ["label"]
    assert small("quickstart", "data=coco-mini")[0].experiment.data["type"] == "coco"
    assert small(REAL, "data.objects=60")[0].experiment.data["objects"] == 60  # of the mini museum


def test_an_augmenter_gets_two_small_rounds_that_are_sieved():
    real = {"rounds": 5, "quota": {"vase": 900}, "task": "period", "keep": "accumulate"}
    made = {"extends": "quickstart", "augmenter": {"type": "duplicate"}, "loop": real}
    registry = Registry.read()
    registry.add({"version": 1, "experiments": {"made": made}}, "own.yaml")
    loop = tiny("made", registry, load_plugins())[0].experiment.loop
    assert (loop.rounds, loop.count, loop.quota, loop.task, loop.keep) == (2, 4, None, None, "accumulate")
    assert (loop.verify, loop.copies, loop.blank, loop.quality) == ("tell", True, True, True)
    assert tiny("made", registry, load_plugins(), ["loop.rounds=3"])[0].experiment.loop.rounds == 3
    assert tiny("made", registry, load_plugins(), ["loop.verify=null"])[0].experiment.loop.verify is None


def test_everything_that_is_replaced_is_told_and_nothing_else(small):
    _, told = small(REAL)
    said = {line.partition(" ")[0]: line.partition(" ")[2] for line in told}
    assert set(said) == {"data", "tasks", "encoders.image", "encoders.text", "fusion", "classifier", "text", "train"}
    assert said["data"] == "mini_museum (objects 40, views 2, size 32, tail 2)"
    assert said["tasks"] == "[form, kiln]"
    assert said["train"] == "steps 8, batch_size 8, precision fp32, evaluate_every 4"
    assert said["text"] == "fields null"


def test_a_misspelt_option_or_experiment_is_found_all_the_same(small):
    with pytest.raises(VBGError, match=r"experiments.quickstart \(--tiny\).train: unknown key 'step'"):
        small("quickstart", "train.step=3")
    with pytest.raises(VBGError, match="unknown key 'layer'"):
        small("quickstart", "encoders.image.layer=3")
    with pytest.raises(VBGError, match="Did you mean 'quickstart'"):
        small("quickstar")


def test_a_registry_without_the_mini_museum_is_told_so(plugins):
    registry = Registry.read()
    del registry.entries["datasets"]["mini-museum"]
    registry.entries["experiments"]["quickstart"]["data"] = "coco-mini"
    with pytest.raises(
        VBGError, match="--tiny: the registry has no data set 'mini-museum'. Choose the data with --set"
    ):
        tiny("quickstart", registry, plugins)


def test_a_component_without_tiny_options_names_the_one_it_needs(install):
    code = """
        from vbg_framework import Component, Config, hookimpl

        class Needy(Config):
            dim: int
            "Features."

        @hookimpl
        def vbg_components():
            return [Component("encoder", "needy", Needy, "nowhere:Class")]
    """
    plugins = load_plugins()
    plugins.statuses += load_plugins(found=install("needy", code)).statuses
    with pytest.raises(VBGError, match="encoders.image: key 'dim' is missing"):
        tiny("quickstart", Registry.read(), plugins, ["encoders.image.type=needy"])


def test_no_registered_name_can_look_like_a_tiny_run():
    with pytest.raises(VBGError, match="names are kebab-case"):
        Registry().add({"version": 1, "experiments": {"quickstart" + SUFFIX: {}}}, "own.yaml")


def test_a_tiny_run_stands_apart_from_real_ones(tmp_path, capsys):
    arguments = ["run", "tiny-text", "--registry", str(TINY), "--runs", str(tmp_path), "--tiny"]
    assert main([*arguments, "--set", "train.steps=2"]) == 0
    said = capsys.readouterr().out
    assert "Tiny   encoders.text bert (vocab_size 200" in said
    (run,) = list_runs(tmp_path)
    assert run.path.parent.name == "tiny-text+tiny"
    assert run.state == "finished"
    assert run.config()["experiment"]["train"]["steps"] == 2
    assert list_runs(tmp_path, "tiny-text") == []
    (run.path / "metrics.json").unlink()
    assert main([*arguments, "--resume"]) == 0
    assert [found.state for found in list_runs(tmp_path)] == ["finished"]
