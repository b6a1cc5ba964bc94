from generated_run import measured

from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.quality import measure
from vbg_framework.report.quality import NO_BETTER, quality_view


def test_measures_become_sentences_and_rows():
    seen = quality_view(measured(18))
    assert seen["sentences"] == [
        "form: a judge trained on real pictures sees the class asked for in 75% of 18 generated images "
        "(95 % interval 62% to 85%). On equal terms (12 images a side, as many of each class, 1 of 2 classes): 75% of "
        "generated and 90% of unseen real images.",
        "1 of 18 generated images are near copies of a training image.",
        "Generated images lie 0.75 times as far from the nearest training image as unseen real ones do; 20% lie closer "
        "than all but 5 % of these.",
    ]
    rows = {row["title"]: (row["generated"], row["real"]) for row in [*seen["rows"], *seen["memory"]]}
    assert rows["KID"] == ("0.031 ± 0.004", "-0.001 ± 0.003")
    assert rows["Precision"] == ("0.81", "0.95")
    assert rows["Variety within a class"] == ("3.00", "6.00")
    assert rows["Texts from training"] == ("20.0%", "—")
    assert rows["Near copies"] == ("5.6%", "0.0%")
    assert all(row["meaning"] for row in seen["rows"])


def test_a_rate_above_that_of_real_images_is_said_to_be_no_better():
    found = measured(18)
    found["recovery"]["form"]["compared"]["real"] = 0.33
    (said,) = [each for each in quality_view(found)["sentences"] if each.startswith("form")]
    assert said.endswith(f"75% of generated and 33% of unseen real images. {NO_BETTER}")


def test_what_an_earlier_version_measured_is_still_shown():
    found = measured(18)
    found["recovery"]["form"] |= {"real": 0.9, "real_n": 30}
    del found["recovery"]["form"]["compared"]
    assert quality_view(found)["sentences"][0].endswith("(95 % interval 62% to 85%).")


def test_the_least_recognised_class_comes_first_and_missing_ones_have_no_reference():
    (task,) = quality_view(measured(18))["tasks"]
    assert [(row["name"], row["real"]) for row in task["rows"]] == [("vase", [0, 0]), ("bowl", [27, 30])]


def test_what_could_not_be_measured_is_left_out():
    found = measured(18)
    found["kid"]["reference"] = found["recovery"]["form"]["compared"] = found["memorisation"]["ratio"] = None
    found |= {"texts": None, "precision": None}
    seen = quality_view(found)
    assert "KID" in {row["title"] for row in seen["rows"]}
    assert not {"Precision", "Texts from training"} & {row["title"] for row in seen["rows"]}
    assert len(seen["sentences"]) == 2


def test_texts_without_images_have_rows():
    text = Record("a", {"text": {"title": "Bowl"}}, {"form": "bowl"})
    train = TrainView([text], tasks=[Task("form", classes=("bowl",))], task="form")
    seen = quality_view(measure([text], train, train, None, seed=0))
    assert [row["title"] for row in seen["rows"]][:2] == ["Texts from training", "Repeated texts"]
    assert seen["tasks"] == seen["memory"] == seen["sentences"] == []
    assert seen["notes"]
