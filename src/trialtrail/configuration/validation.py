"""What the rules of the validation ask of a study: what findings do, and what is checked.

Nothing heavy is imported here: the Snakefile runs it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from trialtrail.configuration.checks import RULES, written_out
from trialtrail.configuration.places import columns_of
from trialtrail.configuration.plausibility import plausibility_settings
from trialtrail.configuration.schema import default_of

if TYPE_CHECKING:
    from trialtrail.configuration.study import Study

NUMBERS = {"contacts": ["minutes"], "provider_hours": ["hours"]}
"""Numbers of tables other than forms whose plausibility is looked at."""


class Validation:
    """Questions about the part `validation` of the configuration, and what it applies to."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.spec = study.config.get("validation", {})

    def _configured(self, key: str, of_rules: str) -> dict[str, str]:
        own = {
            f"{RULES[check['kind']]}.{check['id']}": check[key]
            for check in self.spec.get("checks", [])
            if key in check
        }
        return {**self.spec.get(of_rules, {}), **own}

    @property
    def actions(self) -> dict[str, str]:
        """What findings do where that is configured: by rule, and by check of the study's own."""
        return self._configured("action", "actions")

    @property
    def severities(self) -> dict[str, str]:
        """How grave findings are where that is configured, as `actions`; what stops is an error."""
        stopping = (rule for rule, does in self.actions.items() if does == "stop")
        return {**dict.fromkeys(stopping, "error"), **self._configured("severity", "severities")}

    @property
    def resolutions(self) -> str | None:
        """The file with the answers to queries, if there is one."""
        name = self.spec.get("resolutions")
        return (self.study.folder / name).as_posix() if name else None

    @property
    def effects(self) -> bool:
        """Whether the effects of open queries on the estimates are forecast in each run."""
        wanted = self.spec.get("effects", default_of("validation.effects"))
        return bool(wanted and self.study.outcomes)

    @property
    def resolutions_label(self) -> str:
        """The name of that file in messages."""
        return self.spec.get("resolutions", "")

    @property
    def dictionaries(self) -> list[dict]:
        """What the check of each export against its dictionary needs to know, with its files."""
        return [
            self.study.dictionary_of(export)
            | {
                "uses": self.study.columns_fed(export),
                "dictionary": self.study.files(export)[-1],
            }
            for export in self.study.dictionaries
        ]

    @property
    def second_signature(self) -> bool:
        """Whether an answer is in force only when a second person has confirmed it."""
        default = default_of("validation.second_signature")
        return bool(self.spec.get("second_signature", default))

    @property
    def offered(self) -> list[str]:
        """The arms whose participants are offered contacts with a provider."""
        last = [arm["id"] for arm in self.study.arms][-1:]
        own = self.study.analysis("intervention_arm")
        return self.spec.get("contacts", {}).get("arms", [own] if own else last)

    @property
    def any_contact(self) -> bool:
        """Whether participants of other arms have no contact of any kind."""
        default = default_of("validation.contacts.which")
        return self.spec.get("contacts", {}).get("which", default) == "any"

    @property
    def timepoints(self) -> list[list[str]]:
        """The forms of each timepoint that has several, in their order; none that repeats."""
        found: dict[str, list[str]] = {}
        for form in self.study.forms:
            spec = self.study.spec(form)
            if "repeats" not in spec:
                found.setdefault(spec["timepoint"], []).append(form)
        return [forms for forms in found.values() if len(forms) > 1]

    @cached_property
    def checks(self) -> list[dict]:
        """The study's own checks, each with its places and times in parts and its message."""
        return [written_out(check, self._stands_in) for check in self.spec.get("checks", [])]

    @property
    def check_columns(self) -> dict[str, list[str]]:
        """Columns of each table that the study's own checks read."""
        found: dict[str, dict] = {table: {} for table in self.study.tables}
        for check in self.checks:
            for side in ("first", "then"):
                for table, column in columns_of(check[side]):
                    found[table][column] = None
        return {table: list(columns) for table, columns in found.items()}

    @cached_property
    def _stands_in(self) -> dict[str, str]:
        """Return for each ``table.column`` in which column of which file it stands."""
        found: dict[str, str] = {}
        for table in self.study.tables:
            for source in self.study.sources(table):
                for column, heading in source["columns"].items():
                    name, place = f"{table}.{column}", f"{heading} in {source['label']}"
                    found[name] = f"{found[name]} or {place}" if name in found else place
        return found

    @property
    def files(self) -> dict[str, dict[str, str]]:
        """Table -> export -> file as the configuration names it."""
        study = self.study
        return {t: {s["name"]: s["label"] for s in study.sources(t)} for t in study.tables}

    @property
    def variables(self) -> dict[str, list[str]]:
        """Form -> its variables."""
        return {form: [v["id"] for v in self.study.variables(form)] for form in self.study.forms}

    @property
    def plausibility(self) -> dict[str, dict]:
        """Settings of each rule of plausibility that is not left out."""
        return plausibility_settings(self.study.config)

    @property
    def observed(self) -> list[dict]:
        """Where each outcome is observed: its table, its columns, and what of them is an event.

        ``event`` is ``day`` where a value is the day of one, ``positive`` where yes or a number
        above 0 is one, and None where the outcome has no events.
        """
        found = []
        for outcome in self.study.outcomes:
            if outcome["kind"] == "time_to_event":
                table, _, column = outcome["event"].partition(".")
                if table in self.study.forms:
                    found.append(_observed(outcome, table, [column], "day"))
                continue
            plain = outcome["instrument"] == default_of("analysis.outcomes[].instrument")
            event = "positive" if plain and outcome["kind"] in ("binary", "count") else None
            for part in outcome["measured"]:
                if part["variables"] and part["form"] in self.study.forms:
                    found.append(_observed(outcome, part["form"], part["variables"], event))
        return found

    @property
    def numbers(self) -> dict[str, list[str]]:
        """Table -> columns of measurements and counts; items of a series are answers instead."""
        found = {
            form: [
                v["id"]
                for v in self.study.variables(form)
                if v["type"] in ("integer", "number") and "series" not in v
            ]
            for form in self.study.forms
        }
        for table, columns in NUMBERS.items():
            if self.study.has(table):
                given = [c for s in self.study.spec(table)["sources"] for c in s["columns"]]
                found[table] = [column for column in columns if column in given]
        return {table: columns for table, columns in found.items() if columns}

    @property
    def batteries(self) -> dict[str, list[list[str]]]:
        """Table -> items answered with the same words or numbers, battery by battery."""
        found: dict[str, dict] = {}
        for form in self.study.forms:
            for v in self.study.variables(form):
                if "series" in v and v["type"] in ("integer", "number", "category"):
                    found.setdefault(form, {}).setdefault(tuple(v["series"]), []).append(v["id"])
        if self.study.has("questionnaire"):
            for item in self.study.items:
                if item["type"] == "likert":
                    key = tuple(item["answers"])
                    found.setdefault("questionnaire", {}).setdefault(key, []).append(item["id"])
        return {table: list(batteries.values()) for table, batteries in found.items()}


def _observed(outcome: dict, table: str, columns: list[str], event: str | None) -> dict:
    return {"outcome": outcome["id"], "table": table, "columns": columns, "event": event}
