"""How long one person waits for the verdicts of a hundred thousand trials, and how much memory that takes.

Run: `python benchmarks/matching.py [--trials N] [--people N] [--sample N]`. The trials are those of the
shipped records with other numbers, units, windows and things (tests/screening/varying.py), kept in a
library as `library compile` keeps them. Of each answer a sample is screened by the reference engine as
well. Times are processor seconds of one process.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.screening.varying import vary  # noqa: E402

from trialwright import verbs  # noqa: E402
from trialwright.language.vocabulary import load_vocabulary  # noqa: E402
from trialwright.library import Library  # noqa: E402
from trialwright.library.store import pack, unpack  # noqa: E402
from trialwright.library.trials import CompiledTrials  # noqa: E402
from trialwright.model.study import Study  # noqa: E402
from trialwright.patients import read_patients  # noqa: E402
from trialwright.preparing import fetch_trials, open_index, stamp_of  # noqa: E402
from trialwright.screening import ScreeningOptions  # noqa: E402
from trialwright.screening.grounding import Ground  # noqa: E402
from trialwright.screening.index import Trial, TrialIndex, index_parts  # noqa: E402
from trialwright.screening.indexing import make_index  # noqa: E402
from trialwright.screening.judging import judge_trials  # noqa: E402
from trialwright.screening.matching import match  # noqa: E402
from trialwright.screening.outcome import ANSWERS  # noqa: E402
from trialwright.screening.plan import Plan, make_plan  # noqa: E402
from trialwright.screening.records import read_one  # noqa: E402
from trialwright.screening.reference import answer, judge_person  # noqa: E402

DAY = date(2024, 8, 31)
RECORDS = str(ROOT / "examples" / "records")
PEOPLE = str(ROOT / "examples" / "people.csv.gz")
SEED = 11


def timed(name: str, act: Callable[[], Any]) -> Any:
    """What the act gives; its processor seconds are printed."""
    start = time.process_time()
    result = act()
    print(f"{name:44}{time.process_time() - start:>9.2f} s", flush=True)
    return result


def peak() -> float:
    """MB at the peak of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_library(path: str, number: int) -> None:
    """A library with so many made-up trials, kept as compiling keeps them."""
    vocabulary = load_vocabulary()
    verbs.add_to_library([RECORDS], path)
    studies = [verbs.compile_study(s, vocabulary=vocabulary) for s in verbs.link([RECORDS]).studies]
    stamp, chance = stamp_of(vocabulary), random.Random(SEED)
    with Library(path, make=True) as library:
        store = CompiledTrials(library)

        def keep() -> None:
            made = enumerate(vary(studies, vocabulary, number, chance))
            while batch := [(place.to_bytes(8, "big"), pack(trial)) for place, trial in islice(made, 1000)]:
                store.keep(batch, stamp)

        def trials() -> Iterator[tuple[int, Trial]]:
            return ((key, unpack(packed, Trial)) for key, packed in store.trials())

        timed(f"make and keep {number:,} trials", keep)
        index = timed("make their index", lambda: make_index(trials(), vocabulary))
        parts = dict(index_parts(index))
        store.keep_index(parts, stamp, store.changes())
    size = sum(map(len, parts.values())) / 1e6
    print(f"{'the index; peak of making it':44}{size:>9.1f} MB; {peak():.0f} MB")


def sample_plan(library: Library, index: TrialIndex, number: int) -> tuple[list[int], Plan]:
    """Some trials by their place in the index, and the plan of screening them one by one."""
    places = sorted(random.Random(SEED).sample(range(index.trials), min(number, index.trials)))
    trials = fetch_trials(library, [int(index.trial_keys[place]) for place in places])
    studies = tuple(Study(id=trial.id, eligibility=trial.eligibility) for trial in trials)
    plan = make_plan(studies, index_date=DAY, vocabulary=load_vocabulary(), options=ScreeningOptions())
    return places, plan


def people(number: int) -> list[Any]:
    """Ids of people from those with the most rows to those with the fewest."""
    import duckdb

    query = f"SELECT subject_id FROM ({read_patients(PEOPLE).query}) GROUP BY 1 ORDER BY count(*) DESC, 1"
    with duckdb.connect() as connection:
        ids = [row[0] for row in connection.execute(query).fetchall()]
    return ids[:: max(1, len(ids) // number)][:number]


def ask(path: str, number: int, sample: int) -> None:
    """Load the index, ask for some people, and hold a sample against the reference engine."""
    vocabulary, options, table = load_vocabulary(), ScreeningOptions(), read_patients(PEOPLE)
    with Library(path) as library:
        index = timed("load the index", lambda: open_index(library, vocabulary))
        if index is None:
            raise SystemExit(f"{path} was made by another program or vocabulary; remove it")
        print(
            f"{'':44}{index.trials:,} trials, {len(index.trial_wires):,} criteria, {len(index.leaf_low):,} "
            f"distinct leaves of {len(index.form_silence):,} forms, {len(index.circuit.least):,} gates"
        )
        places, plan = sample_plan(library, index, sample)
        print(f"{'person':>8}{'verdicts s':>12}{'unpruned s':>12}{'with 100 told s':>17}{'eligible':>10}"
              f"{'undecided':>11}{'not el.':>9}{'pruned':>8}{'agree':>12}")  # fmt: skip
        for subject in people(number):
            person = read_one(table, subject).at(DAY, options)
            if person.is_deceased:
                continue
            took = []
            for act in (
                lambda person=person: judge_trials(index, person, Ground(DAY, vocabulary, options)),
                lambda person=person: judge_trials(
                    index, person, Ground(DAY, vocabulary, options), prune=False
                ),
                lambda subject=subject: match(
                    index, lambda keys: fetch_trials(library, keys), table, subject,
                    index_date=DAY, vocabulary=vocabulary, options=options, limit=100,
                ),
            ):  # fmt: skip
                start = time.process_time()
                result = act()
                took.append((time.process_time() - start, result))
            (one, judged), (other, unpruned), (whole, found) = took
            answers = tuple(answer(atom, person) for atom in plan.atoms)
            agree = 0
            for place, study in zip(places, plan.studies, strict=True):
                _, (head, *_) = judge_person(study, subject, answers, plan)
                given = {ANSWERS[judged.ranks[place]], ANSWERS[unpruned.ranks[place]]}
                agree += {(a.verdict.value, a.reason and a.reason.value) for a in given} == {head[3:5]}
            print(
                f"{subject!s:>8}{one:>12.3f}{other:>12.3f}{whole:>17.3f}{found.eligible:>10}"
                f"{found.undecided:>11}{found.not_eligible:>9}{judged.pruned:>8}{agree:>6} of {len(places)}",
                flush=True,
            )
    print(f"{'peak of asking':44}{peak():>9.0f} MB")


def command(path: str, subject: Any) -> None:
    """The whole command, from its start to the printed table."""
    argv = [sys.executable, "-m", "trialwright", "screen", path, "--patients", PEOPLE]
    argv += ["--index-date", DAY.isoformat(), "--subject", str(subject)]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the command ended with {process.returncode}")
    print(
        f"{'the whole command for one person':44}{used.ru_utime + used.ru_stime:>9.2f} s, "
        f"{used.ru_maxrss / 1024:.0f} MB"
    )


def main() -> None:
    """Parse the arguments, make the library, print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=8, help="how many people are asked for")
    parser.add_argument("--sample", type=int, default=500, help="trials screened one by one as well")
    parser.add_argument(
        "--library", metavar="FILE", help="keep the library there, or ask the one that is there"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.library or str(Path(folder) / "trials.sqlite")
        if not Path(path).exists():
            # In a process of its own, so that the memory of making is not counted to asking.
            subprocess.run([sys.executable, __file__, "--make", path, str(arguments.trials)], check=True)
        ask(path, arguments.people, arguments.sample)
        command(path, people(1)[0])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        write_library(sys.argv[2], int(sys.argv[3]))
    else:
        main()
