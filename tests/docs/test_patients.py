"""docs/patients.md: its commands print what is shown, its Python runs, and it names what is read."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from trialwright.patients.fhir_resources import KINDS
from trialwright.patients.omop_tables import DRUG_PARTS, TABLES
from trialwright.patients.systems import KNOWN

from .test_readme import ROOT, run

PAGE = (Path(ROOT) / "docs" / "patients.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```console\n\$ (.*?)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("command", "output"), COMMANDS, ids=lambda v: v[-40:])
def test_commands_print_what_is_shown(command, output):
    assert run(command).strip() == output.strip()


def test_there_is_a_command_for_each_of_fhir_and_omop():
    assert len(COMMANDS) == 2


def test_python_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(snippet, "patients.md", "exec"), {})
    assert out.getvalue() == "text resources of kinds that are not read: 1 (Encounter 1)\n"


def test_the_page_names_every_resource_table_and_system():
    assert sorted(kind for kind in KINDS - {"Bundle"} if kind not in PAGE) == []
    assert sorted(name for name in (*TABLES, *DRUG_PARTS, *KNOWN) if f"`{name}`" not in PAGE) == []
