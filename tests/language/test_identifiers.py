"""Numbers of registries in text: each scheme, its usual spelling, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.language.identifiers import classify, find_identifiers, is_junk


@pytest.mark.parametrize(
    ("words", "scheme", "value"),
    [
        ("NCT09999901", "nct", "NCT09999901"),
        ("NCT 09999901", "nct", "NCT09999901"),
        ("nct-09999901", "nct", "NCT09999901"),
        ("2023-509999-40-00", "ctis", "2023-509999-40-00"),
        ("2020-009999-23", "eudract", "2020-009999-23"),
        ("EUCTR2020-009999-23-ES", "euctr", "EUCTR2020-009999-23-ES"),
        ("ISRCTN 12345678", "isrctn", "ISRCTN12345678"),
        ("ACTRN12699000498695", "anzctr", "ACTRN12699000498695"),
        ("ChiCTR2399999727", "chictr", "ChiCTR2399999727"),
        ("ChiCTR-TRC-09999901", "chictr", "ChiCTR-TRC-09999901"),
        ("CTRI/2023/04/999053", "ctri", "CTRI/2023/04/999053"),
        ("DRKS00099915", "drks", "DRKS00099915"),
        ("IRCT20089904001199N7", "irct", "IRCT20089904001199N7"),
        ("jRCTs041999987", "jrct", "jRCTs041999987"),
        ("JPRN-UMIN000099983", "umin", "JPRN-UMIN000099983"),
        ("JapicCTI-199999", "japic", "JapicCTI-199999"),
        ("KCT0009994", "cris", "KCT0009994"),
        ("LBCTR2023999999", "lbctr", "LBCTR2023999999"),
        ("PACTR202399525632216", "pactr", "PACTR202399525632216"),
        ("RPCEC00009999", "rpcec", "RPCEC00009999"),
        ("RBR-6qvzzzm", "rebec", "RBR-6qvzzzm"),
        ("PER-046-99", "repec", "PER-046-99"),
        ("SLCTR/2099/003", "slctr", "SLCTR/2099/003"),
        ("TCTR20239929001", "tctr", "TCTR20239929001"),
        ("ITMCTR2023999999", "itmctr", "ITMCTR2023999999"),
        ("SNCTP000009980", "snctp", "SNCTP000009980"),
        ("U1111-1999-1566", "utn", "U1111-1999-1566"),
        ("CTR20239999", "ctr", "CTR20239999"),
    ],
)
def test_schemes(words: str, scheme: str, value: str) -> None:
    assert classify(words) == (value, scheme)
    text = f"registered ({words}), then."
    (found,) = find_identifiers(text)
    assert (found.value, found.scheme) == (value, scheme)
    assert text[found.start : found.end] == words


@pytest.mark.parametrize(
    "words",
    [
        "XNCT09999901",
        "NCT099999012",
        "NCT0999990",
        "NCT00000000",
        "12-3456-78",
        "CTR2023999",
        "10E9/L",
        "2020-01-02",
    ],
)
def test_no_numbers(words: str) -> None:
    assert find_identifiers(f"see {words} here") == ()


@pytest.mark.parametrize(
    "words", ["nil known", "Not applicable", "none", "***********", "N/A", "-", "Pending"]
)
def test_junk(words: str) -> None:
    assert is_junk(words)


@given(st.text(max_size=60), st.text(max_size=60))
def test_places_are_true(before: str, after: str) -> None:
    text = f"{before} NCT09999901 {after}"
    places = {text[f.start : f.end] for f in find_identifiers(text)}
    assert "NCT09999901" in places


def test_short_numbers_count_where_a_page_calls_them_so() -> None:
    assert classify("NL1234") == ("NL1234", "ntr")
    assert classify("C000000123") == ("C000000123", "umin")
    assert find_identifiers("see NL1234 and C000000123") == ()
