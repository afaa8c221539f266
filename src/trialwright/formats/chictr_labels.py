"""The labels of the Chinese Clinical Trial Registry's pages, each in Chinese and English.

Gives the key of what stands under a label; the spellings, slips included, are those of the site.
"""

# ruff: noqa: E501  a table of labels

from __future__ import annotations

KEYS = {
    "id": "注册号|Registration number",
    "brief_title": "注册题目|Public title",
    "acronym": "注册题目简写|English Acronym",
    "official_title": "研究课题的正式科学名称|研究课题的正式科学名称(中文)|Scientific title",
    "secondary": "研究课题代号(代码)|Study subject ID|在二级注册机构或其它机构的注册号|"
    "The registration number of the Partner Registry or other register",
    "applicant": "申请注册联系人|Applicant",
    "leader": "研究负责人|Study leader",
    "sponsor": "研究实施负责(组长)单位|Primary sponsor",
    "other_sponsor": "试验主办单位(项目批准或申办者)|试验主办单位|Secondary sponsor",
    "funding": "经费或物资来源|Source(s) of funding",
    "conditions": "研究疾病|Target disease",
    "study_type": "研究类型|Study type",
    "design": "研究设计|Study design",
    "phases": "研究所处阶段|Study phase",
    "objective": "研究目的|Objectives of Study",
    "inclusion": "纳入标准|Inclusion criteria",
    "exclusion": "排除标准|Exclusion criteria",
    "executed": "研究实施时间|Study execute time",
    "recruiting": "征募观察对象时间|Recruiting time",
    "arms": "干预措施|Interventions",
    "group": "组别|Group",
    "size": "样本量|Sample size",
    "given": "干预措施|Intervention",
    "total": "样本总量|Total sample size|Total Sample size",
    "settings": "研究实施地点|Countries of recruitment and research settings",
    "country": "国家|Country",
    "province": "省(直辖市)|Province",
    "city": "市(区县)|City",
    "institution": "单位(医院)|Institution hospital|Institution/hospital|Institution",
    "outcomes": "测量指标|Outcomes",
    "outcome": "指标中文名|Outcome",
    "level": "指标类型|Type",
    "when": "测量时间点|Measure time point of outcome",
    "how": "测量方法|Measure method",
    "status": "征募研究对象情况|Recruiting status",
    "ages": "年龄范围|Participant age",
    "sex": "性别|Gender",
    "masking": "盲法|Blinding",
    "refreshed": "最近更新日期|Date of Last Refreshed on",
    "registered": "注册时间|Date of Registration",
    "other": "注册号状态|Registration Status|"
    "申请注册联系人电话|Applicant telephone|研究负责人电话|Study leader's telephone|申请注册联系人传真|"
    "Applicant Fax|研究负责人传真|Study leader's fax|申请注册联系人电子邮件|Applicant E-mail|"
    "研究负责人电子邮件|Study leader's E-mail|申请单位网址(自愿提供)|Applicant website(voluntary supply)|"
    "研究负责人网址(自愿提供)|Study leader's website(voluntary supply)|申请注册联系人通讯地址|"
    "Applicant address|研究负责人通讯地址|Study leader's address|申请注册联系人邮政编码|Applicant postcode|"
    "研究负责人邮政编码|Study leader's postcode|申请人所在单位|Applicant's institution|研究负责人所在单位|"
    "Affiliation of the Leader|是否获伦理委员会批准|Approved by ethic committee|伦理委员会批件文号|"
    "Approved No. of ethic committee|批准本研究的伦理委员会名称|Name of the ethic committee|伦理委员会批准日期|"
    "Date of approved by ethic committee|研究实施负责(组长)单位地址|Primary sponsor's address|具体地址|Address|"
    "研究疾病代码|Target disease code|药物成份或治疗方案详述|Description for medicine or protocol of treatment in "
    "detail|干预措施代码|Intervention code|单位级别|Level of the institution|采集人体标本|"
    "Collecting sample(s) from participants|标本中文名|Sample Name|组织|Tissue|人体标本去向|Fate of sample|说明|"
    "Note|随机方法(请说明由何人用什么方法产生随机序列)|随机方法|Randomization Procedure (please state who "
    "generates the random number sequence and by what method)|Randomization Procedure|"
    "试验完成后的统计结果|Calculated Results after the Study Completed|是否共享原始数据|IPD sharing|"
    "共享原始数据的方式|The way of sharing IPD|数据采集和管理|Data collection and Management|数据管理委员会|"
    "Data Managemen Committee|Data Management Committee|研究计划书或研究结果报告发表信息|Publication information "
    "of the protocol/research results report|伦理委员会联系人|Contact Name of the ethic committee",
}
