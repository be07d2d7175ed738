"""What the configuration says of each item of a statistical analysis plan, in words.

Each function takes the `Facts` of a study and returns what is `Said`: lines, and what of the item
they leave open. Where the configuration says nothing of an item there is no line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from trialtrail.analysis.chosen_methods import fallbacks_of
from trialtrail.planning.described import (
    NONE,
    adjustment,
    endpoint_groups,
    fallback,
    limits,
    method,
    missing,
    multiplicity,
    planned_names,
    population_in_words,
    treatment,
)
from trialtrail.planning.facts import Facts, Said
from trialtrail.planning.terms import as_sentence, in_a_list, method_in_words


def nothing(facts: Facts) -> Said:
    """Return what is said of an item that only people can fill: nothing."""
    return Said()


def title(facts: Facts) -> Said:
    """Return what is said of item 1a: title and acronym."""
    study = facts.study
    more = [study["subtitle"]] if "subtitle" in study else []
    return Said([f"{study['title']} ({study['short_name']})", *more])


def registration(facts: Facts) -> Said:
    """Return what is said of item 1b: registration of the trial."""
    found = facts.study.get("registration")
    return Said([registration_in_words(found)]) if found else Said()


def registration_in_words(found: Mapping[str, str]) -> str:
    """Return where and when a trial was registered."""
    parts = [f"{found.get('registry', '')} {found['number']}".strip()]
    parts += [f"registered on {found['date']}"] if "date" in found else []
    return ", ".join([*parts, *([found["url"]] if "url" in found else [])])


def version(facts: Facts) -> Said:
    """Return what is said of item 2: version and date of this plan."""
    found = facts.study.get("plan")
    if not found:
        return Said()
    lines = [version_in_words(found), *([found["note"]] if "note" in found else [])]
    return Said(lines, "" if "date" in found else "its date")


def protocol(facts: Facts) -> Said:
    """Return what is said of item 3: protocol that it belongs to."""
    found = facts.study.get("protocol")
    if not found:
        return Said()
    lacking = [name for name in ("version", "date") if name not in found]
    return Said([version_in_words(found)], " and ".join(f"its {name}" for name in lacking))


def version_in_words(found: Mapping[str, str]) -> str:
    """Return the version, date and place of a document."""
    parts = [f"Version {found['version']}"] if "version" in found else []
    parts += [found[name] for name in ("date", "reference", "url") if name in found]
    return ", ".join(parts)


def revisions(*columns: str) -> Callable[[Facts], Said]:
    """Return what tells a part of the revisions: 4a to 4c."""

    def said(facts: Facts) -> Said:
        listed = facts.texts.get("revisions")
        if listed is None:
            return Said()
        if not listed:
            return Said(["There was no revision."])
        told = {each["version"]: [each[c] for c in columns if c in each] for each in listed}
        lines = [
            f"Version {version}: {', '.join(parts)}" for version, parts in told.items() if parts
        ]
        whole = all(columns[-1] in each for each in listed)
        return Said(lines, "" if whole or not lines else f"the {columns[-1]} of each revision")

    return said


def contributors(facts: Facts) -> Said:
    """Return what is said of item 5: who contributed."""
    listed = facts.texts.get("contributors", [])
    names = ("affiliation", "role")
    lines = [", ".join(each[key] for key in ("name", *names) if key in each) for each in listed]
    whole = all(name in each for each in listed for name in names)
    return Said(lines, "" if whole else "affiliation and role of each")


def signature(who: str) -> Callable[[Facts], Said]:
    """Return what tells who signs: 6a to 6c."""

    def told(facts: Facts) -> Said:
        found = facts.texts.get("signatures", {}).get(who)
        if not found:
            return Said()
        signed = found.get("signed_on")
        line = f"{found['name']}, {f'signed on {signed}' if signed else 'not signed yet'}"
        return Said([line], "" if signed else "the day of the signature")

    return told


def design(facts: Facts) -> Said:
    """Return what is said of item 9: design of the trial."""
    lines = [f"Compared: {treatment(entry, facts.stated)}." for entry in facts.main]
    of = facts.main[0]["design"] if facts.main else {}
    if isinstance(of, Mapping) and "clusters" in of:
        arms = {arm["id"]: arm["label"] for arm in facts.stated.arms}
        within = [arms[name] for name in of.get("within", arms)]
        provider = facts.study["words"]["provider"]["one"]
        cluster = provider if of["clusters"] == "provider" else of["clusters"].replace("_", " ")
        lines.append(f"Participants of {in_a_list(within)} belong to clusters, each one {cluster}.")
    return Said(lines, "the kind of trial and the allocation ratio")


def framework(facts: Facts) -> Said:
    """Return what is said of item 12: framework of the comparisons."""
    having = [each for each in facts.outcomes if "margin" in each]
    if not having:
        return Said()
    lines = [f"{limits(entry, facts.stated)}." for entry in facts.main]
    whole = all("margin" in each for each in facts.outcomes if each["role"] == "primary")
    return Said(lines, "" if whole else "the framework of the other primary outcomes")


def assessment_times(facts: Facts) -> Said:
    """Return what is said of item 15: times of assessment."""
    called = facts.stated.labels.get("timepoints", {})
    times = dict.fromkeys(part["timepoint"] for each in facts.outcomes for part in each["measured"])
    named = [called.get(time, time.replace("_", " ")) for time in times]
    lines = [f"{'; '.join(named)}. Item 26a says what is measured when."] if named else []
    return Said([as_sentence(line) for line in lines], "the windows of visits")


def significance_level(facts: Facts) -> Said:
    """Return what is said of item 16: level of significance."""
    if not facts.outcomes:
        return Said()
    return Said(
        [f"p is two-sided; intervals are {facts.stated.level}."], "the level of significance"
    )


def tests(facts: Facts) -> Said:
    """Return what is said of item 17: multiplicity."""
    if not facts.stated.multiplicity:
        return Said()
    return Said(
        [f"{multiplicity(entry, facts.stated)}." for entry in facts.main], "the reason for it"
    )


def intervals(facts: Facts) -> Said:
    """Return what is said of item 18: confidence intervals."""
    if not facts.outcomes:
        return Said()
    return Said(
        [f"{facts.stated.level}, two-sided, of each effect; not adjusted for their number."]
    )


def adherence(facts: Facts) -> Said:
    """Return what is said of item 19a: what adherence is."""
    lines = []
    if facts.counted:
        where = [
            f"{column.replace('_', ' ')} is {' or '.join(v.replace('_', ' ') for v in values)}"
            for column, values in facts.counted.items()
        ]
        lines.append(f"A contact counts where its {' and its '.join(where)}.")
    if facts.received:
        lines.append("A variable says who received the intervention.")
    return Said(lines, "which uptake is adherence")


def uptake(facts: Facts) -> Said:
    """Return what is said of item 19b: how adherence is presented."""
    if not facts.uptake:
        return Said()
    return Said(
        [f"Number and share of the intervention arm, for each of: {'; '.join(facts.uptake)}."]
    )


def populations(facts: Facts) -> Said:
    """Return what is said of item 20: analysis populations."""
    return Said(
        [f"{population_in_words(each)}." for each in facts.populations] if facts.outcomes else []
    )


def screening(facts: Facts) -> Said:
    """Return what is said of item 21: screening."""
    columns = facts.recorded.get("screening", ())
    if not columns:
        return Said()
    told = [c for c in ("eligible", "consented", "decline_reason") if c in columns]
    more = f", by: {in_a_list([name.replace('_', ' ') for name in told])}" if told else ""
    return Said([f"Numbers in the log of screening{more}."])


def flow(facts: Facts) -> Said:
    """Return what is said of item 23: recruitment and flow."""
    first = "screened, " if "screening" in facts.recorded else ""
    after = f"; followed up ({facts.followed_up})" if facts.followed_up else ""
    forms = f"; with each of: {'; '.join(facts.forms.values())}" if facts.forms else ""
    return Said([f"A flow diagram: {first}randomised, allocated to each arm{after}{forms}."])


def withdrawal_times(facts: Facts) -> Said:
    """Return what is said of item 24b: times of withdrawal."""
    known = "withdrawn_on" in facts.recorded.get("participants", ())
    return Said(["The day of each withdrawal is recorded."] if known else [])


def withdrawal_reasons(facts: Facts) -> Said:
    """Return what is said of item 24c: how withdrawal and loss are presented."""
    recorded = facts.recorded.get("participants", ())
    if "withdrawal_reason" in recorded:
        return Said(["Numbers by arm, with the reasons that are recorded."])
    if any(each["role"] == "primary" for each in facts.outcomes):
        line = "Of each primary outcome, by arm: known; not known, with or without its form."
        return Said([line], "the reasons of withdrawal")
    return Said()


def characteristics(facts: Facts) -> Said:
    """Return what is said of item 25a: characteristics at baseline."""
    labels = [label for label, _ in facts.baseline]
    return Said([f"{'; '.join(labels)}."] if labels else [])


def described(facts: Facts) -> Said:
    """Return what is said of item 25b: how they are summarised."""
    kinds = {kind for _, kind in facts.baseline}
    if not kinds:
        return Said()
    numbers = kinds & {"integer", "number"}
    lines = ["Numbers: n, mean and standard deviation by arm."] if numbers else []
    lines += ["Categories: count and share of those known by arm."] if kinds - numbers else []
    return Said([*lines, "Arms are not tested for differences at baseline."])


def outcomes(facts: Facts) -> Said:
    """Return what is said of item 26a: outcomes and their times."""
    return Said(endpoint_groups(facts.main[0], facts.stated) if facts.outcomes else [])


def units(facts: Facts) -> Said:
    """Return what is said of item 26b: measurement and units."""
    by_unit: dict[str, list[str]] = {}
    for each in facts.outcomes:
        by_unit.setdefault(_unit(each), []).append(each["label"])
    lacking = by_unit.pop("", [])
    lines = [f"{as_sentence(unit)}: {'; '.join(own)}." for unit, own in by_unit.items()]
    return Said(lines, f"the unit of {'; '.join(lacking)}" if lacking else "")


def _unit(spec: Mapping[str, Any]) -> str:
    plain = {"binary": "Yes or no", "count": "Number of events", "time_to_event": "Days"}
    if spec["kind"] == "ordered":
        return f"Categories in order ({', '.join(spec['levels'])})" if spec.get("levels") else ""
    return spec.get("unit") or plain.get(spec["kind"], "")


def derivation(facts: Facts) -> Said:
    """Return what is said of item 26c: calculation of outcomes."""
    by_rule: dict[str, list[str]] = {}
    for each in facts.outcomes:
        scale = _scale(each)
        called = f"{each['label']} ({scale})" if scale else each["label"]
        by_rule.setdefault(_rule(each), []).append(called)
    return Said([f"{rule}: {'; '.join(labels)}." for rule, labels in by_rule.items()])


def _rule(spec: Mapping[str, Any]) -> str:
    if spec["kind"] == "time_to_event":
        begins = spec["from"].replace("_", " ")
        return (
            f"Days from {begins} to {spec['event']}, or to the last of {', '.join(spec['censor'])}"
        )
    change = ", as the change from baseline" if spec.get("change") else ""
    if spec["instrument"] == "value":
        return f"As recorded{change}"
    return f"By the instrument {spec['instrument']}{change}"


def _scale(spec: Mapping[str, Any]) -> str:
    scale = spec.get("scale", "")
    if isinstance(scale, list):
        return f"answers {scale[0]} to {scale[1]}"
    return scale.replace("_", " ")


def comparison(facts: Facts) -> Said:
    """Return what is said of item 27a: methods of comparison."""
    lines = [method(entry, facts.stated) for entry in facts.main[:1]]
    number = len(facts.entries)
    analyses = "the analysis" if number == 1 else f"each of the {number} analyses"
    return Said([*lines, f"A table below tells {analyses} in full."] if lines else [])


def covariates(facts: Facts) -> Said:
    """Return what is said of item 27b: adjustment."""
    found = [adjustment(entry, facts.stated) for entry in facts.main]
    lines = [f"{each}." for each in dict.fromkeys(found)]
    return Said(lines, "" if "adjust" in facts.given else "that none is wanted: no key says it")


def alternatives(facts: Facts) -> Said:
    """Return what is said of item 27d: where assumptions do not hold."""
    found = dict.fromkeys(fallback(entry) for entry in facts.entries)
    lines = [f"{each}." for each in found if each != NONE]
    names = {n for entry in facts.entries for own in planned_names(entry).values() for n in own}
    without = sorted(method_in_words(n) for n in names if not fallbacks_of(n))
    return Said(lines, f"what stands for: {'; '.join(without)}" if without else "")


def of_role(key: str, *roles: str) -> Callable[[Facts], Said]:
    """Return what lists the analyses of some roles; an empty list in the plan says of none."""

    def told(facts: Facts) -> Said:
        found = [_called(entry) for entry in facts.entries if entry["role"] in roles]
        if not found and key in facts.given:
            return Said(["None is planned."])
        return Said([f"{'; '.join(found)}."] if found else [])

    return told


def _called(entry: Mapping[str, Any]) -> str:
    return entry["label"][:1].upper() + entry["label"][1:]


def unknown_outcomes(facts: Facts) -> Said:
    """Return what is said of item 28: missing data."""
    lines = [f"{each}." for each in _distinct(missing(entry, facts.stated) for entry in facts.main)]
    return Said(lines, "" if "missing" in facts.given else "that this is wanted: no key says it")


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def harms(facts: Facts) -> Said:
    """Return what is said of item 30: harms."""
    if not facts.harms:
        return Said()
    lines = [f"Recorded in: {'; '.join(facts.harms['forms'])}."]
    told = [*facts.harms["told"], *facts.harms["marked"]]
    line = "Participants with an event, and events, by arm"
    return Said([*lines, f"{line}{', by ' + in_a_list(told) if told else ''}; nothing is tested."])


def software(facts: Facts) -> Said:
    """Return what is said of item 31: software."""
    return Said([f"trialtrail {facts.version}; each run records the version of every package."])
