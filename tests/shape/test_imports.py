"""The walls between the rooms: data goes one way, siblings do not import siblings."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import trialwright

SOURCE = Path(trialwright.__file__).parent

# What each room may import besides the standard library, itself and `errors`.
MAY_IMPORT = {
    "errors": set(),
    "model": set(),
    "language": {"model"},
    "formats": {"model", "language"},
    "linking": {"model", "language"},
    "compiling": {"model", "language"},
    "duck": set(),
    "patients": {"model", "duck"},
    "screening": {"model", "duck"},
    "reports": {"model"},
    "workers": set(),
    "library": {"model"},
    "bulk": {"model", "formats", "linking", "workers"},
    "filling": {"model", "formats", "linking", "library", "workers"},
    "preparing": {"model", "language", "linking", "compiling", "library", "screening", "workers"},
    "verbs": {
        "bulk",
        "filling",
        "library",
        "preparing",
        "model",
        "language",
        "formats",
        "linking",
        "compiling",
        "patients",
        "screening",
        "reports",
    },
    "cli": {"model", "language", "compiling", "screening", "reports", "verbs", "workers"},
}
# Packages that may be imported at the top of a module; all others only inside the function that needs them.
LIGHT = {"msgspec"}


def rooms_imported(tree: ast.AST) -> set[str]:
    """The rooms that a module imports, at any depth."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [node.module] if node.module.count(".") else names
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("trialwright.")}
    return found - {"__version__", "errors"}


def broken_walls(room: str, source: str) -> set[str]:
    """The rooms that this source of that room must not import, but does."""
    return rooms_imported(ast.parse(source)) - MAY_IMPORT[room] - {room}


def modules() -> list[tuple[str, Path]]:
    return [
        (path.relative_to(SOURCE).parts[0].removesuffix(".py"), path)
        for path in sorted(SOURCE.rglob("*.py"))
        if path.parent != SOURCE or path.name not in ("__init__.py", "__main__.py")
    ]


@pytest.mark.parametrize(("room", "path"), modules(), ids=lambda v: v if isinstance(v, str) else v.name)
def test_every_module_keeps_to_its_walls(room, path):
    assert broken_walls(room, path.read_text()) == set()


def test_a_sibling_import_breaks_the_wall():
    assert broken_walls("formats", "from trialwright.linking.merging import compute_study") == {"linking"}
    assert broken_walls("screening", "import trialwright.language.vocabulary") == {"language"}
    assert broken_walls("model", "def f():\n    from trialwright import formats") == {"formats"}
    assert broken_walls("linking", "from trialwright.model.study import Study") == set()


@pytest.mark.parametrize(("room", "path"), modules(), ids=lambda v: v if isinstance(v, str) else v.name)
def test_no_relative_imports_and_heavy_libraries_only_inside_functions(room, path):
    typing_only = set()
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            typing_only |= set(ast.walk(node))
    top = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            top |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            top.add(node.module.split(".")[0])
    assert top - set(sys.stdlib_module_names) - LIGHT - {"trialwright"} == set()


def test_help_imports_no_heavy_library():
    code = (
        "import sys\nfrom trialwright.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "argparse" in loaded
    assert loaded & {"duckdb", "rich", "jinja2", "numpy", "pandas", "pyarrow", "tomllib", "lxml"} == set()


def test_public_names():
    assert dir(trialwright) == sorted(
        ["TrialwrightError", "__version__", "compile", "link", "match", "read", "report", "screen"]
    )
    for name in trialwright.__all__:
        assert getattr(trialwright, name) is not None
