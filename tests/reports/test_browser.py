"""A real browser opens the file: no console message, nothing fetched, nothing of the documents run."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from trialwright.reports import Report, StudyReport, write_report

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --enable-logging=stderr --v=0 --dump-dom"
).split()


def open_page(path: Path, profile: Path) -> tuple[str, str]:
    """The document as the browser sees it after its script ran, and what it logged of the console."""
    if BROWSER is None:
        pytest.skip("needs Chromium: install it with apt-get install chromium")
    done = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={profile}", path.as_uri()],
        capture_output=True,
        timeout=120,
        check=True,
    )
    log = done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8"), "\n".join(x for x in log.splitlines() if "CONSOLE" in x)


def test_page_opens_without_a_word_in_the_console(report, tmp_path):
    write_report(report, str(tmp_path / "r.html"))
    dom, console = open_page(tmp_path / "r.html", tmp_path / "profile")
    assert console == ""
    # The script ran: its box for quotes is there, and its quotes replace the plain hints.
    assert '<div id="tip" role="tooltip" hidden=""></div>' in dom
    assert not re.search(r'class="cited"[^>]*title=', dom)


def test_policy_stops_what_should_never_be_there(report, tmp_path):
    path = tmp_path / "r.html"
    write_report(report, str(path))
    page = path.read_text(encoding="utf-8")
    bad = "<script>document.title='run'</script><img src='http://127.0.0.1:9/x.png'>"
    path.write_text(page.replace("<footer>", f"{bad}<footer>"), encoding="utf-8")
    dom, console = open_page(path, tmp_path / "profile")
    assert "<title>run</title>" not in dom
    assert console.count("Content Security Policy") >= 2


def test_hostile_words_stay_words(report, tmp_path):
    study = report.studies[0].study
    words = "<img src=x onerror=\"document.title='run'\"> & <script>document.title='run'</script>"
    changed = type(study)(id=words, brief_title=words, conditions=(words,), absent={words: "not_stated"})
    write_report(Report(title=words, studies=(StudyReport(study=changed),)), str(tmp_path / "r.html"))
    dom, console = open_page(tmp_path / "r.html", tmp_path / "profile")
    assert console == ""
    assert "<title>run</title>" not in dom
    assert "<img" not in dom
