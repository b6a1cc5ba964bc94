"""The shape of the code base, read from its own source."""

import ast
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "vbg_framework"
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/__init__.py"))
LIGHT = """
    __init__ __main__ augmentation cli cli.candidates cli.data cli.export cli.init cli.listing cli.model cli.plugin
    cli.preview cli.run cli.session data.formats
    cli.compare cli.compare_runs cli.print_table environment errors experiment hookspecs jsonl novelty options paths
    plugin_versions plugins record registry run_folder scaffold.name scaffold.package schema screen spec start
    study_config study.folder study.make study.plan summary tiny train_view version work_folder yaml_file
"""
HEAVY = {"torch", "transformers", "timm", "accelerate", "datasets", "diffusers", "sklearn", "matplotlib", "pyarrow"}
# Each layer may import from those before it, and from itself.
LAYERS = [
    ["errors", "version", "paths", "jsonl", "novelty", "source_code", "work_folder", "cost"],
    ["spec", "record", "yaml_file", "screen", "scaffold"],
    ["hookspecs", "options", "augmentation", "experiment", "study_config", "train_view", "lesson"],
    ["plugins"],
    ["registry", "environment", "augmenter", "interfaces", "seeds", "precision"],
    ["schema", "plugin_versions", "run_folder", "modality_dropout", "weights", "mobilenet_v2", "backbone"],
    ["tokens", "pretrained", "blame", "tiny", "adapters", "two_modalities"],
    ["job"],
    ["start", "summary", "data", "content_key", "batch", "calibration", "ranking", "statistics"],
    ["metrics", "confidence", "estimator_head", "model", "adversary", "generation", "quality"],
    ["optimiser", "checkpoint", "inference", "report"],
    ["loss", "train", "fit", "saved", "predictions"],
    ["features"],
    ["trial"],
    ["verification"],
    ["appraisal", "feedback"],
    ["rounds"],
    ["execute", "predict", "augment"],
    ["study"],
    ["export"],
    ["testing"],
    ["api", "worker", "cli"],
    ["__main__", "__init__"],
]


def modules() -> dict[str, Path]:
    names = {path: path.relative_to(CORE).with_suffix("").as_posix().replace("/", ".") for path in CORE.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for path, name in names.items()}


def imports(path: Path, *, lazy: bool) -> set[str]:
    """Modules a file imports when it is imported; with `lazy` also those inside functions."""
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if lazy else (n for s in tree.body if not _typing_only(s) for n in _unless_function(s))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _typing_only(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and getattr(statement.test, "id", "") == "TYPE_CHECKING"


def _unless_function(node: ast.AST):
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _unless_function(child)


def layer(module: str) -> int:
    first = module.partition(".")[0]
    return next(number for number, names in enumerate(LAYERS) if first in names)


@pytest.mark.parametrize("name", sorted(modules()))
def test_dependencies_point_one_way(name):
    for target in imports(modules()[name], lazy=False):
        inside = target.removeprefix("vbg_framework.")
        if target.startswith("vbg_framework.") and inside.partition(".")[0] in {m.partition(".")[0] for m in modules()}:
            assert layer(inside) <= layer(name), f"{name} imports {inside}"


@pytest.mark.parametrize("name", LIGHT.split())
def test_light_modules_import_nothing_heavy(name):
    assert not {target.partition(".")[0] for target in imports(modules()[name], lazy=False)} & HEAVY


@pytest.mark.parametrize(
    "command",
    [
        *(["--help"], ["plugins"], ["components"], ["check"], ["check", "quickstart"], ["schema"], ["runs"]),
        ["plugin", "new", "vbg-ink", "--kind", "encoder"],
    ],
)
def test_commands_that_only_list_never_import_torch(command, tmp_path):
    code = (
        "import sys\nfrom vbg_framework.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        f"assert not sorted(set(sys.modules) & {HEAVY!r}), sorted(set(sys.modules) & {HEAVY!r})"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_core_never_imports_or_names_a_plugin():
    names = {folder.name for folder in PLUGINS}
    for path in CORE.rglob("*.py"):
        text = path.read_text()
        assert not [name for name in names if name in text], path


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda folder: folder.name)
def test_a_plugin_imports_the_framework_but_no_other_plugin(folder):
    others = {other.name for other in PLUGINS} - {folder.name}
    for path in folder.rglob("*.py"):
        assert not {target.partition(".")[0] for target in imports(path, lazy=True)} & others, path


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda folder: folder.name)
def test_declaring_a_plugin_imports_nothing_heavy(folder):
    assert not {target.partition(".")[0] for target in imports(folder / "__init__.py", lazy=False)} & HEAVY


def test_plugin_folders_entry_points_and_packages_are_the_same():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    folders = {folder.name for folder in PLUGINS}
    assert set(project["project"]["entry-points"]["vbg_framework"]) == folders
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {Path(package).name for package in packages} == folders | {"vbg_framework"}


def test_the_wheel_holds_the_packages_the_registry_and_nothing_else(tmp_path):
    command = ["uv", "build", "--wheel", "--out-dir", str(tmp_path), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no wheel can be built here: {done.stderr[-300:]}")
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {folder.name for folder in PLUGINS} | {"vbg_framework"}
    assert "vbg_framework/registry.yaml" in names
    assert [name for name in names if name.endswith("page.html.jinja")]
    assert [name for name in names if name.endswith("scaffold/templates/package/pyproject.toml.jinja")]
    assert [name for name in names if name.endswith("scaffold/templates/dataset/tiny/bowl/0.png")]
    assert not [name for name in names if "__pycache__" in name]


def test_every_module_of_the_core_has_its_tests():
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests").rglob("test_*.py")}
    with_code = {name for name, path in modules().items() if len(ast.parse(path.read_text()).body) > 1}
    assert not {name for name in with_code if name.rpartition(".")[2] not in {*tested, "__init__", "__main__"}}


def test_files_stay_small():
    sizes = {
        path: len(path.read_text().splitlines()) for path in [*CORE.rglob("*.py"), *(ROOT / "plugins").rglob("*.py")]
    }
    assert not {path.name: size for path, size in sizes.items() if size > 280}
