"""The project's own files agree with each other: locks, make targets, samples, wheel."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from openpyxl import load_workbook
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from ruamel.yaml import YAML

from pipeline import shipped

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SAMPLES = ROOT / "sample_data"
PART_OF = {"pydantic_core": "pydantic"}
"""A package that another one pins to one version, and tells its users to import from."""


class Pin(NamedTuple):
    """One package of a lock: `numpy==2.4.6 ; python_full_version < '3.12'` and its hashes."""

    name: str
    version: Version
    marker: str
    hashes: int


def pins(lock: str) -> list[Pin]:
    entries = re.split(r"^(?=\S)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    pattern = re.compile(r"(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+))?")
    found = [(pattern.match(entry), entry.count("--hash=sha256:")) for entry in entries if entry]
    return [
        Pin(
            canonicalize_name(match["name"]),
            Version(match["version"]),
            (match["marker"] or "").strip(),
            hashes,
        )
        for match, hashes in found
        if match
    ]


def requirements(*groups: str) -> list[Requirement]:
    listed = [line for group in groups for line in PROJECT["dependency-groups"][group]]
    return [
        Requirement(line) for line in PROJECT["project"]["dependencies"] + listed if isinstance(line, str)
    ]


def extras() -> list[Requirement]:
    return [Requirement(line) for one in PROJECT["project"]["optional-dependencies"].values() for line in one]


def output_of(*command: str | Path, cwd: Path = ROOT, code: int = 0) -> str:
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=bare, check=False, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def imported_modules() -> dict[str, str]:
    """Top-level modules that the program imports, and a file that does so."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.append(node.module)
            found |= {name.partition(".")[0]: str(path.relative_to(ROOT)) for name in names}
    return found


def test_every_package_that_the_program_imports_is_a_dependency() -> None:
    listed = {canonicalize_name(one.name) for one in (*requirements(), *extras())}
    makers = {**packages_distributions(), **{part: [whole] for part, whole in PART_OF.items()}}
    own = {*sys.stdlib_module_names, "pipeline"}
    unlisted = {
        f"{module} ({place})"
        for module, place in imported_modules().items()
        if module not in own
        and not listed & {canonicalize_name(name) for name in makers.get(module, (module,))}
    }
    assert unlisted == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_one_version_with_hashes(lock: str) -> None:
    top_level = [line for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if line[0] != " "]
    assert len(pins(lock)) == len(top_level)
    assert [pin.name for pin in pins(lock) if not pin.hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"\S*://\S*|\S+\.(?:org|com|net|io|dev)\b", text) == []


@pytest.mark.parametrize(("lock", "groups"), [(LOCKS[0], ("build",)), (LOCKS[1], ("build", "dev"))])
def test_a_lock_holds_every_dependency_within_its_range(lock: str, groups: tuple[str, ...]) -> None:
    locked = pins(lock)
    for needed in requirements(*groups):
        versions = [pin.version for pin in locked if pin.name == canonicalize_name(needed.name)]
        assert versions, f"{needed.name} is not in {lock}: make lock"
        assert all(version in needed.specifier for version in versions), f"{needed} in {lock}: make lock"


def test_the_tests_run_on_the_versions_that_users_get() -> None:
    assert {pin[:2] for pin in pins(LOCKS[0])} <= {pin[:2] for pin in pins(LOCKS[1])}


def test_what_builds_the_program_is_locked_with_it() -> None:
    build = {Requirement(line).name for line in PROJECT["build-system"]["requires"]}
    assert build <= {pin.name for pin in pins(LOCKS[0])}


def test_one_version_of_a_package_holds_for_one_python() -> None:
    for python in ("3.11.7", "3.12.1", "3.13.0"):
        names = [
            pin.name
            for pin in pins(LOCKS[1])
            if not pin.marker or Marker(pin.marker).evaluate({"python_full_version": python})
        ]
        assert sorted(names) == sorted(set(names))


def test_make_alone_lists_every_target_with_a_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    shown = dict(re.findall(r"^make (\S+) +(\S.*)$", output_of("make", "--no-print-directory"), re.MULTILINE))
    assert set(shown) == targets
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == targets


def cells(path: Path) -> list[list[tuple[object, str]]]:
    sheet = load_workbook(path)["People"]
    return [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]


def test_the_samples_are_what_their_scripts_make(tmp_path: Path) -> None:
    for script in ("make_samples.py", "make_layouts.py"):
        output_of(sys.executable, ROOT / "tests/data" / script, tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {path.name for path in SAMPLES.iterdir()}
    for name in made - {"people.xlsx"}:
        assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes(), name
    assert cells(tmp_path / "people.xlsx") == cells(SAMPLES / "people.xlsx")


def test_sample_people_live_at_example_addresses_only() -> None:
    workbook = " ".join(str(value) for row in cells(SAMPLES / "people.xlsx") for value, _ in row)
    text = workbook + " ".join(path.read_text(encoding="utf-8-sig") for path in SAMPLES.glob("*.csv"))
    hosts = re.findall(r"(?:@|//)([\w.-]+\.[a-z]+)", text.lower())
    assert len(hosts) > 300
    assert {host for host in hosts if not host.endswith(".example")} == set()


def test_every_layout_has_a_config_and_a_sample() -> None:
    assert {path.stem for path in shipped.configs()} == {path.stem for path in SAMPLES.glob("*.csv")}


def test_the_config_for_the_samples_names_each_of_their_columns() -> None:
    config = YAML(typ="safe").load(ROOT / "configs" / "people.yaml")
    header = (SAMPLES / "people.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert set(config["columns"]) == set(header)
    assert [value for value, _ in cells(SAMPLES / "people.xlsx")[0]] == header


def test_no_tracked_file_names_a_place_on_its_makers_machine() -> None:
    private = re.compile(
        rb"(?<![\w.])/(?:work|root|opt/pypi)/|\.\./shared/|pypi\.org|python[h]osted|pypi[-.]mirror"
    )
    tracked = [ROOT / name for name in output_of("git", "ls-files", "-z").split("\0") if name]
    found = [
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in tracked
        if path.is_file()
        for match in private.finditer(path.read_bytes())
    ]
    assert len(tracked) > 20
    assert found == []


def test_a_checkout_offers_its_own_configs_and_samples() -> None:
    assert shipped.configs() == sorted((ROOT / "configs").glob("*.yaml"))
    assert shipped.sample_data() == SAMPLES


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    output_of(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_the_program_with_its_configs_and_samples(wheel: Path) -> None:
    shipped_files = {f"pipeline/shipped/{path.relative_to(ROOT)}" for path in shipped.configs()}
    shipped_files |= {f"pipeline/shipped/sample_data/{path.name}" for path in SAMPLES.iterdir()}
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert shipped_files | {"pipeline/__init__.py", "pipeline/py.typed"} <= names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"pipeline"}


def test_the_wheel_asks_for_what_the_project_lists(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = next(
            archive.read(name).decode() for name in archive.namelist() if name.endswith("METADATA")
        )
    asked = {Requirement(line) for line in re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE)}
    always = {one for one in asked if "extra ==" not in str(one.marker)}
    assert always == {Requirement(line) for line in PROJECT["project"]["dependencies"]}
    assert {one.name for one in asked - always} == {one.name for one in extras()}


@pytest.mark.slow
def test_the_wheel_works_in_a_new_environment_elsewhere(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    output_of(sys.executable, "-m", "venv", tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    install = (python, "-m", "pip", "install", "--quiet", "--no-compile")
    output_of(*install, "--require-hashes", "-r", ROOT / LOCKS[0], cwd=tmp_path)
    output_of(*install, "--no-deps", wheel, cwd=tmp_path)
    output_of(python, "-m", "pip", "check", cwd=tmp_path)
    program = "from pipeline.shipped import *; print(*configs(), *sample_data().iterdir(), sep='\\n')"
    said = output_of(python, "-c", program, cwd=tmp_path).splitlines()
    expected = {path.name for path in (*shipped.configs(), *SAMPLES.iterdir())}
    assert {Path(line).name for line in said} == expected
    assert all(Path(line).is_relative_to(tmp_path / "env") for line in said)
    import_the_shipped_samples(tmp_path / "env", tmp_path)


def import_the_shipped_samples(env: Path, place: Path) -> None:
    """Imports two shipped samples with the installed program and the configs that it finds itself."""
    samples = next(env.glob("lib/*/site-packages/pipeline/shipped/sample_data"))
    for name, code in (("people.xlsx", 1), ("hubspot.csv", 0)):
        words = ("run", samples / name, "--sandbox", "--yes", "-o", place / "output", "--json")
        summary = json.loads(output_of(env / "bin" / "contact-import", *words, cwd=place, code=code))
        assert summary["state"] == "finished"
        assert summary["counts"]["created"] > 0
