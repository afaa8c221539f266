"""Invented trials on the kinds of pages that readers know; nothing here was copied from anywhere."""

# ruff: noqa: E501, W293  pages look as they look

KEYLINE = """Overview

Zelomab for Night Cramps in Patients With Restless Calf Syndrome

Status:
Active, not recruiting
Trial end date:
2031-04-01
Target enrollment:
0
Participant gender:
Female
Summary
Cramps keep people awake.
Phase:
Phase 2/Phase 3
Accepts Healthy Volunteers?
No
Details
Lead Sponsor:
Ingrid Vass
Collaborator:
Northport General Hospital
Criteria
Inclusion Criteria:

1. Status:
walks unaided

2. aged 20 to 60 years

Exclusion Criteria:

1. pregnancy
© Copyright 2031 Somebody
"""

MEDPATH = """MedPath

Comparing Two Ways to Cool a Knee

Phase 2
Conditions
Knee Swelling
Interventions
Device: Ice cuff
Other: Rest
Registration Number
NCT09999901
Lead Sponsor
Westmoor University
Brief Summary

The knees are cooled.

Detailed Description

Not available

Recruitment & Eligibility

Status
RECRUITING
Sex
All
Target Recruitment
48
Inclusion Criteria
  • Aged 21-70 years
  • One swollen knee
Exclusion Criteria
  • Frostbite

Study & Design

Study Type
INTERVENTIONAL
Study Design
CROSSOVER
Arm && Interventions
GroupInterventionDescription
CoolingIce cuffThe cuff is worn for an hour. CD4 cells are counted.
CoolingRestThe cuff is worn for an hour. CD4 cells are counted.
RestRestLegs up.
Primary Outcome Measures
NameTimeMethod
Girth of the knee6 hours

Measured with a tape \\[in mm\\]

Secondary Outcome Measures
NameTimeMethod
Pain at rest at 2 daysUp to 2 days
Change of CD47 days
Wish to stopone year after the end

Trial Locations

Locations (2)

Ada Brandt

🇳🇴

Bergen, Vestland, Norway

Seoul Knee Clinic

🇰🇷

Seoul, Korea, Republic of

© Copyright 2031. All Rights Reserved by MedPath
"""

VEEVA = """ClinicalTrials.Veeva

Menu

Singing Against Snoring

M

Marlow Institute

Status and phase

Completed
Phase 1

Conditions

Snoring

Treatments

Behavioral: Choir
Other: Reading aloud

Study type

Interventional

Funder types

Industry

Identifiers

NCT09999902
2030-001234-11
SNG-7
none

Details and patient eligibility

About

Does singing help? People are allotted 6 in each group.

Enrollment

12 patients

Sex

Male

Ages

18+ years old

Volunteers

Accepts Healthy Volunteers

Inclusion criteria

  1. Snores.

Exclusion criteria

  1. Deaf.

Trial design

Primary purpose

Prevention

Allocation

Randomized

Interventional model

Parallel Assignment

Masking

Double Blind (Participant, Investigator)

12 participants in 2 patient groups

Singers
Experimental group
Description:
One song a day
Treatment:
Behavioral: Choir
Readers
Active Comparator group
Treatment:
Other: Reading aloud

Trial contacts and locations

1

Loading...

Central trial contact

Olaf Meer, MD; Nora Quist

Data sourced from clinicaltrials.gov

Trials by location
© Copyright 2031
"""

TEXTBLOCK = """
    
      The purpose of this study is to find out the safety of warm quince extract therapy (WQT) for
      people with chronic hiccup disorder. 16 patients will receive it by mouth. They are assigned at
      random to morning or evening.
    
  """

ABSTRACT = """Department of Odd Symptoms, Northport.
J Odd Med. 2030 Mar 9;12(3):45-51. doi: 10.9999/jom.2030.0007.
Hiccups last long in some patients with chronic hiccup disorder, and little is known about the help that marrow-cell infusions could bring.
A total of 20 patients were enrolled in this phase 1/2 double-blind randomized controlled trial; 12 were assigned to marrow-cell infusions and 8 to saline (control).
Hiccups stopped in 75 % against 25 % (P = .02). No patient choked.
The infusions may help (ClinicalTrials.gov identifier: NCT09999903), unlike the older trial NCT09999904.
一些慢性打嗝患者的打嗝持续很久，目前对骨髓细胞输注能带来什么帮助所知甚少。
共纳入20名患者参与这项1/2期、双盲、随机对照试验;12名患者接受骨髓细胞输注,8名对照患者接受生理盐水治疗。
打嗝停止的比例为75%对25%(P = .02)。
该疗法可能有帮助(临床试验注册号:NCT09999903)。
"""

LABELLED = """Main ID:\tISRCTN12345678
Public title:\tWool Socks for Cold Feet
Primary sponsor:\tNorthport General Hospital
Date of first enrolment:\t3 March 2029
Target sample size:\t75
Recruitment status:\tNot Recruiting
Study design:\tAllocation: Randomized. Masking: Double (Participant, Investigator)
Phase:\tN/A
Condition:\tCold feet; Blue toes
Intervention(s):\tDevice: Wool socks; Other: Cotton socks
Key inclusion & exclusion criteria:\tInclusion Criteria:
- Age: over six
- cold feet
Age minimum:\t6 Years
Age maximum:\tno limit
Gender:\tBoth
"""

PLAIN = """A Trial of Whistling in Patients With Dry Throat

Registered as NCT09999905 and paid for by the county.

We will include 34 patients with dry throat syndrome in a single-blind study, which starts in June 2031.

Inclusion Criteria
- dry throat
- aged 30 to 50 years
Exclusion Criteria
- toothache

Contacts
Ask at the desk.
"""
