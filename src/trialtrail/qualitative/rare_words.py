"""Words of facts that few people share, in English: a start, to which a study adds its own lists.

They say what a life holds that neighbours know of. A word is flagged where few transcripts have it.
"""

RARE_WORDS = (
    *("twins", "triplets", "quadruplets", "stillborn", "stillbirth", "miscarriage", "termination"),
    *("adopted", "adoption", "foster", "fostered", "surrogate", "surrogacy", "widow", "widower"),
    *("divorce", "divorced", "bereaved", "funeral", "suicide", "overdose", "refuge", "hostel"),
    *("asylum", "refugee", "deported", "prison", "jail", "probation", "convicted", "court"),
    *("solicitor", "police", "arrested", "paramilitary", "murder", "murdered", "assaulted", "rape"),
    *("cancer", "leukaemia", "epilepsy", "epileptic", "hiv", "hepatitis", "cystic", "dialysis"),
    *("transplant", "diabetic", "bipolar", "schizophrenia", "psychosis", "anorexia", "autistic"),
    *("autism", "deaf", "blind", "wheelchair", "amputated", "heroin", "methadone", "rehab"),
    *("lottery", "mayor", "councillor", "minister", "priest", "imam", "rabbi", "nun", "soldier"),
    *("pilot", "vet", "undertaker", "butcher", "headmistress", "headmaster", "footballer"),
)
