"""Report → one HTML file that opens offline.

Takes a report, prepares its page and fills the templates; every word of a document is hostile input,
so it is escaped, cleaned of control characters, and the page's own policy forbids anything from outside.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import re
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

from trialwright.errors import OutputError
from trialwright.reports.page import prepare_page
from trialwright.reports.report import Report

# What HTML forbids as a character, and halves of surrogate pairs, which UTF-8 cannot write.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def _clean(value: Any) -> Any:
    from markupsafe import Markup

    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _UNWRITABLE.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
    return value


def _read(name: str) -> str:
    file = resources.files("trialwright.reports") / "templates" / name
    return file.read_text(encoding="utf-8").replace("\r\n", "\n")


def _fingerprint(text: str) -> str:
    # The policy names the page's own style and script by their hashes; all else is refused.
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def render(report: Report) -> str:
    """The report as one HTML page; the same report gives the same text."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    style, script = _read("page.css"), _read("page.js")
    # Both are files of this package, never words of a document.
    return environment.get_template("page.html.j2").render(
        page=prepare_page(report),
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=f"default-src 'none'; style-src {_fingerprint(style)}; script-src {_fingerprint(script)}; "
        "base-uri 'none'; form-action 'none'",
    )


def write_report(report: Report, path: str) -> None:
    """Write the page to `path`: first to a temporary name beside it, then renamed.

    Raises OutputError when the place cannot be written; nothing half-written stays behind.
    """
    page = render(report)
    target = Path(path)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=".report-", suffix=".html", dir=target.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(page)
        # mkstemp makes a file for its owner alone; a report is like any file the user makes.
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(target)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise OutputError(
            f"the report cannot be written: {error.strerror or error}",
            where=path,
            cure="name a file in a folder that exists and that you may write to",
        ) from None
