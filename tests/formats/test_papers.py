"""Papers as MEDLINE, PubMed XML and RIS: which registry number is the trial's own, and what the abstract says."""

# ruff: noqa: E501  documents look as they look

import pathlib
from typing import Any

import pytest

from trialwright.formats import read_text
from trialwright.formats.opening import read_paths
from trialwright.formats.paper import read_published
from trialwright.model.source import Record
from trialwright.model.study import Refusal

NBIB = """
PMID- 99990031
OWN - NLM
DP  - 2031 May-Jun
TI  - Zelomab for night cramp: a randomized controlled trial in people who
      sleep badly.
PG  - 45-51
LID - 10.1234/cramp.2031.7 [doi]
AB  - BACKGROUND: Night cramp keeps people awake; an earlier trial (NCT09990032) found
      nothing. METHODS: In this double-blind trial a total of 84 patients were randomly
      assigned to zelomab or placebo. RESULTS: Cramps fell by 41% (P = 0.003).
      (Funded by the Sock Foundation; ClinicalTrials.gov number, NCT09990031.)
FAU - Ferro, Ada
PT  - Randomized Controlled Trial
TA  - J Invent Med
VI  - 12
IP  - 3
SI  - ClinicalTrials.gov/NCT09990031
SI  - GENBANK/AB123456
OT  - *cramp
SO  - J Invent Med. 2031 May-Jun;12(3):45-51. doi: 10.1234/cramp.2031.7.
"""
XML = """<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.nlm.example/pubmed.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">99990031</PMID>
<Article><Journal><JournalIssue><Volume>12</Volume><Issue>3</Issue><PubDate><Year>2031</Year><Month>05</Month></PubDate>
</JournalIssue><Title>Journal of Invented Medicine</Title><ISOAbbreviation>J Invent Med</ISOAbbreviation></Journal>
<ArticleTitle>Zelomab for night cramp: a <i>randomized</i> trial.</ArticleTitle>
<Pagination><MedlinePgn>45-51</MedlinePgn></Pagination>
<Abstract><AbstractText Label="BACKGROUND">An earlier trial (NCT09990032) used 10<sup>8</sup> cells.</AbstractText>
<AbstractText Label="METHODS">In this double-blind trial a total of 84 patients were randomly assigned to zelomab or
placebo.</AbstractText><AbstractText Label="RESULTS">Cramps fell by 41% (P = 0.003).</AbstractText></Abstract>
<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>
<AccessionNumber>NCT09990031</AccessionNumber></AccessionNumberList></DataBank></DataBankList>
<PublicationTypeList><PublicationType>Randomized Controlled Trial</PublicationType></PublicationTypeList></Article>
<KeywordList><Keyword>cramp</Keyword></KeywordList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1234/cramp.2031.7</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>"""
RIS = """TY  - JOUR
TI  - Zelomab for night cramp: a randomized controlled trial
AU  - Ferro, Ada
JO  - J Invent Med
VL  - 12
IS  - 3
SP  - 45
EP  - 51
PY  - 2031/05//
DO  - 10.1234/cramp.2031.7
AN  - 99990031
DB  - PubMed
AB  - BACKGROUND: An earlier trial (NCT09990032) found nothing.
METHODS: In this double-blind trial a total of 84 patients were randomly assigned to zelomab or placebo.
RESULTS: Cramps fell by 41% (P = 0.003).
TRIAL REGISTRATION: ClinicalTrials.gov NCT09990031
KW  - cramp
ER  -
"""
ALL = {"nbib": NBIB, "pubmed": XML, "ris": RIS}


def said(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
    return values


def numbers(record: Record) -> dict[str, str]:
    return {
        s.value["value"]: s.value["role"] for s in record.statements if s.field.startswith("identifiers[")
    }


@pytest.mark.parametrize("name", ALL)
def test_what_all_forms_tell(name: str) -> None:
    (record,) = read_text(ALL[name])
    values = said(record)
    assert record.source.format == name
    assert values["brief_title"].startswith("Zelomab for night cramp: a randomized")
    assert values["brief_summary"].startswith("BACKGROUND: ")
    assert values["enrollment.actual"] == 84
    assert values["design.allocation"] == "RANDOMIZED"
    assert values["design.masking"] == "DOUBLE"
    assert values["publications[0]"]["pmid"] == "99990031"
    assert values["publications[0]"]["doi"] == "10.1234/cramp.2031.7"
    assert values["publications[0]"]["date"]["value"] == "2031-05"
    assert values["publications[0]"]["relation"] == "result"
    assert values["publications[0]"]["citation"].startswith("J Invent Med. 2031")
    assert values["keywords[0]"] == "cramp"
    assert any(s.field.endswith("].value") and s.value == "0.003" for s in record.statements)


@pytest.mark.parametrize("name", ALL)
def test_the_own_number_is_told_from_a_cited_one(name: str) -> None:
    (record,) = read_text(ALL[name])
    assert numbers(record) == {"NCT09990031": "registry", "NCT09990032": "other"}


@pytest.mark.parametrize("name", ["nbib", "ris"])
def test_spans_lead_through_wrapped_lines(name: str) -> None:
    (record,) = read_text(ALL[name])
    for statement in record.statements:
        assert statement.span is not None
        words = " ".join(record.text[slice(*statement.span)].split())
        told = statement.raw or statement.value
        if isinstance(told, str) and statement.field not in ("brief_title", "publications[0]"):
            assert " ".join(told.split()) in words


def test_pointers_lead_to_the_section_of_the_abstract() -> None:
    (record,) = read_text(XML)
    pointers = {s.field: s.pointer for s in record.statements}
    abstract = "/PubmedArticle/MedlineCitation/Article/Abstract"
    assert pointers["enrollment.actual"] == f"{abstract}/AbstractText[2]"
    assert pointers["brief_summary"] == abstract
    assert "10^8 cells" in said(record)["brief_summary"]


@pytest.mark.parametrize("kind", ["Systematic Review", "Meta-Analysis", "Comment", "Editorial"])
def test_a_paper_about_other_trials_owns_no_number(kind: str) -> None:
    (record,) = read_text(
        XML.replace("<PublicationType>Randomized Controlled Trial", f"<PublicationType>{kind}")
    )
    assert set(numbers(record).values()) == {"other"}
    assert said(record)["publications[0]"]["relation"] is None
    assert "enrollment.actual" not in said(record)


def test_two_numbers_of_one_registry_are_nobody_s_own() -> None:
    more = "</AccessionNumber><AccessionNumber>NCT09990039</AccessionNumber>"
    (record,) = read_text(XML.replace("</AccessionNumber>", more, 1))
    assert "registry" not in numbers(record).values()
    assert "several_registrations" in {n.code for n in record.notes}


def test_numbers_of_two_registries_are_both_the_trial_s() -> None:
    more = "</AccessionNumber><AccessionNumber>ISRCTN99990017</AccessionNumber>"
    (record,) = read_text(XML.replace("</AccessionNumber>", more, 1))
    assert numbers(record)["ISRCTN99990017"] == "registry"


def test_a_protocol_plans_its_people() -> None:
    text = RIS.replace("a randomized controlled trial", "study protocol for a randomized trial")
    text = text.replace("were randomly", "will be randomly").replace(
        "RESULTS: Cramps fell by 41% (P = 0.003).\n", ""
    )
    (record,) = read_text(text)
    values = said(record)
    assert "enrollment.actual" not in values
    assert values["publications[0]"]["relation"] is None
    assert numbers(record)["NCT09990031"] == "registry"


def test_a_paper_without_a_number_is_no_result_of_a_trial() -> None:
    text = NBIB.replace("SI  - ClinicalTrials.gov/NCT09990031\n", "").replace(
        "; ClinicalTrials.gov number, NCT09990031.", ""
    )
    (record,) = read_text(text)
    assert numbers(record) == {"NCT09990032": "other"}
    assert said(record)["publications[0]"]["relation"] is None


def test_many_papers_are_many_records(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "many.nbib"
    path.write_text(
        NBIB + "\n" + "PMID- 99990040\nDP  - 2030\n\n" + NBIB.replace("PMID- 99990031", "PMID- 99990041")
    )
    first, bad, last = read_paths([path])
    assert isinstance(bad, Refusal)
    assert bad.uri.endswith("#99990040")
    assert isinstance(first, Record)
    assert isinstance(last, Record)
    assert last.source.uri.endswith("#99990041")


def test_entities_of_a_document_s_own_are_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text(XML.replace('pubmed.dtd">', 'pubmed.dtd" [<!ENTITY a "aaaa">]>'))
    (refusal,) = read_paths([path])
    assert "entities" in refusal.reason  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "value"),
    [("2019 Nov 12", "2019-11-12"), ("2020 Jan-Feb", "2020-01"), ("2011 Winter", "2011"), ("2015/03/01", "2015-03-01"),
     ("2020 Dec-2021 Jan", "2020-12"), ("2031", "2031")],
)  # fmt: skip
def test_dates_of_issues(words: str, value: str) -> None:
    date = read_published(words)
    assert date is not None
    assert date.value == value


def test_what_stands_before_a_cut_is_read(tmp_path: pathlib.Path) -> None:
    article = XML[XML.index("<PubmedArticle>") : XML.index("</PubmedArticleSet>")]
    path = tmp_path / "cut.xml"
    path.write_text(XML.replace("</PubmedArticleSet>", article[:400]))
    whole, rest = read_paths([path])
    assert isinstance(whole, Record)
    assert isinstance(rest, Refusal)
    assert "what stands before was read" in rest.reason
