"""`vbg report`, from the command line."""

import shutil

import pytest

from vbg_framework.cli import main


def out(capsys, *arguments):
    status = main(list(arguments))
    return status, capsys.readouterr().out


def test_a_report_is_written_again(capsys, tiny_run, tmp_path):
    copy = shutil.copytree(tiny_run.path, tmp_path / "tiny" / "copy")
    (copy / "report.html").unlink()
    status, text = out(capsys, "report", "tiny/copy", "--runs", str(tmp_path), "--studies", str(tmp_path))
    assert (status, text.strip()) == (0, str(copy / "report.html"))
    assert (copy / "report.html").read_text() == (tiny_run.path / "report.html").read_text().replace(
        tiny_run.name, "tiny/copy"
    )


def test_the_page_for_a_director_is_written_in_the_language_asked_for(capsys, tiny_run, tmp_path):
    copy = shutil.copytree(tiny_run.path, tmp_path / "tiny" / "copy")
    command = ["report", "tiny/copy", "--for", "director", "--runs", str(tmp_path), "--studies", str(tmp_path)]
    assert out(capsys, *command, "--language", "de") == (0, f"{copy / 'director-de.html'}\n")
    assert main([*command, "--language", "dee"]) == 1
    assert "no messages in 'dee'. Did you mean 'de'" in capsys.readouterr().err


def test_evidence_is_asked_for_by_an_option_and_later_reports_show_it_again(capsys, tiny_run, tmp_path):
    copy = shutil.copytree(tiny_run.path, tmp_path / "tiny" / "copy")
    command = ["report", "tiny/copy", "--runs", str(tmp_path), "--studies", str(tmp_path)]
    assert "vbg report tiny/copy --evidence" in (written(capsys, command, copy))
    first = written(capsys, [*command, "--evidence", "--layout", "tsne"], copy)
    assert "Map of the records" in first
    assert "van der Maaten" in first
    assert written(capsys, command, copy) == first


def written(capsys, command, folder):
    assert out(capsys, *command)[0] == 0
    return (folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--layout", "pca"], "--layout: goes with --evidence"),
        (["--evidence", "--for", "director"], "--evidence: is shown in the report"),
        (["--supplement", "more"], "--supplement: goes with a study"),
    ],
)
def test_options_that_do_not_go_together_are_refused(capsys, tiny_run, options, said):
    assert main(["report", str(tiny_run.path), *options]) == 1
    assert said in capsys.readouterr().err
