"""Where results go: a pipe or device is written to and never replaced by a file."""

import os
import stat
from pathlib import Path

from trialwright.cli.output import writing


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with writing(str(pipe)) as stream:
            stream.write(b"tea")
        assert os.read(reader, 10) == b"tea"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
