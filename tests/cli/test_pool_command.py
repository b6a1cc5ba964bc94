import argparse

from study.small_study import make_study, plan

from vbg_framework.cli.pool import add


def call(*arguments):
    top = argparse.ArgumentParser()
    add(top.add_subparsers(), argparse.ArgumentParser(add_help=False))
    args = top.parse_args(["pool", *map(str, arguments)])
    return args.command(args)


def test_it_prints_one_line_per_arm_and_writes_markdown(tmp_path, capsys):
    for name in ("boston", "oslo"):
        folder = make_study(tmp_path / "studies", plan(study=name, replicates=3))
        for file in folder.path.glob("runs/*/*/environment.json"):
            file.write_text(file.read_text().replace("3f8a90", name))
    assert call("boston", "oslo", "--studies", tmp_path / "studies", "--out", tmp_path / "pooled.md") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 collections, differences in points"
    assert sum(line.startswith("gan - duplicate-gan") for line in lines) == 1
    assert lines[-1].startswith("Random effects: ")
    assert "| gan - duplicate-gan | macro\\_f1 |" in (tmp_path / "pooled.md").read_text(encoding="utf-8")
