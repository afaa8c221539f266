"""How fast criteria become trees, against a scan of the same lines with a page of regular expressions.

Run: `python benchmarks/compiling.py [--lines N] [--sample FILE] [--repeats N]`. The lines are made up here,
most of them distinct and as long as real ones, or those of the file. `compile --lines` and the scan run in
turn in processes of their own, on one core; then megabytes made to be slow are compiled as line and as text.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SCAN = r"""
import re, sys
NUMBER = r"[0-9]+(?:[.,][0-9]+)*"
SIGN = r"(?:[<>]=?|[≤≥=]|at least|at most|more than|less than|greater than|above|below|no more than|up to)"
UNIT = r"(?:%|mg/dL|g/dL|g/L|[mu]mol/L|mg|kg(?:/m2)?|mm ?Hg|I?U/m?L|cells/uL|/mm3|x ?10\^?[0-9]/L|mL/min)"
TIME = r"(?:hours?|days?|weeks?|months?|years?)"
PATTERNS = [re.compile(p, re.IGNORECASE) for p in (
    rf"{SIGN}\s*{NUMBER}\s*{UNIT}?",
    rf"{NUMBER}\s*(?:-|to|and)\s*{NUMBER}\s*(?:{UNIT}|{TIME})?",
    rf"{NUMBER}\s*{UNIT}",
    rf"(?:within|in|during|over|for)\s+(?:the\s+)?(?:last|past|previous|prior|at least)?\s*{NUMBER}\s*{TIME}",
    rf"{NUMBER}\s*{TIME}\s+(?:before|prior to|after|of|since|ago|old)",
    rf"{NUMBER}\s*(?:x|times)\s*(?:ULN|LLN|the upper limit of normal)",
    rf"\b(?:age[ds]?|older|younger)\b[^.;]{{0,30}}{NUMBER}",
    r"\b(?:no|not|without|never|absence of|free of)\b",
    r"\b(?:except|unless|other than|excluding)\b",
    r"\b(?:history of|known|current|active|prior|previous)\b",
    r"\b(?:and|or)\b|[,;/]",
)]
found = 0
for line in open(sys.argv[1], encoding="utf-8"):
    for pattern in PATTERNS:
        found += len(pattern.findall(line))
print(found)
"""
SICK = (
    "asthma|gout|heart failure|chronic kidney disease|epilepsy|stroke|psoriasis|cirrhosis|migraine|anaemia|"
    "hepatitis B|osteoporosis|atrial fibrillation|type 2 diabetes|pneumonia|glaucoma|multiple sclerosis"
).split("|")
GIVEN = (
    "warfarin|insulin|prednisone|methotrexate|systemic corticosteroids|antibiotics|rituximab|radiotherapy|"
    "chemotherapy|an investigational drug|metformin|statins|a live vaccine|blood transfusion"
).split("|")
MEASURED = (
    "Haemoglobin {n} g/dL|Platelet count {m} x 10^9/L|ALT {n} x ULN|Serum creatinine {n} mg/dL|"
    "BMI {m} kg/m2|HbA1c {n} %|Systolic blood pressure {m} mmHg|Body weight {m} kg|eGFR {m} mL/min/1.73 m2|"
    "Neutrophils {n} x 10^9/L|Left ventricular ejection fraction {m} %|QTc interval {m} ms|LDL {m} mg/dL"
).split("|")
WORDS = (
    "the clinical|stable|site|standard|visits|procedures|upper|local|repeated|device|moderate|laboratory|"
    "severe|care|reported|family|baseline|regional|sample|planned|response|other|long-term|screening|assessment|partial"
).split("|")
# With how often each is taken; the last fill up to the long lines that real texts have.
SHAPES = (
    (5, "{word} {word} {word}"),
    (3, "{sick}"),
    (6, "History of {sick} or {sick}"),
    (4, "Pregnant or lactating women"),
    (4, "Signed informed consent, {word} {word}"),
    (5, "Age {sign} {age} years"),
    (4, "Men and women aged {age} to {old} years with {sick}"),
    (6, "{measure}"),
    (5, "{measure} or {measure}"),
    (8, "{given} within {few} {time} before enrolment"),
    (6, "Active {sick} requiring {given} in the last {few} {time}"),
    (5, "No {sick}, {sick} or {sick} for at least {few} {time}"),
    (4, "{sick} except {word} {sick} that was treated more than {few} {time} ago"),
    (4, "Known {sick} (defined as {measure})"),
    (3, "Willing and able to comply with {word} {word} and the {word} {word} of the study"),
    (4, "Any {word} condition that in the opinion of the investigator makes {word} {word} unsafe"),
    (5, "At least {few} of the following: {sick}; {sick}; {measure}; {given} for {few} {time}"),
    (6, "Adequate {word} function: {measure}, {measure}, {measure} and {measure}"),
    (11, "Subjects with {sick} and {word} {word} {word} who received {given}, {given} or {given} {more}"),
    (7, "If female, {word} {word} must {more}; {measure} unless {sick} was {more}"),
    (7, "{measure}, {more} {more}; {given} within {few} {time} of {word} {word}, {more} or {more} {more}"),
)
MORE = "has been {word} with {word} {word} for the {word} and {word} of {sick}"
HOSTILE = {
    "brackets": "(",
    "brackets and words": "(a ",
    "commas": "a, ",
    "and, or": "a and b or ",
    "signs": "> ",
    "comparisons": "ALT > 3 and ",
    "digits": "1",
    "thousands": "1,000,",
    "denials": "not ",
    "exceptions": "except gout ",
    "times": "within 3 days before 2 weeks after ",
    "points": "1) asthma; ",
    "counts": "at least two of the following: ",
    "bullets": "- HbA1c > 7 % or gout\n",
    "headings": "Inclusion Criteria:\n",
    "blank lines": "\n",
    "blanks": " ",
    "letters": "x",
    "ampersands": "&",
    "tags": "<b",
    "Chinese": "除高血压外",
    "Chinese numbers": "两周内三",
}


def filled(shape: str, chance: random.Random) -> str:
    """A shape with every brace filled anew."""
    while (start := shape.find("{")) >= 0:
        end = shape.index("}", start)
        shape = shape[:start] + piece(shape[start + 1 : end], chance) + shape[end + 1 :]
    return shape


def piece(name: str, chance: random.Random) -> str:
    """What may stand for a brace."""
    sign = chance.choice((">", "<", "≥", "≤", ">=", "<=", "at least", "greater than", "less than"))
    numbers = {
        "n": f"{sign} {chance.randrange(1, 200) / 10}",
        "m": f"{sign} {chance.randrange(15, 400)}",
        "few": str(chance.randrange(2, 30)),
        "age": str(chance.randrange(12, 60)),
        "old": str(chance.randrange(60, 95)),
    }
    if name in numbers:
        return numbers[name]
    lists = {"sick": SICK, "given": GIVEN, "measure": MEASURED, "word": WORDS}
    return {
        "sign": sign,
        "time": chance.choice(("days", "weeks", "months")),
        "more": MORE,
    }.get(name) or chance.choice(lists[name])


def made(count: int) -> Iterator[str]:
    """So many lines; the same on every run."""
    chance = random.Random(5)
    weights, shapes = zip(*SHAPES, strict=True)
    for shape in chance.choices(shapes, weights, k=count):
        line = filled(shape, chance)
        yield line[0].upper() + line[1:]


def run(argv: list[str]) -> tuple[float, float]:
    """Processor seconds of a process, and MB at its peak."""
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{argv[:4]} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def compile_argv(path: Path, how: str = "--lines") -> list[str]:
    """The command that compiles a file."""
    return [sys.executable, "-m", "trialwright", "compile", how, str(path), "--json"]


def speeds(path: Path, repeats: int) -> Iterator[str]:
    """The lines of the result for the file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    sizes = [len(line) for line in lines]
    yield (
        f"{len(lines):,} lines, {len(set(lines)):,} distinct; {statistics.median(sizes):.0f} characters in "
        f"the middle, {statistics.mean(sizes):.0f} on average"
    )
    yield f"{'':24}{'lines/s':>10}{'cpu s':>8}{'peak MB':>9}{'x scan':>8}"
    for _ in range(repeats):
        scan, scan_peak = run([sys.executable, "-c", SCAN, str(path)])
        cpu, peak = run(compile_argv(path))
        yield f"{'regular expressions':24}{len(lines) / scan:>10,.0f}{scan:>8.2f}{scan_peak:>9.0f}{1:>8.1f}"
        yield f"{'compile --lines':24}{len(lines) / cpu:>10,.0f}{cpu:>8.2f}{peak:>9.0f}{cpu / scan:>8.1f}"


def worst(folder: Path) -> Iterator[str]:
    """The slowest of the megabytes made to be slow, with the start of the program."""
    path = folder / "hostile.txt"
    path.write_text("gout\n", encoding="utf-8")
    start, _ = run(compile_argv(path))
    yield f"start of the program, one line: {start:.2f} s"
    for how in ("--lines", "--text"):
        took = {}
        for name, unit in HOSTILE.items():
            text = unit * (1_000_000 // len(unit.encode()))
            path.write_text(text.replace("\n", " ") if how == "--lines" else text, encoding="utf-8")
            took[name] = run(compile_argv(path, how))[0]
        name = max(took, key=lambda n: took[n])
        yield f"worst megabyte with {how}: {took[name]:.2f} s ({name})"


def main() -> None:
    """Parse the arguments, make the lines, print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--sample", metavar="FILE", help="a file with one criterion a line, as it is")
    parser.add_argument("--repeats", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(arguments.sample or Path(folder) / "lines.txt")
        if not arguments.sample:
            path.write_text("\n".join(made(arguments.lines)) + "\n", encoding="utf-8")
        for line in speeds(path, arguments.repeats):
            print(line, flush=True)
        for line in worst(Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
