"""What a run leaves of its model."""

from vbg_framework.learning.prediction.about import DESCRIPTION, description


def test_the_description_names_every_file_of_the_model_and_comes_last(tiny_run):
    folder = tiny_run.path / "model"
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    named = description(folder)["files"]
    assert {"model.safetensors"} <= set(named) <= set(files) - {DESCRIPTION}
    assert files[DESCRIPTION].stat().st_mtime_ns >= max(files[name].stat().st_mtime_ns for name in named)
