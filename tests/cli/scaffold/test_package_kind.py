from vbg_framework.cli.scaffold.package_kind import TRIED, requirements


def test_every_kind_says_what_it_needs():
    assert requirements("encoder") == ["numpy>=2", "pillow>=11", "pydantic>=2", "torch>=2"]
    assert all(isinstance(requirements(kind), list) for kind in TRIED)
