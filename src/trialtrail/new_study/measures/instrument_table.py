"""Questionnaires and scales by name: how many items each has, and which answers they take.

Counts and ranges are those of the published forms, by the usual coding of each. What is listed is
recognised and named; it is scored only where `scored` names an instrument of the configuration
(`src/trialtrail/derive/instruments/`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Listed:
    """An instrument of items.

    Attributes:
        id: a name for it.
        label: what it is called.
        names: patterns of what stands before the number of an item, plain and without separators.
        count: how many items it has.
        low: the least answer.
        high: the greatest answer of any item.
        total: whether its score is the sum of its items as they stand, so that the instrument
            `total` of the configuration computes it.
        parts: name of each part of the form -> its number of items, where they are numbered apart.
    """

    id: str
    label: str
    names: tuple[str, ...]
    count: int
    low: int
    high: int
    total: bool = False
    parts: tuple[tuple[str, int], ...] = ()


TABLE: tuple[Listed, ...] = (
    Listed("phq9", "Patient Health Questionnaire (PHQ-9)", ("phq9?",), 9, 0, 3, total=True),
    Listed("phq8", "Patient Health Questionnaire (PHQ-8)", ("phq8",), 8, 0, 3, total=True),
    Listed("phq2", "Patient Health Questionnaire (PHQ-2)", ("phq2",), 2, 0, 3, total=True),
    Listed("phq15", "Patient Health Questionnaire (PHQ-15)", ("phq15",), 15, 0, 2, total=True),
    Listed("gad7", "Generalised Anxiety Disorder scale (GAD-7)", ("gad7?",), 7, 0, 3, total=True),
    Listed("gad2", "Generalised Anxiety Disorder scale (GAD-2)", ("gad2",), 2, 0, 3, total=True),
    Listed(
        "hads",
        "Hospital Anxiety and Depression Scale (HADS)",
        ("hads?", "hadsd?"),
        14,
        0,
        3,
        parts=(("a", 7), ("d", 7)),
    ),
    Listed("epds", "Edinburgh depression scale (EPDS)", ("epds",), 10, 0, 3),
    Listed("who5", "WHO-5 Well-Being Index", ("who5", "whofive"), 5, 0, 5, total=True),
    Listed("barthel", "Barthel Index", ("barthel", "adlbarthel", "bi"), 10, 0, 15, total=True),
    Listed(
        "audit",
        "Alcohol Use Disorders Identification Test (AUDIT)",
        ("audit",),
        10,
        0,
        4,
        total=True,
    ),
    Listed("audit_c", "AUDIT-C", ("auditc",), 3, 0, 4, total=True),
    Listed("pss10", "Perceived Stress Scale (PSS-10)", ("pss(?:10)?",), 10, 0, 4),
    Listed("pss4", "Perceived Stress Scale (PSS-4)", ("pss4",), 4, 0, 4),
    Listed("pss14", "Perceived Stress Scale (PSS-14)", ("pss14",), 14, 0, 4),
    Listed("mmse", "Mini-Mental State Examination (MMSE)", ("mmse?",), 30, 0, 1, total=True),
    Listed(
        "bdi",
        "Beck Depression Inventory (BDI)",
        ("bdi", "bdiii", "bdi2", "bdi1"),
        21,
        0,
        3,
        total=True,
    ),
    Listed("bai", "Beck Anxiety Inventory (BAI)", ("bai",), 21, 0, 3, total=True),
    Listed("ces_d", "CES-D depression scale", ("cesd(?:20)?", "adsl?"), 20, 0, 3),
    Listed("ces_d10", "CES-D depression scale, short form", ("cesd10",), 10, 0, 3),
    Listed("dass21", "Depression Anxiety Stress Scales (DASS-21)", ("dass(?:21)?",), 21, 0, 3),
    Listed("dass42", "Depression Anxiety Stress Scales (DASS-42)", ("dass42",), 42, 0, 3),
    Listed("k10", "Kessler scale (K10)", ("k10", "kessler(?:10)?"), 10, 1, 5, total=True),
    Listed("k6", "Kessler scale (K6)", ("k6", "kessler6"), 6, 0, 4, total=True),
    Listed("ghq12", "General Health Questionnaire (GHQ-12)", ("ghq(?:12)?",), 12, 0, 3),
    Listed("ghq28", "General Health Questionnaire (GHQ-28)", ("ghq28",), 28, 0, 3),
    Listed("stai_s", "State-Trait Anxiety Inventory, state", ("stais", "staistate"), 20, 1, 4),
    Listed("stai_t", "State-Trait Anxiety Inventory, trait", ("stait", "staitrait"), 20, 1, 4),
    Listed("stai", "State-Trait Anxiety Inventory (STAI)", ("stai",), 40, 1, 4),
    Listed("panas", "Positive and Negative Affect Schedule (PANAS)", ("panas",), 20, 1, 5),
    Listed("swls", "Satisfaction with Life Scale (SWLS)", ("swls",), 5, 1, 7, total=True),
    Listed("rses", "Rosenberg Self-Esteem Scale (RSES)", ("rses", "rosenberg"), 10, 1, 4),
    Listed("gse", "GSE", ("gse",), 10, 1, 4, total=True),
    Listed("isi", "Insomnia Severity Index (ISI)", ("isi",), 7, 0, 4, total=True),
    Listed("epworth", "Epworth Sleepiness Scale (ESS)", ("ess", "epworth"), 8, 0, 3, total=True),
    Listed("fss", "Fatigue Severity Scale (FSS)", ("fss",), 9, 1, 7),
    Listed("mfi20", "Multidimensional Fatigue Inventory (MFI-20)", ("mfi(?:20)?",), 20, 1, 5),
    Listed("facit_f", "FACIT-Fatigue", ("facitf?", "facitfatigue"), 13, 0, 4),
    Listed("qlq_c30", "EORTC QLQ-C30", ("qlqc30", "eortc(?:qlq)?(?:c30)?", "c30"), 30, 1, 7),
    Listed("sf12", "SF-12 Health Survey", ("sf12(?:v[12])?",), 12, 1, 6),
    Listed("womac", "WOMAC osteoarthritis index", ("womac",), 24, 0, 4, total=True),
    Listed("koos", "KOOS", ("koos",), 42, 0, 4),
    Listed("dash", "DASH", ("dash",), 30, 1, 5),
    Listed("quickdash", "QuickDASH", ("qdash", "quickdash"), 11, 1, 5),
    Listed("odi", "Oswestry Disability Index (ODI)", ("odi", "oswestry"), 10, 0, 5),
    Listed("ndi", "Neck Disability Index (NDI)", ("ndi",), 10, 0, 5, total=True),
    Listed("rmdq", "Roland Morris questionnaire", ("rmdq", "rolandmorris"), 24, 0, 1, total=True),
    Listed("haq", "Health Assessment Questionnaire (HAQ)", ("haq(?:di)?",), 20, 0, 3),
    Listed("bpi", "Brief Pain Inventory (BPI)", ("bpi",), 11, 0, 10),
    Listed(
        "katz", "Katz index of activities of daily living", ("katz", "katzadl"), 6, 0, 1, total=True
    ),
    Listed("iadl", "Lawton scale (IADL)", ("iadl", "lawton"), 8, 0, 1, total=True),
    Listed("gds15", "Geriatric Depression Scale (GDS-15)", ("gds(?:15)?",), 15, 0, 1),
    Listed("gds30", "Geriatric Depression Scale (GDS-30)", ("gds30",), 30, 0, 1),
    Listed("ipss", "International Prostate Symptom Score", ("ipss",), 7, 0, 5, total=True),
    Listed("mspss", "Scale of Perceived Social Support (MSPSS)", ("mspss",), 12, 1, 7),
    Listed("cd_risc", "Connor-Davidson Resilience Scale", ("cdrisc(?:25)?",), 25, 0, 4, total=True),
    Listed(
        "cd_risc10",
        "Connor-Davidson Resilience Scale, 10 items",
        ("cdrisc10",),
        10,
        0,
        4,
        total=True,
    ),
    Listed("brs", "Brief Resilience Scale (BRS)", ("brs",), 6, 1, 5),
    Listed("ies_r", "Impact of Event Scale, revised", ("iesr",), 22, 0, 4, total=True),
    Listed("pcl5", "PTSD Checklist (PCL-5)", ("pcl5?",), 20, 0, 4, total=True),
    Listed(
        "hamd17",
        "Hamilton Depression Rating Scale",
        ("ham?d(?:17)?", "hdrs(?:17)?"),
        17,
        0,
        4,
        total=True,
    ),
    Listed("hama", "Hamilton Anxiety Rating Scale", ("hama", "hars"), 14, 0, 4, total=True),
    Listed("madrs", "Montgomery-Asberg scale (MADRS)", ("madrs",), 10, 0, 6, total=True),
    Listed("panss", "Positive and Negative Syndrome Scale", ("panss",), 30, 1, 7, total=True),
    Listed("ymrs", "Young Mania Rating Scale", ("ymrs",), 11, 0, 8, total=True),
    Listed("copd_cat", "COPD Assessment Test (CAT)", ("cat", "copdcat"), 8, 0, 5, total=True),
    Listed("asthma_act", "ACT (asthma)", ("act", "asthmaact"), 5, 1, 5, total=True),
    Listed("dlqi", "Dermatology Life Quality Index (DLQI)", ("dlqi",), 10, 0, 3, total=True),
    Listed("tas20", "Toronto Alexithymia Scale", ("tas(?:20)?",), 20, 1, 5),
    Listed("ftnd", "Fagerstrom test (FTND)", ("ftnd", "fagerstrom"), 6, 0, 3, total=True),
    Listed("sdq", "Strengths and Difficulties Questionnaire (SDQ)", ("sdq",), 25, 0, 2),
    Listed("psi_sf", "Parenting Stress Index, short form", ("psi(?:sf)?",), 36, 1, 5),
    Listed("kidscreen10", "KIDSCREEN-10", ("kidscreen(?:10)?", "ks10"), 10, 1, 5),
    Listed("pedsql", "PedsQL", ("pedsql",), 23, 0, 4),
    Listed("oks", "Oxford Knee Score", ("oks",), 12, 0, 4, total=True),
    Listed("ohs", "Oxford Hip Score", ("ohs",), 12, 0, 4, total=True),
    Listed("lot_r", "Life Orientation Test, revised", ("lotr?",), 10, 0, 4),
    Listed("mbi", "Maslach Burnout Inventory", ("mbi",), 22, 0, 6),
    Listed("uwes9", "Utrecht Work Engagement Scale", ("uwes(?:9)?",), 9, 0, 6),
    Listed("ucla", "UCLA Loneliness Scale", ("ucla",), 20, 1, 4),
    Listed("brief_cope", "Brief COPE", ("briefcope", "bcope"), 28, 1, 4),
    Listed("psqi", "Pittsburgh Sleep Quality Index (PSQI)", ("psqi",), 19, 0, 3),
    Listed("fes_i", "FES-I (falls)", ("fesi",), 16, 1, 4, total=True),
    Listed("fes_i7", "FES-I (falls), short", ("shortfesi", "fesi7"), 7, 1, 4, total=True),
    Listed("berg", "Berg Balance Scale", ("berg", "bbs"), 14, 0, 4, total=True),
    Listed("tampa", "Tampa Scale of Kinesiophobia", ("tsk", "tampa"), 17, 1, 4),
    Listed("pcs_pain", "Pain Catastrophizing Scale", ("paincs", "pcspain"), 13, 0, 4, total=True),
)

EQ5D_DIMENSIONS = (
    # item, headings of it as words
    ("mobility", ("mobility", "mo", "mob", "mobilitat", "1")),
    ("self_care", ("selfcare", "care", "sc", "selbstversorgung", "self", "2")),
    ("usual_activities", ("usualactivities", "activities", "activity", "usual", "ua", "act", "3")),
    ("pain", ("paindiscomfort", "pain", "pd", "discomfort", "schmerz", "schmerzen", "4")),
    ("anxiety", ("anxietydepression", "anxiety", "ad", "depression", "anx", "angst", "5")),
)
EQ5D_NAMES = r"(?:eq|euroqol)(?:5?d)?(?:5?d)?(?:3l|5l|y)?"

TOTALS: tuple[tuple[str, str, str, float, float], ...] = (
    # id, label, pattern of the plain heading without separators, least, greatest
    ("mmse", "Mini-Mental State Examination (MMSE)", "mmse?", 0, 30),
    ("moca", "Montreal Cognitive Assessment (MoCA)", "moca", 0, 30),
    ("nihss", "NIH Stroke Scale", "nihss", 0, 42),
    ("mrs", "modified Rankin Scale", "mrs|mrankin|modifiedrankin(?:scale)?|rankin", 0, 6),
    ("gcs", "Glasgow Coma Scale", "gcs", 3, 15),
    ("eq_vas", "EQ VAS", "eq(?:5d)?(?:5l|3l)?vas", 0, 100),
    ("phq9", "Patient Health Questionnaire (PHQ-9)", "phq9", 0, 27),
    ("gad7", "Generalised Anxiety Disorder scale (GAD-7)", "gad7", 0, 21),
    ("bdi", "Beck Depression Inventory (BDI)", "bdi(?:ii|2)?", 0, 63),
    ("hads_a", "HADS, anxiety", "hads(?:a|anx|anxiety)", 0, 21),
    ("hads_d", "HADS, depression", "hads(?:d|dep|depression)", 0, 21),
    ("epds", "Edinburgh depression scale (EPDS)", "epds", 0, 30),
    ("barthel", "Barthel Index", "barthel(?:index)?|bi", 0, 100),
    ("tug", "Timed Up and Go", "tug|timedupandgo|timedupgo", 0, 600),
    ("six_minute_walk", "Six-minute walk test", "6mwt|6mwd|sixmwt|mwd6", 0, 1500),
    ("madrs", "Montgomery-Asberg scale (MADRS)", "madrs", 0, 60),
    ("hamd17", "Hamilton Depression Rating Scale", "ham?d(?:17)?|hdrs(?:17)?", 0, 52),
    ("audit", "Alcohol Use Disorders Identification Test (AUDIT)", "audit", 0, 40),
    ("pss10", "Perceived Stress Scale (PSS-10)", "pss(?:10)?", 0, 40),
    ("who5", "WHO-5 Well-Being Index", "who5", 0, 100),
    ("isi", "Insomnia Severity Index (ISI)", "isi", 0, 28),
    ("psqi", "Pittsburgh Sleep Quality Index (PSQI)", "psqi", 0, 21),
    ("edss", "Expanded Disability Status Scale", "edss", 0, 10),
    ("apgar", "Apgar score", "apgar", 0, 10),
)
"""Scores that stand in one column."""
AFTER_TOTAL = r"(?:total|sum|score|summe|gesamt|tot|gesamtscore|totalscore|punkte|sumscore)?"

SF36_NAMES = r"(?:(?:rand)?sf36(?:v[12])?|rand(?:36)?(?:sf36)?|sf|mossf36)"
SF36_FORM = {
    # question of the printed form -> how many parts it has, by letters
    **{"1": 0, "2": 0, "3": 10, "4": 4, "5": 3, "6": 0, "7": 0, "8": 0, "9": 9, "10": 0, "11": 4}
}
"""The 11 questions of the form; the parts in this order are the 36 items."""

ITEM_STEMS: tuple[str, ...] = (
    *(name for each in TABLE for name in each.names),
    *(SF36_NAMES, EQ5D_NAMES),
    *("hads[ad]", "sf36.*", "pf", "rp", "gh", "vt", "re", "mh"),
)
"""Patterns of stems whose numbers are those of items."""
