"""The short names of code systems: how FHIR's addresses and OMOP's vocabularies become the system of a code.

What is not named here keeps its own name. Sources: https://terminology.hl7.org/external_code_systems.html,
the OID registry of HL7, and the vocabulary ids of the OMOP CDM.
"""

from __future__ import annotations

from functools import lru_cache

# Systems whose codes the concepts of a vocabulary are made of.
KNOWN = frozenset({"LOINC", "ICD10CM", "ICD10", "SNOMED", "RXNORM", "NCIT", "ATC", "CVX"})
# Systems whose codes name substances: an allergy coded in one of them is no exposure to it.
SUBSTANCES = frozenset({"RXNORM", "ATC", "CVX", "NDC", "UNII"})

_BY_ADDRESS = {
    "loinc.org": "LOINC",
    "urn:oid:2.16.840.1.113883.6.1": "LOINC",
    "hl7.org/fhir/sid/icd-10-cm": "ICD10CM",
    "urn:oid:2.16.840.1.113883.6.90": "ICD10CM",
    "hl7.org/fhir/sid/icd-10": "ICD10",
    "urn:oid:2.16.840.1.113883.6.3": "ICD10",
    "snomed.info/sct": "SNOMED",
    "urn:oid:2.16.840.1.113883.6.96": "SNOMED",
    "www.nlm.nih.gov/research/umls/rxnorm": "RXNORM",
    "urn:oid:2.16.840.1.113883.6.88": "RXNORM",
    "ncicb.nci.nih.gov/xml/owl/evs/thesaurus.owl": "NCIT",
    "ncithesaurus-stage.nci.nih.gov": "NCIT",
    "ncit.nci.nih.gov": "NCIT",
    "urn:oid:2.16.840.1.113883.3.26.1.1": "NCIT",
    "www.whocc.no/atc": "ATC",
    "urn:oid:2.16.840.1.113883.6.73": "ATC",
    "hl7.org/fhir/sid/cvx": "CVX",
    "urn:oid:2.16.840.1.113883.12.292": "CVX",
    "hl7.org/fhir/sid/ndc": "NDC",
    "urn:oid:2.16.840.1.113883.6.69": "NDC",
    "fdasis.nlm.nih.gov": "UNII",
    "urn:oid:2.16.840.1.113883.4.9": "UNII",
    "hl7.org/fhir/sid/icd-9-cm": "ICD9CM",
    "urn:oid:2.16.840.1.113883.6.103": "ICD9CM",
    "www.cms.gov/medicare/coding/icd10": "ICD10PCS",
    "www.ama-assn.org/go/cpt": "CPT4",
}
UCUM = frozenset({"http://unitsofmeasure.org", "https://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8"})


@lru_cache(maxsize=4096)
def system_of(address: str) -> str:
    """The short name of a code system that is given by its address.

    >>> system_of("http://snomed.info/sct/900000000000207008/version/20240101"), system_of("urn:x")
    ('SNOMED', 'urn:x')
    """
    text = address.strip()
    plain = text.partition("|")[0].lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    if plain.startswith("snomed.info/sct/"):
        plain = "snomed.info/sct"
    return _BY_ADDRESS.get(plain, text)
