"""A small vocabulary of the tests' own, so that screening is tested without language."""

# ruff: noqa: E501  tables of facts are read best with one line a fact
from __future__ import annotations

from decimal import Decimal
from typing import Any

from trialwright.model.period import Period
from trialwright.model.vocabulary import Lasting, Term, Vocabulary


def _quantity(
    name: str, *codes: str, unit: str | None, dimension: Any, low: str, high: str, **more: Any
) -> Term:
    return Term(
        name=name,
        kind="quantity",
        codes=codes,
        unit=unit,
        dimension=dimension,
        plausible=(Decimal(low), Decimal(high)),
        **more,
    )


def _disease(name: str, *codes: str, lasts: str | None = None, **more: Any) -> Term:
    period = Period(lasts) if lasts else None
    return Term(
        name=name, kind="condition", codes=codes, lasting=(Lasting(codes=codes, period=period),), **more
    )


VOCABULARY = Vocabulary(
    [
        _quantity("CD4 count", "LOINC:24467-3", unit="/uL", dimension="cells", low="0", high="5000"),
        _quantity(
            "platelets", "LOINC:777-3", "LOINC:26515-7", unit="10*9/L", dimension="cells", low="0.5", high="3000"
        ),
        _quantity("haemoglobin", "LOINC:718-7", unit="g/L", dimension="mass", low="20", high="300"),
        _quantity(
            "creatinine", "LOINC:2160-0", unit="umol/L", dimension="substance", low="5", high="5000",
            molar_mass=Decimal("113.12"),
        ),
        _quantity(
            "total bilirubin", "LOINC:1975-2", unit="umol/L", dimension="substance", low="0.5", high="2000",
            molar_mass=Decimal("584.66"),
        ),
        _quantity("ALT", "LOINC:1742-6", unit="U/L", dimension="enzyme", low="1", high="20000"),
        _quantity(
            "HIV viral load", "LOINC:20447-9", unit="{copies}/mL", dimension="viral_load", low="0", high="100000000"
        ),
        _quantity("INR", "LOINC:6301-6", unit=None, dimension="pure", low="0.5", high="30"),
        _quantity("ejection fraction", "LOINC:10230-1", unit="%", dimension="percent", low="1", high="95"),
        _quantity("Karnofsky", "LOINC:89243-0", unit=None, dimension="pure", low="0", high="100"),
        _quantity(
            "MELD score", "NCIT:C121076", unit=None, dimension="pure", low="0", high="80",
            parts=("total bilirubin", "INR", "creatinine"),
        ),
        Term(name="HBsAg", kind="coded", codes=("LOINC:5195-3",)),
        Term(
            name="HCV RNA", kind="coded", codes=("LOINC:11259-9", "LOINC:11011-4"), quantitative=("LOINC:11011-4",)
        ),
        Term(name="HIV test", kind="coded", codes=("LOINC:56888-1",)),
        Term(name="pregnancy test", kind="coded", codes=("LOINC:2106-3",), women_only=True),
        _disease(
            "HIV infection", "ICD10CM:B20", "ICD10CM:Z21", test="HIV test", persistence="lifelong"
        ),
        _disease(
            "pregnancy", "ICD10CM:Z33.1", "ICD10CM:Z34", lasts="P280D", test="pregnancy test",
            persistence="passing",
        ),
        _disease("lactation", "ICD10CM:Z39.1", lasts="P6M", women_only=True),
        _disease("liver failure", "ICD10CM:K72", "SNOMED:59927004", lasts="P90D"),
        _disease("malignancy", "ICD10CM:C", "SNOMED:109841003"),
        Term(name="antiretroviral therapy", kind="drug", codes=("RXNORM:68244", "RXNORM:11413")),
        Term(name="prednisone", kind="drug", codes=("RXNORM:8640",)),
        Term(name="clinical trial participation", kind="trial", codes=("ICD10CM:Z00.6", "SNOMED:428024001")),
        Term(name="transplantation", kind="procedure", codes=("SNOMED:77465005",)),
    ]
)  # fmt: skip
