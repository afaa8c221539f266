"""The labels under which pages of trials put their values, in English and Chinese, whatever the site.

Takes the words of a label, gives the key of what stands under it. Numbers before a label ("E.3", "2.") and
a second language beside it do not matter.
"""

# ruff: noqa: E501  a table of labels

from __future__ import annotations

import re

from trialwright.formats.lines import heading_key

_KEYS = {
    "identifiers": "main id|trial id|nct number|nct id|registration number|registry number|trial registration|"
    "clinicaltrials.gov identifier|clinicaltrials.gov id|registry id|identifier|identifiers|trial registration "
    "number|registry identifier|eudract number|eu ct number|eu trial number|isrctn|isrctn number|anzctr number|"
    "actrn|drks-id|drks id|trial number|register id|registered number|primary registry and trial identifying "
    "number|ctis number|study identifier|trial identifier|unique protocol id|注册号|注册编号|登记号|试验编号",
    "secondary": "secondary id(s)|secondary ids|secondary id|other study id numbers|other ids|other study id|"
    "other study ids|other identifiers|other identifier|secondary identifying numbers|secondary identifiers|"
    "protocol number|protocol id|study id|organization study id|org study id|sponsor's protocol code number|"
    "sponsor protocol number|sponsor protocol code|study subject id|other trial identifiers|utn|"
    "universal trial number|研究课题代号(代码)|在二级注册机构或其它机构的注册号|"
    "the registration number of the partner registry or other register|试验方案编号|protocol code|"
    "protocol/serial number|other id",
    "brief_title": "public title|brief title|title|study title|trial title|title of the study|name of the trial|"
    "title of the trial for lay people|lay title|plain title|注册题目|试验通俗题目|试验题目|题目|"
    "public/brief title|short title",
    "official_title": "scientific title|official title|full title of the trial|full title|title of trial|"
    "scientific name|研究课题的正式科学名称|试验专业题目|正式科学名称|科学题目|official scientific title",
    "acronym": "acronym|english acronym|trial acronym|study acronym|注册题目简写|abbreviation",
    "sponsor": "primary sponsor|lead sponsor|sponsor|name of sponsor|study sponsor|trial sponsor|"
    "sponsor name|sponsor organisation|sponsor organization|responsible party organization|"
    "研究实施负责(组长)单位|研究实施负责（组长）单位|研究实施负责单位|申办者|申办单位|主要申办者|"
    "sponsor/company|sponsored by|information provided by",
    "collaborators": "secondary sponsor(s)|collaborator|collaborators|secondary sponsor|secondary sponsors|"
    "collaborating organisations|合作单位|co-sponsor|co-sponsors",
    "start_date": "date of first enrolment|date of first enrollment|start date|study start|study start date|"
    "date enrolment start|trial start date|study start (actual)|study start (estimated)|recruitment start date|"
    "first enrolment|actual study start date|estimated study start date|start of recruitment|start|开始日期|"
    "date of first participant enrolment|overall study start date|anticipated start date",
    "completion_date": "completion date|study completion|study completion date|end date|trial end date|"
    "results date completed|study completion (actual)|study completion (estimated)|overall study end date|"
    "overall trial end date|actual study completion date|estimated study completion date|end of trial|"
    "study end date|end of study|结束日期|last follow-up date",
    "primary_completion_date": "primary completion date|primary completion|primary completion (actual)|"
    "primary completion (estimated)|actual primary completion date|estimated primary completion date",
    "planned": "target sample size|target enrollment|target enrolment|target recruitment|sample size|planned "
    "enrollment|planned enrolment|estimated enrollment|estimated enrolment|target number of participants|"
    "target size|planned number of participants|anticipated enrollment|number of participants planned|"
    "planned sample size|target recruit count|目标样本量|样本量|样本总量|total sample size|"
    "in the whole clinical trial",
    "actual": "actual enrollment|actual sample size|actual enrolment|number enrolled|total final enrolment|"
    "final sample size|number of participants enrolled|实际样本量",
    "enrollment": "enrollment|enrolment|enrollment (actual)|enrollment (estimated)|enrolment (actual)|"
    "enrolment (estimated)|participants|number of participants|number of subjects",
    "status": "recruitment status|overall study status|overall status|status|trial status|study status|recruiting status|"
    "status of recruitment|current status|征募研究对象情况|招募状态|试验状态|overall trial status|"
    "overall recruitment status",
    "study_type": "study type|type of study|type of trial|trial type|研究类型|试验类型|primary study design",
    "design": "study design|design|trial design|design details|研究设计|试验设计|design of the trial|"
    "secondary study design",
    "phases": "phase|phases|study phase|trial phase|phase of trial|研究所处阶段|试验分期|研究阶段|clinical phase|"
    "development phase",
    "conditions": "health condition(s) or problem(s) studied|condition|conditions|disease|diseases|"
    "health condition|target disease|condition or disease|conditions studied|medical condition|indication|"
    "indications|medical condition(s) being investigated|health condition studied|condition studied|"
    "condition(s)|problem studied|研究疾病|目标疾病|适应症|疾病|conditions or disease|disease or condition",
    "interventions": "intervention(s)|intervention|interventions|treatment|treatments|drug|drugs|"
    "intervention/treatment|intervention or treatment|investigational product|干预措施|study treatment|"
    "interventions studied",
    "arms": "arms and interventions|arms & interventions|arm and interventions|arms|study arms|groups|"
    "treatment arms|arms and groups|arm groups|groups and interventions|study groups|groups/arms|"
    "treatment groups|cohorts|arm",
    "outcomes": "outcome measures|outcomes|endpoints|end points|study outcomes|outcome|what is measured|"
    "what is being measured|outcome measures and time frames|测量指标|结局指标|what the study measures",
    "primary": "primary outcome(s)|primary outcome|primary outcomes|primary endpoint|primary outcome measure|"
    "primary outcome measures|primary endpoints|primary end point(s)|primary end points|主要指标|主要结局指标|"
    "main outcome|main outcomes",
    "secondary_outcomes": "secondary outcome(s)|secondary outcome|secondary outcomes|secondary endpoint|"
    "key secondary outcomes|secondary outcome measure|secondary outcome measures|secondary endpoints|"
    "secondary end point(s)|secondary end points|次要指标|次要结局指标|key secondary endpoints",
    "other_outcomes": "other outcome(s)|other outcome measures|other outcomes|other pre-specified outcomes|"
    "other pre-specified outcome measures|other endpoints|附加指标",
    "eligibility": "key inclusion & exclusion criteria|key inclusion and exclusion criteria|"
    "eligibility criteria|eligibility|criteria|who can take part|who can participate|who can join|"
    "participation criteria|who may take part|inclusion and exclusion criteria|participant eligibility|"
    "recruitment & eligibility|eligibility and recruitment|can i take part|入选和排除标准|participants' "
    "eligibility|who is it for|trial participants",
    "inclusion": "inclusion criteria|key inclusion criteria|participant inclusion criteria|principal inclusion "
    "criteria|main inclusion criteria|inclusion|纳入标准|入选标准|入组标准|inclusion criterion",
    "exclusion": "exclusion criteria|key exclusion criteria|participant exclusion criteria|principal exclusion "
    "criteria|main exclusion criteria|exclusion|排除标准|exclusion criterion",
    "minimum_age": "age minimum|minimum age|lower age limit|min age|minimum age limit|最小年龄|youngest age",
    "maximum_age": "age maximum|maximum age|upper age limit|max age|maximum age limit|最大年龄|oldest age",
    "ages": "ages|age|ages eligible for study|participant age|participant ages|age range|age limits|年龄范围|年龄|"
    "age group|eligible ages",
    "sex": "gender|sex|sexes eligible for study|participant gender|genders|participant sex|sexes|性别|"
    "genders eligible for study|gender eligibility|eligible sex",
    "volunteers": "healthy volunteers|accepts healthy volunteers|healthy volunteers allowed|"
    "healthy volunteers accepted|accept healthy volunteers|volunteers|是否接受健康志愿者",
    "summary": "brief summary|summary|plain english summary|study summary|lay summary|overview|abstract|"
    "trial summary|about this study|about the study|about this trial|study overview|what the study is about|"
    "summary of the study|purpose of the study",
    "description": "detailed description|description|full description|study description|details of the study",
    "objective": "objective|objectives|objectives of study|main objective|main objective of the trial|研究目的|"
    "study objective|aim|aims|objectives of the study",
    "keywords": "keywords|key words|keyword|关键词",
    "allocation": "allocation|allocation to intervention|随机分组|method of allocation",
    "masking": "masking|blinding|blinding/masking|masking/blinding|盲法",
    "model": "intervention model|interventional model|study design model|assignment|intervention assignment",
    "purpose": "primary purpose|purpose|main purpose|trial purpose|purpose of the trial",
    "locations": "locations|sites|trial locations|study locations|location|study sites|where|trial sites|"
    "recruitment sites|centres|centers|participating centres|participating centers|study location|"
    "countries of recruitment and research settings|研究实施地点|contacts and locations|study site|where it runs|"
    "recruiting centres|trial centres",
    "contacts": "contact|contacts|central contact|central contacts|study contact|contact details|"
    "contact information|contacts for the study|public contact|scientific contact|联系人",
    "publications": "publications|references|citations|publication|results publications|"
    "publication list|related publications|literature",
    "first_posted": "first posted|first posted date|study first posted|date of registration|registration date|"
    "date registered|注册时间",
    "last_posted": "last update posted|last posted date|last updated|last update|date of last refreshed on|"
    "last refreshed on|最近更新日期",
    "posted": "first submitted|prospective registration",
    "nothing": "results|url|register|countries of recruitment|related trials|related news|"
    "more information|additional information|links|documents|study documents|ethics approval|ethics|"
    "registration status|注册号状态|sponsors|similar trials|share this|study results|"
    "sponsors and collaborators|organisations|study details|trial details|details|study plan|"
    "ethics committee|funding|sources of funding|source(s) of funding|经费或物资来源|study record dates|"
    "terms related to this study|investigators|responsible party|glossary|ipd sharing|"
    "countries|country|number of sites|how to take part|next steps|background|key dates|dates",
}
LABELS: dict[str, str] = {label: key for key, labels in _KEYS.items() for label in labels.split("|")}

_CODE = re.compile(
    r"^(?:[A-Z]\.\d{1,2}(?:\.\d{1,3}){0,5}\.?|\d{1,2}(?:\.\d{1,2}){0,3}[.)]|[•*#\-–]+)\s+(?=\S)"
)
_HAN_PART = re.compile(r"^([^A-Za-z]*[\u3400-\u9fff][^A-Za-z]*?)[\s:：/]*([A-Za-z].*)?$")
_LONGEST = 100


def key_of(words: str) -> str | None:
    """The key of a label, or None where the words are no known label.

    >>> key_of("Primary Sponsor:"), key_of("E.3 Principal inclusion criteria"), key_of("性别 Gender")
    ('sponsor', 'inclusion', 'sex')
    """
    if len(words) > _LONGEST or not words:
        return None
    plain = re.sub(r" ?/ ?", "/", heading_key(words.rstrip("*: ：")).strip("*? ？"))
    if plain in LABELS:
        return LABELS[plain]
    if code := _CODE.match(words):
        return key_of(words[code.end() :])
    if (both := _HAN_PART.match(words)) and both[2]:
        return LABELS.get(heading_key(both[1])) or LABELS.get(heading_key(both[2]).strip("? "))
    return None
