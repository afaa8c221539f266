"""PubMed XML: articles with abstracts, citations and the accession numbers of their data banks.

Takes such a document, gives a record a paper. The `DataBankList` tells which trials a paper reports;
numbers that only its text names are those of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trialwright.formats.document import Document
from trialwright.formats.entries import collect, guarded, part_of
from trialwright.formats.nbib import REGISTERS, citation_of
from trialwright.formats.nodes import Element, Node, read_elements
from trialwright.formats.paper import Paper, read_paper, read_published
from trialwright.language.identifiers import classify
from trialwright.model.source import Record, Span
from trialwright.model.study import Refusal

NAME = "pubmed"
# What its documents look like before anybody reads them.
KINDS = ("XML", "HTML")

_MARK = re.compile(r"<(?:PubmedArticleSet|PubmedArticle|MedlineCitation(?:Set)?|PubmedBookArticle)\b")
_NOTHING = "it is no article with a title or an abstract"


def sniff(text: str) -> float:
    """The names of PubMed's own elements."""
    head = text[:20_000]
    return 0.99 if head.lstrip()[:1] == "<" and _MARK.search(head) else 0.0


def read(document: Document) -> tuple[Record | Refusal, ...]:
    """A record a paper."""
    return collect(document, _papers(document))


def _papers(document: Document) -> Iterator[Record | Refusal]:
    many = document.text.count("<MedlineCitation") > 1
    whole = "<PubmedArticle" in document.text
    root = ("PubmedArticle", "PubmedBookArticle") if whole else ("MedlineCitation",)
    for position, (text, element) in enumerate(read_elements(document.text, *root)):
        cited = element if element.name == "MedlineCitation" else element.at("MedlineCitation")
        cited = cited if cited else element.at("BookDocument")
        name = cited.at("PMID").text or str(position + 1)
        part = part_of(document, text, name if many else "")
        yield guarded(document, name, _NOTHING, _record, part, element, cited, position)


def _record(document: Document, element: Element, cited: Node, position: int) -> Record:
    article = cited.at("Article") if cited.at("Article") else cited
    title = article.at("ArticleTitle")
    if not title.text and article.at("VernacularTitle").text:
        title = article.at("VernacularTitle")
    sections = [s for s in article.each("Abstract", "AbstractText") if s.text]
    if not title.text and not sections:
        raise ValueError("no title and no abstract")
    abstract, places = _abstract(sections)
    issue = article.at("Journal", "JournalIssue")
    published = _date(issue.at("PubDate"))
    numbers = article.each("ELocationID") + element.each("PubmedData", "ArticleIdList", "ArticleId")
    doi = next(
        (n.text for n in numbers if "doi" in (n.at("@EIdType").text, n.at("@IdType").text) and n.text), None
    )
    journal = cited.at("MedlineJournalInfo", "MedlineTA")
    journal = journal if journal.text else article.at("Journal").first("ISOAbbreviation", "Title")
    pages = article.at("Pagination", "MedlinePgn")
    paper = Paper(
        title=Node(" ".join(title.text.split()), title.pointer),
        abstract=abstract,
        abstract_node=Node(abstract, article.at("Abstract").pointer),
        placing=lambda span: (None, _pointer(places, span)),
        banked=list(_banked(article)),
        keywords=[n for lst in cited.each("KeywordList") for n in lst.each("Keyword")],
        kinds=[n.text for n in article.each("PublicationTypeList", "PublicationType")],
        pmid=cited.at("PMID").text or None,
        doi=doi,
        citation=citation_of(
            journal.text, published, issue.at("Volume").text, issue.at("Issue").text, pages.text
        ),
        date=read_published(published) if published else None,
        place=cited.at("PMID") if cited.at("PMID").text else title,
    )
    return read_paper(document, NAME, position, paper)


def _abstract(sections: list[Node]) -> tuple[str, list[tuple[Span, str]]]:
    """The abstract with the labels of its sections, and the place of each section in it."""
    text, places = "", list[tuple[Span, str]]()
    for section in sections:
        label = section.at("@Label").text
        words = " ".join(section.text.split())
        piece = f"{label}: {words}" if label and label.casefold() != "unlabelled" else words
        start = len(text) + (1 if text else 0)
        text = f"{text}\n{piece}" if text else piece
        places.append(((start, len(text)), section.pointer or "/"))
    return text, places


def _pointer(places: list[tuple[Span, str]], span: Span) -> str:
    """The section in which words stand; their common abstract where they reach over several."""
    found = [p for (start, end), p in places if start < span[1] and span[0] < end]
    if len(found) == 1:
        return found[0]
    return found[0].rpartition("/")[0] if found else "/"


def _banked(article: Node) -> Iterator[Node]:
    """Accession numbers of trial registries; a bank that is none may still hold a number that is one's."""
    for bank in article.each("DataBankList", "DataBank"):
        name = bank.at("DataBankName").text
        for number in bank.each("AccessionNumberList", "AccessionNumber"):
            if REGISTERS.search(name) or classify(number.text)[1] != "other":
                yield number


def _date(published: Node) -> str:
    """The date of the issue as PubMed's citations write it."""
    if words := published.at("MedlineDate").text:
        return words
    month = published.at("Month").text
    if month.isdigit():
        names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
        month = names[int(month) - 1] if 1 <= int(month) <= 12 else ""
    parts = (published.at("Year").text, month or published.at("Season").text, published.at("Day").text)
    return " ".join(p for p in parts if p)
