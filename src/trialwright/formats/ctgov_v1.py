"""The retired answers of ClinicalTrials.gov (`FullStudiesResponse`), brought into the shape of version 2.

Takes one study in the old shape, gives the new shape and, for every pointer into that, the pointer into the
old one. Names of the old shape are unique, so one table says what each is called today.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Node = Mapping[str, Any]

_NAMES_TODAY = """
ProtocolSection protocolSection | ResultsSection resultsSection | IdentificationModule identificationModule
StatusModule statusModule | SponsorCollaboratorsModule sponsorCollaboratorsModule
DescriptionModule descriptionModule | ConditionsModule conditionsModule | DesignModule designModule
ArmsInterventionsModule armsInterventionsModule | OutcomesModule outcomesModule
EligibilityModule eligibilityModule | ContactsLocationsModule contactsLocationsModule
ReferencesModule referencesModule | ParticipantFlowModule participantFlowModule
BaselineCharacteristicsModule baselineCharacteristicsModule | OutcomeMeasuresModule outcomeMeasuresModule
AdverseEventsModule adverseEventsModule
NCTId nctId | NCTIdAliasList nctIdAliases | OrgStudyIdInfo orgStudyIdInfo | OrgStudyId id
OrgStudyIdType type
SecondaryIdInfoList secondaryIdInfos | SecondaryId id | SecondaryIdType type
BriefTitle briefTitle | OfficialTitle officialTitle | Acronym acronym
OverallStatus overallStatus | LastKnownStatus lastKnownStatus | WhyStopped whyStopped
StatusVerifiedDate statusVerifiedDate | StartDateStruct startDateStruct | StartDate date | StartDateType type
PrimaryCompletionDateStruct primaryCompletionDateStruct | PrimaryCompletionDate date
PrimaryCompletionDateType type | CompletionDateStruct completionDateStruct | CompletionDate date
CompletionDateType type | StudyFirstPostDateStruct studyFirstPostDateStruct | StudyFirstPostDate date
StudyFirstPostDateType type | ResultsFirstPostDateStruct resultsFirstPostDateStruct
ResultsFirstPostDate date | ResultsFirstPostDateType type | LastUpdatePostDateStruct lastUpdatePostDateStruct
LastUpdatePostDate date | LastUpdatePostDateType type
LeadSponsor leadSponsor | LeadSponsorName name | LeadSponsorClass class | CollaboratorList collaborators
CollaboratorName name | CollaboratorClass class | BriefSummary briefSummary
DetailedDescription detailedDescription | ConditionList conditions | KeywordList keywords
StudyType studyType | PhaseList phases | DesignInfo designInfo | DesignAllocation allocation
DesignInterventionModel interventionModel | DesignPrimaryPurpose primaryPurpose
DesignObservationalModelList observationalModel | DesignTimePerspectiveList timePerspective
DesignMaskingInfo maskingInfo | DesignMasking masking | DesignWhoMaskedList whoMasked
EnrollmentInfo enrollmentInfo | EnrollmentCount count | EnrollmentType type
ArmGroupList armGroups | ArmGroupLabel label | ArmGroupType type | ArmGroupDescription description
ArmGroupInterventionList interventionNames | InterventionList interventions | InterventionType type
InterventionName name | InterventionDescription description | InterventionOtherNameList otherNames
PrimaryOutcomeList primaryOutcomes | PrimaryOutcomeMeasure measure | PrimaryOutcomeDescription description
PrimaryOutcomeTimeFrame timeFrame | SecondaryOutcomeList secondaryOutcomes | SecondaryOutcomeMeasure measure
SecondaryOutcomeDescription description | SecondaryOutcomeTimeFrame timeFrame
OtherOutcomeList otherOutcomes | OtherOutcomeMeasure measure | OtherOutcomeDescription description
OtherOutcomeTimeFrame timeFrame | EligibilityCriteria eligibilityCriteria | Gender sex
MinimumAge minimumAge | MaximumAge maximumAge | HealthyVolunteers healthyVolunteers
CentralContactList centralContacts | CentralContactName name | CentralContactRole role
CentralContactPhone phone | CentralContactPhoneExt phoneExt | CentralContactEMail email
OverallOfficialList overallOfficials | OverallOfficialName name | OverallOfficialRole role
OverallOfficialAffiliation affiliation | LocationList locations | LocationFacility facility
LocationCity city | LocationState state | LocationCountry country | LocationStatus status
ReferenceList references | ReferencePMID pmid | ReferenceCitation citation | ReferenceType type
FlowGroupList groups | FlowGroupId id | FlowGroupTitle title | FlowPeriodList periods
FlowPeriodTitle title | FlowMilestoneList milestones | FlowMilestoneType type
FlowAchievementList achievements | FlowAchievementGroupId groupId | FlowAchievementNumSubjects numSubjects
FlowDropWithdrawList dropWithdraws | FlowDropWithdrawType type | FlowReasonList reasons
FlowReasonGroupId groupId | FlowReasonNumSubjects numSubjects
BaselineGroupList groups | BaselineGroupId id | BaselineGroupTitle title | BaselineMeasureList measures
BaselineMeasureTitle title | BaselineMeasureParamType paramType | BaselineMeasureUnitOfMeasure unitOfMeasure
BaselineClassList classes | BaselineClassTitle title | BaselineCategoryList categories
BaselineCategoryTitle title | BaselineMeasurementList measurements | BaselineMeasurementGroupId groupId
BaselineMeasurementValue value | BaselineMeasurementSpread spread
BaselineMeasurementLowerLimit lowerLimit | BaselineMeasurementUpperLimit upperLimit
OutcomeMeasureList outcomeMeasures | OutcomeMeasureTitle title | OutcomeMeasureParamType paramType
OutcomeMeasureUnitOfMeasure unitOfMeasure | OutcomeGroupList groups | OutcomeGroupId id
OutcomeGroupTitle title | OutcomeClassList classes | OutcomeClassTitle title
OutcomeCategoryList categories | OutcomeCategoryTitle title | OutcomeMeasurementList measurements
OutcomeMeasurementGroupId groupId | OutcomeMeasurementValue value | OutcomeMeasurementSpread spread
OutcomeMeasurementLowerLimit lowerLimit | OutcomeMeasurementUpperLimit upperLimit
OutcomeAnalysisList analyses | OutcomeAnalysisStatisticalMethod statisticalMethod
OutcomeAnalysisParamType paramType | OutcomeAnalysisParamValue paramValue | OutcomeAnalysisPValue pValue
OutcomeAnalysisCILowerLimit ciLowerLimit | OutcomeAnalysisCIUpperLimit ciUpperLimit
EventGroupList eventGroups | EventGroupId id | EventGroupTitle title
EventGroupDeathsNumAffected deathsNumAffected | EventGroupDeathsNumAtRisk deathsNumAtRisk
EventGroupSeriousNumAffected seriousNumAffected | EventGroupSeriousNumAtRisk seriousNumAtRisk
EventGroupOtherNumAffected otherNumAffected | EventGroupOtherNumAtRisk otherNumAtRisk
SeriousEventList seriousEvents | SeriousEventTerm term | SeriousEventStatsList stats
SeriousEventStatsGroupId groupId | SeriousEventStatsNumAffected numAffected
SeriousEventStatsNumAtRisk numAtRisk | SeriousEventStatsNumEvents numEvents
OtherEventList otherEvents | OtherEventTerm term | OtherEventStatsList stats
OtherEventStatsGroupId groupId | OtherEventStatsNumAffected numAffected
OtherEventStatsNumAtRisk numAtRisk | OtherEventStatsNumEvents numEvents
"""
_TODAY = dict(pair.split() for pair in _NAMES_TODAY.strip().replace("\n", " | ").split(" | "))
# Lists of the old shape that hold one word in the new one.
_SINGLE = frozenset({"observationalModel", "timePerspective"})


def study_of(node: Node) -> tuple[Node, str] | None:
    """The study in the old shape and the pointer to it; None where the object is something else."""
    at = ""
    answer = node.get("FullStudiesResponse")
    if isinstance(answer, dict):
        studies = answer.get("FullStudies")
        if not isinstance(studies, list) or len(studies) != 1 or not isinstance(studies[0], dict):
            return None
        node, at = studies[0], "/FullStudiesResponse/FullStudies/0"
    study = node.get("Study")
    if isinstance(study, dict):
        node, at = study, f"{at}/Study"
    return (node, at) if "ProtocolSection" in node else None


def to_version_2(study: Node, at: str = "") -> tuple[Node, dict[str, str]]:
    """The study in the new shape, and the old pointer of each new one."""
    places: dict[str, str] = {}
    return _object(study, at, "", places), places


def _object(node: Node, old: str, new: str, places: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in node.items():
        today = _TODAY.get(name)
        if today is None:
            continue
        there, here = f"{old}/{name}", f"{new}/{today}"
        if name.endswith("List"):
            found[today] = [
                _item(item, place, f"{here}/{number}", places)
                for number, (item, place) in enumerate(_items(value, there))
            ]
            if today in _SINGLE and found[today]:
                found[today] = found[today][0]
                there = places[f"{here}/0"]
        else:
            found[today] = _item(value, there, here, places)
        places[here] = there
    return found


def _items(value: Any, at: str) -> list[tuple[Any, str]]:
    """The members of `{"ArmGroup": [...]}`, each with its pointer; a list of one may be its member itself."""
    if isinstance(value, dict) and len(value) == 1:
        name, value = next(iter(value.items()))
        at = f"{at}/{name}"
        if not isinstance(value, list):
            return [(value, at)]
    return [(item, f"{at}/{n}") for n, item in enumerate(value)] if isinstance(value, list) else []


def _item(value: Any, old: str, new: str, places: dict[str, str]) -> Any:
    places[new] = old
    return _object(value, old, new, places) if isinstance(value, dict) else value
