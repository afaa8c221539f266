"""Invented registry records for the tests: one trial of tea, in the shapes that registries give."""

from __future__ import annotations

import json
from typing import Any

TEA: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT09990001",
            "nctIdAliases": ["NCT09990002"],
            "orgStudyIdInfo": {"id": "TEA-7"},
            "secondaryIdInfos": [
                {"id": "2031-001234-11", "type": "EUDRACT_NUMBER"},
                {"id": "R01ZZ000042", "type": "NIH"},
                {"id": "not applicable", "type": "OTHER"},
                {"id": "NCT09990077", "type": "REGISTRY"},
            ],
            "briefTitle": "Nettle Tea in Itchy Aunts",
            "officialTitle": "A Trial of Nettle Tea",
            "acronym": "NETTLE",
        },
        "statusModule": {
            "overallStatus": "UNKNOWN",
            "lastKnownStatus": "ENROLLING_BY_INVITATION",
            "statusVerifiedDate": "2031-04",
            "startDateStruct": {"date": "2030-02", "type": "ACTUAL"},
            "completionDateStruct": {"date": "2032-11-30", "type": "ESTIMATED"},
            "studyFirstPostDateStruct": {"date": "2030-01-09", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": "Moss, Ada", "class": "INDIV"},
            "collaborators": [{"name": "Fern Company", "class": "INDUSTRY"}],
        },
        "descriptionModule": {"briefSummary": "Tea is warm.\\* It may help.", "detailedDescription": ""},
        "conditionsModule": {"conditions": ["Itching", "Itching"], "keywords": ["tea"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["EARLY_PHASE1", "PHASE1"],
            "designInfo": {
                "allocation": "RANDOMIZED",
                "interventionModel": "CROSSOVER",
                "primaryPurpose": "ECT",
                "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT", "OUTCOMES_ASSESSOR"]},
            },
            "enrollmentInfo": {"count": 24, "type": "ESTIMATED"},
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "Tea", "type": "EXPERIMENTAL", "interventionNames": ["Drug: Nettle: dried"]},
                {"label": "Water", "type": "PLACEBO_COMPARATOR", "description": "Two cups \\> nothing"},
            ],
            "interventions": [
                {"type": "DRUG", "name": "Nettle: dried", "armGroupLabels": ["Tea"], "otherNames": ["Urtica"]}
            ],
        },
        "outcomesModule": {
            "primaryOutcomes": [{"measure": "Itch at night", "timeFrame": "6 weeks"}],
            "otherOutcomes": [{"measure": "Mood", "description": "By questionnaire"}],
        },
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n\n* Itch \\>= 4 of 10",
            "healthyVolunteers": False,
            "sex": "FEMALE",
            "minimumAge": "6 Months",
        },
        "contactsLocationsModule": {
            "centralContacts": [{"name": "Tom Reed", "role": "CONTACT", "phone": "555-1", "phoneExt": "9"}],
            "overallOfficials": [{"name": "Ada Moss", "role": "PRINCIPAL_INVESTIGATOR"}],
            "locations": [
                {"facility": "Hill House", "city": "Oldtown", "country": "Norway", "status": "RECRUITING"}
            ],
        },
        "referencesModule": {
            "references": [
                {"pmid": "12345", "type": "RESULT", "citation": "Moss A. Tea. doi: 10.1000/tea.1."},
            ]
        },
    },
    "resultsSection": {
        "participantFlowModule": {
            "groups": [{"id": "FG000", "title": "Tea"}],
            "periods": [
                {
                    "title": "First six weeks",
                    "milestones": [
                        {"type": "STARTED", "achievements": [{"groupId": "FG000", "numSubjects": "12"}]}
                    ],
                }
            ],
        },
        "outcomeMeasuresModule": {
            "outcomeMeasures": [
                {
                    "title": "Itch at night",
                    "paramType": "MEAN",
                    "unitOfMeasure": "points",
                    "groups": [{"id": "OG000", "title": "Tea"}],
                    "classes": [
                        {
                            "categories": [
                                {"measurements": [{"groupId": "OG000", "value": "3.1", "spread": "0.4"}]}
                            ]
                        }
                    ],
                }
            ]
        },
        "adverseEventsModule": {
            "eventGroups": [{"id": "EG000", "title": "Tea", "deathsNumAffected": 0, "deathsNumAtRisk": 12}],
            "otherEvents": [
                {
                    "term": "Yawning",
                    "stats": [{"groupId": "EG000", "numAffected": 2, "numAtRisk": 12, "numEvents": 5}],
                }
            ],
        },
    },
}
TEA_JSON = json.dumps(TEA)

TEA_V1: dict[str, Any] = {
    "Rank": 1,
    "Study": {
        "ProtocolSection": {
            "IdentificationModule": {
                "NCTId": "NCT09990001",
                "OrgStudyIdInfo": {"OrgStudyId": "TEA-7"},
                "BriefTitle": "Nettle Tea in Itchy Aunts",
            },
            "StatusModule": {
                "OverallStatus": "Not yet recruiting",
                "StartDateStruct": {"StartDate": "February 2030", "StartDateType": "Anticipated"},
            },
            "ConditionsModule": {"ConditionList": {"Condition": "Itching"}},
            "DesignModule": {
                "StudyType": "Observational",
                "PhaseList": {"Phase": ["Phase 1", "Phase 2"]},
                "DesignInfo": {"DesignObservationalModelList": {"DesignObservationalModel": ["Cohort"]}},
                "EnrollmentInfo": {"EnrollmentCount": "24", "EnrollmentType": "Anticipated"},
            },
            "ArmsInterventionsModule": {
                "ArmGroupList": {
                    "ArmGroup": [
                        {
                            "ArmGroupLabel": "Tea",
                            "ArmGroupInterventionList": {"ArmGroupInterventionName": ["Drug: Nettle"]},
                        }
                    ]
                }
            },
            "EligibilityModule": {"Gender": "All", "HealthyVolunteers": "Yes", "MinimumAge": "18 Years"},
        }
    },
}

TEA_XML = """<?xml version="1.0" encoding="UTF-8"?>
<clinical_study rank="1">
  <!-- </clinical_study> stands in a comment -->
  <id_info>
    <org_study_id>TEA-7</org_study_id>
    <secondary_id>2031-001234-11</secondary_id>
    <secondary_id>none</secondary_id>
    <nct_id>NCT09990001</nct_id>
    <nct_alias>NCT09990002</nct_alias>
  </id_info>
  <brief_title>Nettle Tea in
     Itchy Aunts</brief_title>
  <sponsors>
    <lead_sponsor><agency>Ada Moss</agency><agency_class>Other</agency_class></lead_sponsor>
    <collaborator><agency>Fern Company</agency><agency_class>Industry</agency_class></collaborator>
  </sponsors>
  <brief_summary>
    <textblock>
      Tea is warm &amp; wet,
      with CD4 &lt; 200.

        -  Second point
    </textblock>
  </brief_summary>
  <overall_status>Unknown status</overall_status>
  <last_known_status>Active, not recruiting</last_known_status>
  <start_date>February 2030</start_date>
  <completion_date type="Anticipated">November 30, 2032</completion_date>
  <phase>Phase 1/Phase 2</phase>
  <study_type>Observational [Patient Registry]</study_type>
  <study_design_info>
    <allocation>Non-Randomized</allocation>
    <masking>Double (Participant, Care Provider)</masking>
    <observational_model>Case-Only</observational_model>
  </study_design_info>
  <primary_outcome><measure>Itch at night</measure><time_frame>6 weeks</time_frame></primary_outcome>
  <enrollment type="Actual">0</enrollment>
  <condition>Itching</condition>
  <arm_group><arm_group_label>Tea</arm_group_label><arm_group_type>Experimental</arm_group_type></arm_group>
  <arm_group><arm_group_label>Water</arm_group_label></arm_group>
  <intervention>
    <intervention_type>Dietary Supplement</intervention_type>
    <intervention_name>Nettle</intervention_name>
    <arm_group_label>Tea</arm_group_label>
    <other_name>Urtica</other_name>
  </intervention>
  <eligibility>
    <criteria><textblock>
        Inclusion Criteria:

          -  Itch
    </textblock></criteria>
    <gender>All</gender><minimum_age>6 Months</minimum_age><maximum_age>N/A</maximum_age>
    <healthy_volunteers>Accepts Healthy Volunteers</healthy_volunteers>
  </eligibility>
  <overall_official><last_name>Ada Moss</last_name><role>Principal Investigator</role></overall_official>
  <overall_contact>
    <last_name>Tom Reed</last_name><phone>555-1</phone><phone_ext>9</phone_ext></overall_contact>
  <location>
    <facility><name>Hill House</name>
      <address><city>Oldtown</city><country>Norway</country></address></facility>
    <status>Recruiting</status>
  </location>
  <results_reference>
    <citation>Moss A. Tea. doi: 10.1000/tea.1.</citation><PMID>12345</PMID></results_reference>
  <clinical_results>
    <reported_events>
      <group_list><group group_id="E1"><title>Tea</title></group></group_list>
      <serious_events><category_list><category><title>Other</title><event_list><event>
        <sub_title>Yawning</sub_title><counts group_id="E1" subjects_affected="2" subjects_at_risk="12"/>
      </event></event_list></category></category_list></serious_events>
    </reported_events>
  </clinical_results>
</clinical_study>
"""
