"""The shape of the code base, read from its own source."""

import ast
import importlib
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "vbg_framework"
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/__init__.py"))
ROOMS = [
    "base",
    "paths",
    "screen",
    "contracts",
    "config",
    "data",
    "statistics",
    "toolkit",
    "learning",
    "generation",
    "report",
    "runs",
    "study",
    "ui",
    "testing",
    "worker",
    "cli",
    "__main__",
    "__init__",
]
"""The packages and modules of the core: each may import from those before it, and from itself."""
LIGHT = {
    **dict.fromkeys(["__init__", "__main__", "paths", "screen", "config", "cli"], ""),
    "base": "seeds precision",
    "contracts": "interfaces augmenter",
}
"""Packages that import nothing heavy -> their modules that may."""
LIGHT_TOO = "data.pictures.formats runs.start runs.summary study.folder study.make study.plan"
TOOLS = ["paths", "screen", "statistics", "testing", "toolkit"]
PUBLIC = {
    "vbg_framework",
    *(f"vbg_framework.{name}" for name in TOOLS),
}
"""What plugins may import."""
HEAVY = {"torch", "transformers", "timm", "accelerate", "datasets", "diffusers", "sklearn", "matplotlib", "pyarrow"}


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


def room(module: str) -> int:
    return ROOMS.index(module.partition(".")[0])


def light() -> list[str]:
    rooms = {name: name.partition(".") for name in modules()}
    return [name for name, (top, _, rest) in rooms.items() if top in LIGHT and rest not in LIGHT[top].split()]


def test_every_package_has_its_place_in_the_order():
    assert {name.partition(".")[0] for name in modules()} == set(ROOMS)


@pytest.mark.parametrize("name", sorted(modules()))
def test_dependencies_point_one_way(name):
    known = modules()
    for target in imports(known[name], lazy=False):
        inside = target.removeprefix("vbg_framework.")
        if target.startswith("vbg_framework.") and inside.partition(".")[0] in ROOMS:
            assert room(inside) <= room(name), f"{name} imports {inside}"


@pytest.mark.parametrize("name", [*light(), *LIGHT_TOO.split()])
def test_light_modules_import_nothing_heavy(name):
    assert not {target.partition(".")[0] for target in imports(modules()[name], lazy=False)} & HEAVY


@pytest.mark.parametrize(
    "command",
    [
        *(["--help"], ["plugins"], ["components"], ["check"], ["check", "quickstart"], ["schema"], ["runs"]),
        *(["list", "experiments"], ["list", "components"], ["list", "runs"], ["completion", "bash"]),
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


def reached(start: str) -> set[str]:
    """Modules and packages that are imported with a module of the core, at whatever remove."""
    known, found, open_ends = modules(), set(), [f"vbg_framework.{start}"]
    while open_ends:
        name = open_ends.pop()
        packages = [name[:place] for place, letter in enumerate(name) if letter == "."]
        inside = known.get(name.removeprefix("vbg_framework."))
        new = {*packages, *(imports(inside, lazy=False) if inside else ())} - found
        found |= new
        open_ends += [each for each in new if each.startswith("vbg_framework.")]
    return {name.partition(".")[0] for name in found if not name.startswith("vbg_framework")}


@pytest.mark.parametrize(
    ("start", "spared"),
    [
        ("runs.execute", {"sklearn", "pandas", "diffusers", "matplotlib", "timm", "transformers", "xlsxwriter"}),
        ("runs.predict", {"sklearn", "pandas", "diffusers", "matplotlib", "timm", "transformers", "xlsxwriter"}),
        ("runs.predict", {"datasets", "scipy"}),
        ("report.page", {"sklearn", "torch"}),
    ],
)
def test_a_run_its_report_and_a_prediction_import_what_they_need(start, spared):
    """Each of these takes up to a second and a half."""
    assert not reached(start) & spared


def test_help_loads_no_package_that_checks_options(tmp_path):
    """It would take twice as long."""
    code = (
        "import sys\nfrom vbg_framework.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "assert not {'pydantic', 'pluggy', 'yaml', 'rich'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
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
def test_a_plugin_imports_public_names_alone(folder):
    for path in folder.rglob("*.py"):
        found = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        used = {node.module for node in found if node.module and node.module.partition(".")[0] == "vbg_framework"}
        assert used <= PUBLIC, path


@pytest.mark.parametrize("package", ["vbg_framework", "vbg_framework.toolkit"])
def test_a_package_shows_its_public_names_and_no_others(package):
    module = importlib.import_module(package)
    assert dir(module) == sorted(module.__all__)
    assert {name for names in module.MODULES.values() for name in names} == set(module.__all__)


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
    assert not {path.name: size for path, size in sizes.items() if size > 250}
    assert median(sizes.values()) <= 90
