"""Draw the data of the small studies, each of one design: python tests/studies/make_small_trials.py

Every row is synthetic: drawn with the seeds below. A study is a folder with `study.yaml` and its
`data`; what it shows stands in README.md.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent
FIRST_DAY = pd.Timestamp("2024-03-04")


def allocated(rng: np.random.Generator, arms: str, n: int) -> pd.DataFrame:
    """Return n participants with their id, arm (in blocks) and day of allocation."""
    order = [arm for _ in range(n // len(arms)) for arm in rng.permutation(list(arms))]
    days = np.sort(rng.integers(0, 200, len(order)))
    return pd.DataFrame(
        {
            "id": [f"P{i:03d}" for i in range(1, len(order) + 1)],
            "arm": order,
            "allocated": (FIRST_DAY + pd.to_timedelta(days, "D")).strftime("%Y-%m-%d"),
            "age": rng.integers(40, 80, len(order)),
            "sex": rng.choice(["F", "M"], len(order)),
        }
    )


def without(rng: np.random.Generator, values: np.ndarray, share: float) -> pd.Series:
    """Return values, some of them missing."""
    kept = pd.Series(np.round(values, 1))
    return kept.mask(rng.random(len(kept)) < share)


def repeated() -> dict[str, pd.DataFrame]:
    """Return one trial with three visits, as a wide file and as a long one."""
    rng = np.random.default_rng(101)
    people = allocated(rng, "AB", 90)
    level = rng.normal(0, 6, len(people))
    people["score_0"] = np.round(50 + level + rng.normal(0, 3, len(people)), 1)
    gone = rng.random(len(people)) < 0.15
    for visit, week in enumerate((4, 8, 12), start=1):
        gain = np.where(people["arm"] == "B", 1.5 * visit, 0.5 * visit)
        values = 50 + level + gain + rng.normal(0, 3 + visit / 2, len(people))
        people[f"score_{week}"] = without(rng, values, 0.06).mask(gone & (visit > 1))
    long = pd.concat(
        [
            pd.DataFrame(
                {"id": people["id"], "visit": f"W{week}", "score": people[f"score_{week}"]}
            )
            for week in (4, 8, 12)
        ]
    )
    long = long[long["score"].notna()].sort_values(["id", "visit"])
    first = people[["id", "arm", "allocated", "age", "sex", "score_0"]]
    return {
        "repeated/data/trial.csv": people,
        "repeated_long/data/people.csv": first,
        "repeated_long/data/visits.csv": long,
    }


def survival() -> dict[str, pd.DataFrame]:
    """Return a trial with the days of death, transplantation and last contact, in two sites."""
    rng = np.random.default_rng(102)
    people = allocated(rng, "AB", 120)
    people["site"] = rng.choice(["north", "south"], len(people))
    start = pd.to_datetime(people["allocated"])
    risk = np.where(people["arm"] == "B", 0.6, 1.0) * np.where(people["site"] == "south", 1.5, 1)
    death = np.ceil(rng.exponential(500 / risk))
    transplant = np.ceil(rng.exponential(1500, len(people)))
    seen = rng.integers(200, 600, len(people))
    end = np.minimum(np.minimum(death, transplant), seen)

    def day(happened: np.ndarray) -> pd.Series:
        days = (start + pd.to_timedelta(end, "D")).dt.strftime("%Y-%m-%d")
        return days.where(pd.Series(happened))

    people["died"] = day(death == end)
    people["transplanted"] = day((transplant == end) & (death != end))
    people["last_seen"] = day(np.full(len(people), True))
    return {"survival/data/trial.csv": people}


def wards() -> dict[str, pd.DataFrame]:
    """Return a trial whose wards, 16 of 4 to 9 patients, were randomised."""
    rng = np.random.default_rng(103)
    parts = []
    for ward in range(16):
        size = int(rng.integers(4, 10))
        arm = "AB"[ward % 2]
        shift = rng.normal(0, 2)
        base = rng.normal(20, 4, size)
        score = 5 + 0.7 * base + (1.5 if arm == "B" else 0) + shift + rng.normal(0, 3, size)
        home = rng.random(size) < 1 / (1 + np.exp(-(0.4 * (arm == "B") + shift / 3)))
        parts.append(
            pd.DataFrame(
                {
                    "ward": f"W{ward + 1:02d}",
                    "arm": arm,
                    "before": np.round(base, 1),
                    "score": without(rng, score, 0.08),
                    "home": np.where(home, "yes", "no"),
                }
            )
        )
    whole = pd.concat(parts, ignore_index=True)
    whole.insert(0, "id", [f"P{i:03d}" for i in range(1, len(whole) + 1)])
    return {"wards/data/trial.csv": whole}


def three_arms() -> dict[str, pd.DataFrame]:
    """Return a trial of two short courses against a long one, cured or not."""
    rng = np.random.default_rng(104)
    people = allocated(rng, "ABC", 210)
    risk = people["arm"].map({"A": 0.85, "B": 0.83, "C": 0.7}).to_numpy()
    cured = pd.Series(np.where(rng.random(len(people)) < risk, "yes", "no"))
    people["cured"] = cured.mask(rng.random(len(people)) < 0.05)
    return {"three_arms/data/trial.csv": people}


def factorial() -> dict[str, pd.DataFrame]:
    """Return a 2 x 2 trial of a drug and a diet."""
    rng = np.random.default_rng(105)
    people = allocated(rng, "NDTB", 120)
    drug, diet = people["arm"].isin(["D", "B"]), people["arm"].isin(["T", "B"])
    values = 140 - 4 * drug - 2 * diet + rng.normal(0, 8, len(people))
    people["pressure"] = without(rng, values.to_numpy(), 0.06)
    return {"factorial/data/trial.csv": people}


def received() -> dict[str, pd.DataFrame]:
    """Return a trial of which a column says who received the intervention, in both arms."""
    rng = np.random.default_rng(106)
    people = allocated(rng, "AB", 160)
    takes = rng.random(len(people)) < 0.65
    crossed = rng.random(len(people)) < 0.05
    got = np.where(people["arm"] == "B", takes, crossed)
    values = 30 + 3 * got + 2 * takes + rng.normal(0, 5, len(people))
    people["given"] = np.where(got, "full", np.where(rng.random(len(people)) < 0.5, "part", "none"))
    people["score"] = without(rng, values, 0.08)
    return {"received/data/trial.csv": people}


def counts() -> dict[str, pd.DataFrame]:
    """Return a trial with a number of falls over some months, and a rating in four grades."""
    rng = np.random.default_rng(107)
    people = allocated(rng, "AB", 140)
    months = np.round(rng.uniform(6, 12, len(people)), 1)
    rate = np.where(people["arm"] == "B", 0.15, 0.25) * rng.gamma(1.2, 1 / 1.2, len(people))
    falls = pd.Series(rng.poisson(rate * months))
    people["months"] = months
    people["falls"] = falls.mask(rng.random(len(people)) < 0.05).astype("Int64")
    latent = rng.logistic(0, 1, len(people)) + 0.6 * (people["arm"] == "B")
    grade = pd.cut(latent, [-np.inf, -1, 0.5, 2, np.inf], labels=["1", "2", "3", "4"])
    people["rating"] = pd.Series(grade).astype(object).mask(rng.random(len(people)) < 0.04)
    return {"counts/data/trial.csv": people}


TRIALS = (repeated, survival, wards, three_arms, factorial, received, counts)


def all_files() -> dict[str, bytes]:
    """Return the content of each file by its path within the folder of the studies."""
    found = {}
    for draw in TRIALS:
        for name, table in draw().items():
            found[name] = table.to_csv(index=False, lineterminator="\n").encode()
    return found


if __name__ == "__main__":
    for path, content in all_files().items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_bytes(content)
