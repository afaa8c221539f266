"""Values are built only when they are legal; the error names the field and the values."""

from datetime import date
from decimal import Decimal

import pytest

from trialwright.errors import IllegalValue
from trialwright.model.concept import Concept
from trialwright.model.dates import Age, PartialDate, completed_months, completed_years
from trialwright.model.expression import AllOf, AtLeast, Demographic, Measurement, Not, Unparsed, leaves
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period
from trialwright.model.source import Record, Source, Statement
from trialwright.model.vocabulary import Term
from trialwright.model.window import Window


def bound(value, closed=True):
    return Bound(value=Decimal(value), closed=closed)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Interval(low=bound("5"), high=bound("3")), "low 5 lies above high 3"),
        (lambda: Interval(low=bound("5"), high=bound("5", closed=False)), "both 5, and one is open"),
        (lambda: Interval(), "both are null"),
        (lambda: bound("NaN"), "not a number"),
        (lambda: bound("1e99999"), "sixty digits"),
        (lambda: Window(from_=Period("-P7D"), to=Period("-P30D")), "ends .to -P30D. before it starts"),
        (lambda: Window(from_=Period("P7D"), to=Period("P0D")), "ends .to P0D. before it starts"),
        (lambda: Window(anchor="event"), "event is null"),
        (lambda: PartialDate(value="2016-13", precision="month"), "no date '2016-13'"),
        (lambda: PartialDate(value="2016-02-30", precision="day"), "no date '2016-02-30'"),
        (lambda: PartialDate(value="2016-06", precision="day"), "does not fit its precision"),
        (lambda: Age(value=Decimal(-1)), "not a length of life"),
        (lambda: Measurement(concept=Concept(text="ALT")), "'ALT' needs interval or values"),
        (lambda: Demographic(attribute="age"), "'age' needs interval or values"),
        (lambda: AtLeast(n=0, of=()), "n is 0"),
        (lambda: Unparsed(text="x", span=(4, 2)), "from 4 to 2"),
        (lambda: Statement(field="a", value=1, source="s1"), "neither span nor pointer"),
        (
            lambda: Term(name="x", kind="quantity", plausible=(Decimal(2), Decimal(1))),
            "plausible range of 'x'",
        ),
    ],
)
def test_illegal_values_cannot_be_built(build, words):
    with pytest.raises(IllegalValue, match=words):
        build()


def test_a_record_refuses_spans_outside_its_text():
    source = Source(id="s1", format="text", uri="a.txt", sha256="0")
    statement = Statement(field="brief_title", value="ab", source="s1", span=(0, 2))
    Record(source=source, text="ab", statements=(statement,))
    with pytest.raises(IllegalValue, match=r"ends at 2, the text of a\.txt at 1"):
        Record(source=source, text="a", statements=(statement,))


def test_values_are_frozen():
    with pytest.raises(AttributeError):
        bound("1").closed = False


def test_window_months_that_may_fit_are_legal():
    assert Window(from_=Period("-P1M"), to=Period("-P30D")).to == Period("-P30D")


@pytest.mark.parametrize(
    ("number", "inside"), [("49", False), ("50", False), ("50.1", True), ("250", True), ("251", False)]
)
def test_interval_ends_keep_their_strictness(number, inside):
    interval = Interval(low=bound("50", closed=False), high=bound("250"))
    assert (Decimal(number) in interval) is inside


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        ("1959-09-01", "2024-08-31", 64),
        ("1958-08-31", "2024-08-31", 66),
        ("2006-02-28", "2024-02-28", 18),
        ("2004-02-29", "2022-02-28", 17),
        ("2004-02-29", "2022-03-01", 18),
    ],
)
def test_completed_years(birth, day, years):
    assert completed_years(date.fromisoformat(birth), date.fromisoformat(day)) == years


def test_completed_months_clamp_the_day():
    assert completed_months(date(2024, 1, 31), date(2024, 2, 28)) == 0
    assert completed_months(date(2024, 1, 31), date(2024, 2, 29)) == 1
    assert completed_months(date(2023, 12, 15), date(2024, 12, 14)) == 11


def test_partial_dates_know_their_days():
    june = PartialDate(value="2016-06", precision="month")
    assert (june.first, june.last) == (date(2016, 6, 1), date(2016, 6, 30))
    year = PartialDate(value="2016", precision="year")
    assert (year.first, year.last) == (date(2016, 1, 1), date(2016, 12, 31))


def test_leaves_in_the_order_of_the_text():
    a, b, c = (Unparsed(text=t) for t in "abc")
    assert leaves(AllOf(of=(a, Not(of=AllOf(of=(b, c)))))) == (a, b, c)
    assert leaves(AllOf(of=())) == ()


def test_a_window_that_begins_behind_its_anchor_may_have_no_end():
    window = Window(anchor="event", event=Concept(text="transplantation"), from_=Period("P30D"))
    assert window.open_ended
    assert not Window(from_=Period("-P30D")).open_ended
