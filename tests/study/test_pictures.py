from small_study import fail_gate, make_study, plan

from vbg_framework.study.plan import Trial
from vbg_framework.study.report.pictures import SHOWN, pictures
from vbg_framework.study.results import gather

ARMS = ("none", "gan", "duplicate-gan")


def test_the_first_run_that_counts_shows_samples_of_every_class_and_galleries(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 2), pictures=True)
    fail_gate(folder, Trial("gan", 1))
    (found,) = pictures(gather(folder))
    assert (found["arm"], found["replicate"], found["count"]) == ("gan", 2, 24)
    assert {group["name"]: len(group["pictures"]) for group in found["groups"]} == dict.fromkeys(
        ("bowl", "vase", "jar", "ewer"), SHOWN
    )
    first = found["groups"][0]["pictures"][0]
    assert first["image"].startswith("data:image/jpeg;base64,")
    assert first["nearest"]["image"].startswith("data:image/jpeg;base64,")
    assert [each["name"] for each in found["galleries"]] == ["memorisation"]


def test_arms_without_pictures_or_runs_are_left_out(tmp_path):
    assert pictures(gather(make_study(tmp_path, plan(ARMS, 1)))) == []
    assert pictures(gather(make_study(tmp_path, plan(ARMS, 1), leave_out={("gan", 1)}))) == []
