"""The progress bar: what it counts, and that it passes everything on."""

import io
import sys
import zipfile

import pytest

from trialwright.cli.inputs import count_documents, show_progress


class Terminal(io.StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_documents_are_counted_where_their_number_is_sure(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("x")
    assert count_documents([str(tmp_path)]) == 2
    assert count_documents([str(tmp_path), str(tmp_path / "a.txt")]) == 3
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        for n in range(5):
            archive.writestr(f"{n}.xml", "<a/>")
    assert count_documents([str(tmp_path / "c.zip")]) == 5
    assert count_documents([str(tmp_path)]) is None
    assert count_documents(["-"]) is None
    assert count_documents(["many.ndjson"]) is None


@pytest.mark.parametrize("total", [None, 3])
def test_everything_is_passed_on_with_and_without_a_terminal(monkeypatch, total):
    assert list(show_progress("abc", "reading", total)) == ["a", "b", "c"]
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(show_progress("abc", "reading", total)) == ["a", "b", "c"]
    assert "reading" in terminal.getvalue()
    assert ("remaining" in terminal.getvalue()) == (total is not None)
