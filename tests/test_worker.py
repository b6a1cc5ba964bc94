from vbg_framework.base.run_folder import RunFolder
from vbg_framework.worker import main


def test_a_single_worker_executes_a_run_folder(tiny_run, tmp_path, capsys):
    run = RunFolder.create(tmp_path, "tiny", tiny_run.config()["experiment"], tiny_run.read_json("environment.json"))
    assert main(run.path) == 0
    assert run.state == "finished"
    assert "Report" in capsys.readouterr().out


def test_a_users_mistake_is_one_line(tmp_path, capsys):
    run = RunFolder.create(tmp_path, "wrong", {"data": {"type": "nothing"}}, {})
    assert main(run.path) == 1
    assert capsys.readouterr().err.startswith("vbg: wrong/")
