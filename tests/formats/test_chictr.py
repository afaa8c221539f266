"""Pages of the Chinese registry: every label twice, values in both languages."""

from typing import Any

from trialwright.formats import read_text
from trialwright.model.source import Record

PAGE = """\
注册号：
Registration number：
ChiCTR2300099901
最近更新日期：
Date of Last Refreshed on：
2023-05-02
注册号状态：
预注册
Registration Status：
Prospective registration
注册题目：
冷敷治疗膝关节肿胀的随机研究
Public title：
Cold packs for swollen knees: a randomized study
研究课题的正式科学名称：
冷敷对膝关节肿胀疗效的随机对照研究
Scientific title：
Effect of cold packs on knee swelling
研究课题代号(代码)：
Study subject ID：
KNEE-7
申请注册联系人：	王小明	研究负责人：	李大海
Applicant：	Wang Xiaoming	Study leader：	Li Dahai
研究实施负责（组长）单位：	北山医院
Primary sponsor：	Beishan Hospital
试验主办单位(项目批准或申办者)：
Secondary sponsor：
国家：	中国	省(直辖市)：	浙江	市(区县)：	杭州
Country：	China	Province：	Zhejiang	City：	Hangzhou
单位(医院)：	北山医院	具体地址：	湖滨路1号
Institution hospital：	Beishan Hospital	Address：	1 Hubin Road
经费或物资来源：
自筹
Source(s) of funding：
self-raised
研究疾病：	膝关节肿胀
Target disease：	Knee swelling
研究类型：
干预性研究
Study type：
Interventional study
研究设计：
随机平行对照
Study design：
Parallel
研究所处阶段：
其它
Study phase：
N/A
纳入标准：
1. 年龄18至65岁;
2. 膝关节肿胀。
Inclusion criteria
1. Aged 18 to 65 years;
2. Swollen knee.
排除标准：
1. 冻伤。
Exclusion criteria：
1. Frostbite.
研究实施时间：
Study execute time：
从 From 2023-06-01 至 To 2024-12-31
征募观察对象时间：
Recruiting time：
从 From 2023-06-10 至 To 2024-06-30
干预措施：
Interventions：
组别：	试验组	样本量：	30
Group：	Cold group	Sample size：	30
干预措施：	冷敷	干预措施代码：
Intervention：	Cold pack	Intervention code：
组别：	对照组	样本量：	28
Group：	Control group	Sample size：	28
干预措施：	休息	干预措施代码：
Intervention：	Rest	Intervention code：
研究实施地点：
Countries of recruitment and research settings：
国家：	中国	省(直辖市)：	浙江	市(区县)：	杭州
Country：	China	Province：	Zhejiang	City：	Hangzhou
单位(医院)：	北山医院	单位级别：	三甲
Institution hospital：	Beishan Hospital	Level of the institution：	Tertiary
测量指标：
Outcomes：
指标中文名：	膝围	指标类型：	主要指标
Outcome：	Knee girth	Type：	Primary indicator
测量时间点：	第7天	测量方法：	卷尺
Measure time point of outcome：	Day 7	Measure method：	Tape
指标中文名：	疼痛	指标类型：	次要指标
Outcome：	Pain	Type：	Secondary indicator
测量时间点：		测量方法：
Measure time point of outcome：		Measure method：
征募研究对象情况：
尚未开始
Recruiting status：
Not yet recruiting
年龄范围：
Participant age：
最小 Min age	18	岁 years
最大 Max age	65	岁 years
性别：
男女均可
Gender：
Both
盲法：
开放
Blinding：
Open label
试验完成后的统计结果：
Calculated Results after the Study Completed：
"""


def first(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
    return values


def test_english_values_come_first_and_chinese_ones_are_a_second_witness() -> None:
    (record,) = read_text(PAGE)
    assert record.source.format == "chictr-text"
    titles = [s.value for s in record.statements if s.field == "brief_title"]
    assert titles == ["Cold packs for swollen knees: a randomized study", "冷敷治疗膝关节肿胀的随机研究"]
    values = first(record)
    assert values["identifiers[0]"] == {"value": "ChiCTR2300099901", "scheme": "chictr", "role": "registry"}
    assert values["lead_sponsor.name"] == "Beishan Hospital"
    assert values["conditions[0]"] == "Knee swelling"


def test_closed_lists_are_read_from_either_language() -> None:
    values = first(read_text(PAGE)[0])
    assert values["overall_status"] == "NOT_YET_RECRUITING"
    assert values["study_type"] == "INTERVENTIONAL"
    assert values["eligibility.sex"] == "ALL"
    assert values["design.allocation"] == "RANDOMIZED"
    assert values["design.masking"] == "NONE"
    assert values["eligibility.maximum_age"] == {"value": "65", "unit": "a"}


def test_groups_are_kept_and_summed() -> None:
    (record,) = read_text(PAGE)
    values = first(record)
    assert [values[f"arms[{n}].size"] for n in (0, 1)] == [30, 28]
    assert values["arms[0].interventions[0]"] == "Cold pack"
    assert values["enrollment.planned"] == 58
    assert "summed" in {note.code for note in record.notes}


def test_outcomes_sites_and_times() -> None:
    values = first(read_text(PAGE)[0])
    assert (values["outcomes[0].level"], values["outcomes[0].time_frame"]) == ("primary", "Day 7")
    assert "outcomes[1].time_frame" not in values
    assert (values["locations[0].facility"], values["locations[0].city"]) == ("Beishan Hospital", "Hangzhou")
    assert values["start_date"]["value"] == "2023-06-01"
    assert values["completion_date"]["value"] == "2024-12-31"


def test_criteria_of_one_language_know_their_places() -> None:
    (record,) = read_text(PAGE)
    (text,) = [s for s in record.statements if s.field == "eligibility.text"]
    assert "膝" not in text.value
    at = text.value.index("Frostbite")
    place = text.place_of(at, at + 9)
    assert place is not None
    assert record.text[place[0] : place[1]] == "Frostbite"


def test_the_same_page_as_html() -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("\t")) + "</tr>"
        for line in PAGE.splitlines()
    )
    (record,) = read_text(f"<html><body><table>{rows}</table></body></html>")
    assert record.source.format == "chictr-html"
    page, text = first(record), first(read_text(PAGE)[0])
    assert {k: v for k, v in page.items() if k != "eligibility.text"} == {
        k: v for k, v in text.items() if k != "eligibility.text"
    }


def test_sizes_by_group_in_one_line() -> None:
    (record,) = read_text(
        "Main ID: ChiCTR2200088801\nPublic title: Heat or rest for sore calves\n"
        "Target sample size: Heat group:30;Control group:28;\nStudy type: Interventional study\n"
        "Intervention(s): Heat group:Heat wrap;Control group:rest;\n"
    )
    values = first(record)
    assert values["enrollment.planned"] == 58
    assert (values["arms[1].label"], values["arms[1].size"]) == ("Control group", 28)
    assert values["arms[0].interventions[0]"] == values["interventions[0].name"] == "Heat wrap"


def test_halves_that_differ_are_both_heard() -> None:
    text = PAGE.replace("男女均可", "女").replace("尚未开始", "结束")
    (record,) = read_text(text)
    said = {
        field: [s.value for s in record.statements if s.field == field]
        for field in ("overall_status", "eligibility.sex", "design.masking")
    }
    assert said["overall_status"] == ["NOT_YET_RECRUITING", "COMPLETED"]
    assert said["eligibility.sex"] == ["ALL", "FEMALE"]
    assert said["design.masking"] == ["NONE", "NONE"]


def test_both_languages_in_one_cell() -> None:
    """The site puts both labels into one cell and both values into the next."""

    def cell(chinese: str, english: str) -> str:
        return f"<td><p class=cn>{chinese}</p><p class=en>{english}</p></td>"

    rows = [
        cell("注册号：", "Registration number:") + cell("", "ChiCTR2300099901"),
        cell("注册题目：", "Public title:") + cell("冷敷治疗膝关节肿胀", "Cold packs for knees"),
        cell("研究疾病：", "Target disease:") + cell("膝关节肿胀", "Knee swelling"),
        cell("征募研究对象情况：", "Recruiting status:") + cell("尚未开始", "Not yet recruiting"),
        cell("纳入标准：", "Inclusion criteria") + cell("1. 膝关节肿胀。", "1. Swollen knee."),
        cell("排除标准：", "Exclusion criteria:") + cell("冻伤", "Frostbite"),
        cell("组别：", "Group:") + cell("试验组", "Cold") + cell("样本量：", "Sample size:") + "<td>30</td>",
        cell("干预措施：", "Intervention:") + cell("冷敷", "Cold pack"),
        cell("年龄范围：", "Participant age:")
        + "<td>最小 Min age<br>最大 Max age</td><td>18<br>65</td><td>岁 years<br>岁 years</td>",
    ]
    (record,) = read_text("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    assert record.source.format == "chictr-html"
    values = first(record)
    assert values["brief_title"] == "Cold packs for knees"
    assert values["conditions[0]"] == "Knee swelling"
    assert values["interventions[0].name"] == "Cold pack"
    assert values["enrollment.planned"] == 30
    assert values["eligibility.minimum_age"] == {"value": "18", "unit": "a"}
    assert values["eligibility.maximum_age"] == {"value": "65", "unit": "a"}
    assert "冻伤" not in values["eligibility.text"]
    assert "Inclusion criteria" in values["eligibility.text"]
    assert "Swollen knee" in values["eligibility.text"]


def test_a_label_without_its_colon_before_a_tab() -> None:
    text = PAGE.replace(
        "排除标准：\n1. 冻伤。\nExclusion criteria：\n1. Frostbite.",
        "排除标准：\t1. 冻伤。\nExclusion criteria\t1. Frostbite.",
    )
    assert text != PAGE
    eligibility = first(read_text(text)[0])["eligibility.text"]
    assert "Frostbite" in eligibility
    assert "冻伤" not in eligibility
