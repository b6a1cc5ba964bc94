from small_study import fail_gate, make_study, plan

from vbg_framework.study.comparison.results import gather
from vbg_framework.study.plan import Trial
from vbg_framework.study.report.pictures import SHOWN, pictures

ARMS = ("none", "gan", "duplicate-gan")


def test_the_first_run_that_counts_shows_samples_of_every_class_and_galleries(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 2), pictures=True)
    fail_gate(folder, Trial("gan", 1))
    (found,) = pictures(folder, gather(folder))
    assert (found["arm"], found["replicate"], found["counts"], found["count"]) == ("gan", 2, True, 24)
    assert {group["name"]: len(group["pictures"]) for group in found["groups"]} == dict.fromkeys(
        ("bowl", "vase", "jar", "ewer"), SHOWN
    )
    first = found["groups"][0]["pictures"][0]
    assert first["image"].startswith("data:image/jpeg;base64,")
    assert first["nearest"]["image"].startswith("data:image/jpeg;base64,")
    assert [each["name"] for each in found["galleries"]] == ["memorisation"]


def test_when_every_run_failed_a_gate_the_first_of_them_shows_why(tmp_path):
    folder = make_study(tmp_path, plan(ARMS, 2), pictures=True)
    for number in (1, 2):
        fail_gate(folder, Trial("gan", number))
    (found,) = pictures(folder, gather(folder))
    assert (found["replicate"], found["counts"]) == (1, False)


def test_arms_without_pictures_or_runs_are_left_out(tmp_path):
    for left in ((), {("gan", 1)}):
        folder = make_study(tmp_path, plan(ARMS, 1), leave_out=left)
        assert pictures(folder, gather(folder)) == []
