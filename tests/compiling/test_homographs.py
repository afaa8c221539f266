"""Short forms with several meanings: which one is taken, and that none is where nothing decides."""

import pytest

from trialwright.compiling.criteria import run_passes
from trialwright.compiling.criteria.homographs import homographs, read_homographs
from trialwright.language.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def taken(text, short, **given):
    """The name of the term that the first such short form of a line is taken for."""
    line = run_passes(text, vocabulary=VOCABULARY, after="quantify", **given)
    found = [i for i in line.items if line.plain[i.start : i.end] == short]
    assert found, line.items
    return (found[0].value.name if found[0].kind == "term" else None), [n.code for n in line.notes]


@pytest.mark.parametrize(
    ("text", "short", "name"),
    [
        ("TB above 60 umol/L", "TB", "total bilirubin"),
        ("TB below 3.5 mg/dL", "TB", "total bilirubin"),
        ("TB >= 85", "TB", "total bilirubin"),
        ("AST, ALT and TB below 4 x ULN", "TB", "total bilirubin"),
        ("known active TB", "TB", "tuberculosis"),
        ("TB within the past 4 years", "TB", "tuberculosis"),
        ("INR > 1.8", "INR", "INR"),
        ("HIV with PCP prophylaxis", "PCP", "Pneumocystis pneumonia"),
        ("a urine screen with cocaine and PCP", "PCP", "phencyclidine"),
        ("diagnosis of relapsing MS", "MS", "multiple sclerosis"),
        ("MS or other rheumatic valve disease", "MS", "mitral stenosis"),
        ("PT longer than 20 seconds", "PT", "prothrombin time"),
        ("PT or aPTT over 1.3 x ULN", "PT", "prothrombin time"),
        ("outpatient PT sessions after discharge", "PT", "physical therapy"),
        ("resting HR over 130 bpm", "HR", "heart rate"),
        ("HR 45/min or lower", "HR", "heart rate"),
        ("breast cancer, HR positive", "HR", "hormone receptor"),
        ("mean RA pressure above 12 mmHg", "RA", "right atrium"),
        ("RA for at least 9 months", "RA", "rheumatoid arthritis"),
        ("history of DVT or PE", "PE", "pulmonary embolism"),
        ("PE or eclampsia in an earlier pregnancy", "PE", "preeclampsia"),
        ("prior AMI", "AMI", "myocardial infarction"),
        ("EF under 33%", "EF", "ejection fraction"),
        ("Cr above 190 umol/L", "Cr", "creatinine"),
        ("Ca > 2.9 mmol/L", "Ca", "calcium"),
        ("K below 3.1 mmol/L", "K", "potassium"),
        ("Na below 128 mmol/L", "Na", "sodium"),
        ("patients with ESRD on HD", "HD", "dialysis"),
        ("HD with chorea", "HD", "Huntington's disease"),
        ("idiopathic PD treated with levodopa", "PD", "Parkinson's disease"),
        ("peritonitis while on PD", "PD", "dialysis"),
        ("DM for 6 years", "DM", "diabetes"),
        ("ED treated with sildenafil", "ED", "erectile dysfunction"),
        ("prior MI", "MI", "myocardial infarction"),
        ("AS with BASDAI above 5", "AS", "ankylosing spondylitis"),
        ("severe AS of the aortic valve", "AS", "aortic stenosis"),
        ("spastic CP", "CP", "cerebral palsy"),
        ("BP above 175/105 mmHg", "BP", "blood pressure"),
        ("BP by bullous skin lesions", "BP", "bullous pemphigoid"),
        ("valve disease with MR", "MR", "mitral regurgitation"),
        ("contraindication to MR imaging", "MR", "magnetic resonance imaging"),
        ("OA of the hip", "OA", "osteoarthritis"),
        ("ARF with dialysis", "ARF", "acute kidney injury"),
        ("ARF under mechanical ventilation", "ARF", "acute respiratory failure"),
        ("AF on warfarin", "AF", "atrial fibrillation"),
        ("AD with EASI above 20", "AD", "atopic dermatitis"),
        ("probable AD and dementia", "AD", "Alzheimer's disease"),
        ("IBD in remission", "IBD", "inflammatory bowel disease"),
        ("ER and PR negative", "PR", "progesterone receptor"),
        ("ER negative breast tumour", "ER", "estrogen receptor"),
        ("PR longer than 240 ms", "PR", "PR interval"),
        ("SOB at rest", "SOB", "shortness of breath"),
    ],
)
def test_what_stands_beside_it_decides(text, short, name):
    assert taken(text, short) == (name, [])


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("TB below 1.4", "TB"),
        ("history of PCP use", "PCP"),
        ("PT in the last year", "PT"),
        ("planned HD", "HD"),
        ("PD or a similar state", "PD"),
        ("known AD", "AD"),
        ("INR of CD4 cells", "INR"),
    ],
)
def test_where_nothing_decides_there_is_no_term_but_a_note(text, short):
    assert taken(text, short) == (None, ["homograph"])


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("letter of the PCP or referring physician", "PCP"),
        ("P below 0.05", "P"),
        ("an ED visit for asthma", "ED"),
        ("vitamin deficiency, such AS this", "AS"),
    ],
)
def test_what_is_no_name_is_a_plain_word_without_a_note(text, short):
    line = run_passes(text, vocabulary=VOCABULARY, after="quantify")
    assert not line.notes
    assert not [i for i in line.items if i.kind == "term" and line.plain[i.start : i.end] == short]


def test_case_matters():
    line = run_passes("a tb of 60 umol/L", vocabulary=VOCABULARY, after="quantify")
    assert not line.notes


def test_a_users_word_is_never_guessed_at(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[[term]]\nname = "thigh bend"\nkind = "score"\nwords = ["TB"]\n')
    line = run_passes("active TB", vocabulary=load_vocabulary(own), after="quantify")
    assert [i.value.name for i in line.items if i.kind == "term"] == ["thigh bend"]


def test_every_reading_can_be_taken():
    for short, readings in homographs().items():
        assert readings, short
        assert all(r.when for r in readings), short
        # Nothing behind a condition that always holds is ever reached.
        always = [n for n, r in enumerate(readings) if any(c.kind == "else" for c in r.when)]
        assert always in ([], [len(readings) - 1]), short


@pytest.mark.parametrize("text", ["X\n  name: else", "X\n  a (quantity): often", "X\n  a (quantity)"])
def test_a_mistake_in_the_file_is_named(text):
    with pytest.raises(ValueError, match="this is no"):
        read_homographs(text)
