"""What can be opened."""


def test_a_run_is_found_by_its_very_name_alone(house, tiny_run):
    assert house.run(tiny_run.name).path == tiny_run.path
    for name in ("", "tiny", str(tiny_run.path), f"../runs/{tiny_run.name}", f"{tiny_run.name}/."):
        assert house.run(name) is None
    assert house.study("../..") is None


def test_it_is_opened_as_by_the_command(house, tiny_run):
    assert house.open(tiny_run).run.path == tiny_run.path
