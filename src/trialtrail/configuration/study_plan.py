"""The analysis plan of a study written out: variables, timepoints, outcomes, analyses.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from functools import cached_property

from trialtrail.analysis.plan import BASELINE_VALUE, blocks_of, expand_analyses, imputations
from trialtrail.configuration.begun import evidence, rule_of, texts_of
from trialtrail.configuration.expand import BASELINE, BESIDE, expand_series
from trialtrail.configuration.harms import event_forms, harms_plan
from trialtrail.configuration.plan_words import estimand_in_words, multiplicity_in_words
from trialtrail.configuration.schema import default_of, defaults_within, with_defaults
from trialtrail.configuration.study_tables import StudyTables
from trialtrail.derive.instruments.offered import offered, within

NOT_TABULATED = ("text", "date", "partial_date", "censored")
"""Types of a variable that the baseline table has no row for: a censored count has no mean."""
INSTANCE = {
    "id": "instance",
    "type": "integer",
    "label": "Instance",
    "description": "Number of the form among those of the participant",
    "minimum": 1,
    "required": True,
    "key": True,
}
"""The variable that tells the forms of one participant apart, where a form repeats."""


TIME_TO_EVENT, PROVIDER = "time_to_event", "provider"
FOLLOWED = {
    "form": "participants",
    "timepoint": "follow_up",
    "follow_up": True,
    "variables": [],
}
"""How a time to an event is measured: of every participant, over the follow-up."""


class StudyPlan(StudyTables):
    """Questions about what is measured, when, and how it is analysed."""

    @property
    def timepoints(self) -> dict[str, str]:
        """Label of each timepoint: those the plan lists in its order, then those of the forms."""
        listed = {t["id"]: t.get("label") for t in self.analysis("timepoints", [])}
        every = dict.fromkeys(
            [*listed, *(f["timepoint"] for f in self.config.get("forms", {}).values())]
        )
        return {name: listed.get(name) or name.replace("_", " ") for name in every}

    @property
    def printed(self) -> dict:
        """What the report says of the study as a whole, with the timetable of its forms.

        Forms of one timepoint make no timetable. ``training_log`` is whether there is one.
        """
        visits = [self.config["forms"][name] for name in self._visits]
        timetable = [
            {
                "when": label,
                "what": [form["label"] for form in visits if form["timepoint"] == name],
            }
            for name, label in self.timepoints.items()
        ]
        timetable = [entry for entry in timetable if entry["what"]]
        more = {"timetable": timetable} if len(timetable) > 1 else {}
        taught = {"training_log": True} if self.has("training") else {}
        return super().printed | more | taught

    @cached_property
    def outcomes(self) -> list[dict]:
        """Outcomes of the plan, each with its instrument, and ``measured`` written out.

        That stands in the order of the timepoints where the plan lists them.
        """
        out = []
        order = list(self.timepoints) if self.analysis("timepoints") else []
        for item in self.analysis("outcomes"):
            if item["kind"] == TIME_TO_EVENT:
                out.append(defaults_within("analysis.outcomes[]") | item | {"measured": [FOLLOWED]})
                continue
            measured = item.get(
                "measured", [{k: item[k] for k in ("form", "variables") if k in item}]
            )
            whole = [
                {
                    "form": part["form"],
                    "timepoint": self.config["forms"][part["form"]]["timepoint"],
                    "follow_up": not self._is_baseline(part["form"]),
                    "variables": expand_series(part["variables"]),
                }
                for part in measured
            ]
            if order:
                whole.sort(key=lambda part: order.index(part["timepoint"]))
            rest = {k: v for k, v in item.items() if k not in ("form", "variables", "measured")}
            own = {"levels": self._levels(whole)} if item["kind"] == "ordered" else {}
            out.append(defaults_within("analysis.outcomes[]") | rest | own | {"measured": whole})
        return out

    @property
    def has_other_analyses(self) -> bool:
        """Whether a primary outcome is analysed in another way too, to be seen beside the main."""
        primary = {each["id"] for each in self.outcomes if each["role"] == "primary"}
        return any(
            outcome["id"] in primary
            for entry in self.analyses.values()
            if entry["role"] in ("sensitivity", "supplementary") and not _is_shifted(entry)
            for outcome in entry["outcomes"]
        )

    @property
    def has_shifted_values(self) -> bool:
        """Whether an analysis shifts imputed values."""
        return any(_is_shifted(entry) for entry in self.analyses.values())

    @property
    def timed_outcomes(self) -> list[dict]:
        """The outcomes that are the time to an event."""
        return [outcome for outcome in self.outcomes if outcome["kind"] == TIME_TO_EVENT]

    def _levels(self, measured: list[dict]) -> list[str]:
        """Return the categories of an ordered outcome in the order of their codes."""
        first = measured[0]
        variables = {
            v["id"]: v for v in expand_series(self.config["forms"][first["form"]]["variables"])
        }
        codes = variables[first["variables"][0]].get("codes", {})
        return list(dict.fromkeys(map(str, codes.values())))

    @cached_property
    def analyses(self) -> dict[str, dict]:
        """The entries of the analysis plan, by id, the main one first."""
        entries = expand_analyses(self.plan, self.outcomes)
        return {entry["id"]: entry for entry in entries}

    @cached_property
    def plan(self) -> dict:
        """The analysis plan, the defaults of its keys written out."""
        return with_defaults(self.config.get("analysis", {}), "analysis")

    @cached_property
    def imputations(self) -> dict[str, dict]:
        """What is imputed, by strategy."""
        return imputations(list(self.analyses.values()), self.plan)

    @property
    def all_blocks(self) -> list[str]:
        """The numbers of the blocks of imputations, of which each strategy has all."""
        if not self.imputations:
            return []
        return [str(n) for n, _ in enumerate(blocks_of(next(iter(self.imputations.values()))), 1)]

    def blocks_of_analysis(self, analysis: str) -> dict[str, list[str]]:
        """Return the imputations and blocks that an analysis takes, side by side."""
        entry = self.analyses[analysis]
        name = entry["missing"]["impute"] if isinstance(entry["missing"], dict) else ""
        blocks = self.all_blocks if name in self.imputations else []
        return {"imputation": [name] * len(blocks), "block": blocks}

    def auxiliary_of(self, analysis: str) -> list[str]:
        """Return the variables that helped to impute what an analysis takes, and no covariates."""
        entry = self.analyses[analysis]
        if not isinstance(entry["missing"], dict):
            return []
        found = self.imputations.get(entry["missing"]["impute"], {})
        names = [*found.get("covariates", []), *found.get("auxiliary", [])]
        return [name for name in names if name not in (*entry["adjust"], BASELINE_VALUE)]

    @property
    def stated(self) -> dict:
        """What the plan says beside its entries, for those who tell it: see `planning`."""
        return {
            "arms": self.arms,
            "level": f"{100 * self.plan['confidence_level']:g}%",
            "labels": self.labels,
            "estimands": self.plan["estimands"],
            "events": self.plan["events"],
            "multiplicity": self.analysis("multiplicity", {}),
            "important": self.plan["important"],
            "imputations": {name: each["number"] for name, each in self.imputations.items()},
        }

    @property
    def asked_of_participants(self) -> dict:
        """What the plan asks of the dataset of participants: who received, which cluster."""
        said = self.analysis("received")
        asked: dict = {}
        if said:
            values = texts_of(said) if "values" in said else ["true"]
            asked["received"] = {k: said[k] for k in ("form", "variable")} | {"values": values}
        if self._clusters.get("clusters") == PROVIDER:
            several = default_of("analysis.design.several")
            asked["cluster"] = self._clusters.get("several", several)
        return asked

    @property
    def _clusters(self) -> dict:
        """The design with clusters, of the main analysis or else of another one; or nothing."""
        for entry in self.analyses.values():
            if isinstance(entry["design"], dict) and "clusters" in entry["design"]:
                return entry["design"]
        return {}

    @property
    def cluster_column(self) -> str:
        """The column of the dataset of participants that names the cluster; "" without any."""
        of = self._clusters.get("clusters", "")
        return "cluster" if of == PROVIDER else of

    @cached_property
    def _offered(self) -> dict[str, dict[str, tuple[tuple[float, float], str]]]:
        """Form -> variable -> the limits that an instrument of the plan has, and its name."""
        found: dict[str, dict[str, tuple[tuple[float, float], str]]] = {}
        for item in self.outcomes:
            for part in item["measured"]:
                names = part["variables"]
                for name, limits in zip(names, offered(item, len(names)), strict=True):
                    if limits:
                        found.setdefault(part["form"], {})[name] = limits, item["instrument"]
        return found

    def variables(self, table: str) -> list[dict]:
        """Return the configured columns of ``table``: variables of a form, items to answer.

        A form that repeats has the number of the instance before them, marked as part of the key.
        """
        if table in self.forms:
            form = self.config["forms"][table]
            instance = [INSTANCE | {"column": form["repeats"]}] if "repeats" in form else []
            limits = self._offered.get(table, {})
            own = expand_series(form["variables"])
            return [
                *instance,
                *(v | within(v, *limits[v["id"]]) if v["id"] in limits else v for v in own),
            ]
        if table == "questionnaire":
            return [
                {"id": item["id"], "column": item["column"], "label": item["label"]}
                | ({"type": "text"} if item["type"] == "text" else {"type": "category"})
                | ({"codes": self._answers(item)} if item["type"] != "text" else {})
                | ({"several": True} if item.get("several") else {})
                for item in self.items
            ]
        return []

    @property
    def form_contents(self) -> dict[str, dict]:
        """Label of each form, and the columns of which one must have a value for it to count."""
        return {
            form: {
                "label": self.form_labels[form],
                "columns": evidence(self.variables(form)),
            }
            | ({"took_place": self.took_place[form]} if form in self.took_place else {})
            for form in self.forms
        }

    @property
    def took_place(self) -> dict[str, dict]:
        """Of a form that says it, by which variable and values its visit took place."""
        return {form: rule for form in self.forms if (rule := rule_of(self.spec(form)))}

    @property
    def followed_up_by(self) -> dict | None:
        """The variable, and its values, by which a participant is known to be followed up."""
        spec = self.analysis("followed_up", {})
        if "variable" not in spec:
            return None
        return {key: spec[key] for key in ("form", "variable")} | {"values": texts_of(spec)}

    def _is_baseline(self, form: str) -> bool:
        return self.config["forms"][form]["timepoint"] == BASELINE

    @property
    def follow_up_forms(self) -> list[str]:
        """Forms filled in after randomisation: all but those of the timepoint `baseline`."""
        later = [form for form in self.forms if not self._is_baseline(form)]
        if not self.analysis("timepoints"):
            return later
        order = list(self.timepoints)
        return sorted(later, key=lambda form: order.index(self.config["forms"][form]["timepoint"]))

    @property
    def follow_up_labels(self) -> dict[str, str]:
        """Label of each visit of the follow-up; a form that lists events of harm is none."""
        none = event_forms(self.config)
        visits = [form for form in self.follow_up_forms if form in self._visits]
        return {form: self.form_labels[form] for form in visits if form not in none}

    @property
    def _visits(self) -> list[str]:
        """The forms but those of ``visit: false``, which have no place in flow and timetable."""
        forms = self.config.get("forms", {})
        return [name for name, form in forms.items() if form.get("visit") is not False]

    @property
    def harms(self) -> dict | None:
        """What is counted of harms, and of which tables; None where the plan does not say it."""
        own = {form: self.variables(form) for form in self.forms}
        return harms_plan(self.config, own, self.form_contents)

    @property
    def baseline_variables(self) -> list[dict]:
        """Variables measured at baseline: form, id, label, unit, type, levels of a category.

        A form that repeats gives none: a participant has many values of each. What the cells of a
        variable make beside its value follows it.
        """
        return [
            {
                "form": form,
                "id": v["id"],
                "label": v.get("label", v["id"]),
                **({} if "label" in v else {"label_of_file": True}),
                "unit": v.get("unit", ""),
                "type": v["type"],
                "levels": list(dict.fromkeys(v.get("codes", {}).values())),
                "labels": v.get("labels", {}),
                **({"decimals": v["decimals"]} if "decimals" in v else {}),
            }
            for form in self.forms
            if self._is_baseline(form) and "repeats" not in self.config["forms"][form]
            for variable in self.variables(form)
            for v in (variable, *_beside(variable))
        ]

    @property
    def baseline_table(self) -> list[dict]:
        """Variables of the baseline table: those the plan lists, or all numbers and categories."""
        variables = {v["id"]: v for v in self.baseline_variables if v["type"] not in NOT_TABULATED}
        wanted = self.analysis("baseline", list(variables))
        return [variables[name] for name in wanted if name in variables]

    @property
    def baseline_forms(self) -> list[str]:
        """Forms of the timepoint `baseline`."""
        return [form for form in self.forms if self._is_baseline(form)]

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """What roles and stages of interviews, timepoints, covariates and analyses are called.

        Of the ``plan`` it is what the report says of it; ``clusters`` is the variable that names
        the clusters, or `PROVIDER`. ``imputed`` is the strategy of each analysis that imputes,
        ``uptake`` what those met who are compared as they were treated.
        """
        entries, missing = self.analyses, self.plan["missing"]
        of = self._clusters.get("clusters", "")
        helpers = missing["auxiliary"] if isinstance(missing, dict) else []
        asked = [(*e["adjust"], *filter(None, [e["subgroup"]])) for e in entries.values()]
        used = {of, *helpers, *(name for names in asked for name in names)}
        return {
            "roles": self.qualitative("roles"),
            "stages": self.qualitative("stages"),
            "timepoints": self.timepoints,
            "variables": {v["id"]: v["label"] for v in self.baseline_variables if v["id"] in used},
            "analyses": {name: e["label"] for name, e in entries.items() if e["label"]},
            "arms": {arm["id"]: arm.get("label", arm["id"]) for arm in self.arms},
            "uptake": {
                e["exposure"]["id"]: e["exposure"]["label"]
                for e in entries.values()
                if e["exposure"]
            },
            "imputed": {
                name: e["missing"]["impute"]
                for name, e in entries.items()
                if isinstance(e["missing"], dict)
            },
            "plan": {
                "multiplicity": multiplicity_in_words(self.analysis("multiplicity", {})),
                "auxiliary": "; ".join(helpers),
                "estimand": estimand_in_words(self.plan["estimands"], self.plan["events"]),
                "clusters": of,
            },
        }


def _beside(variable: dict) -> list[dict]:
    """Return the column that the cells of a variable make beside its value, if they make one."""
    if variable["type"] not in BESIDE:
        return []
    ending, kind = BESIDE[variable["type"]]
    label = {"label": variable["label"]} if "label" in variable else {}
    return [{"id": f"{variable['id']}{ending}", "type": kind, **label}]


def _is_shifted(entry: dict) -> bool:
    """Tell whether an analysis shifts imputed values."""
    return isinstance(entry["missing"], dict) and "delta" in entry["missing"]
