"""Makes `case_matrix` (a row a person and variable) and `theme_by_group` (a theme and level)."""

from pathlib import Path

from trialtrail.qualitative.case_bands import groups_of
from trialtrail.qualitative.case_variables import tabulate_case_variables, tabulate_theme_by_group
from trialtrail.qualitative.cases import held_interviews, people
from trialtrail.record import Rows, run
from trialtrail.results.takes import taken_by, write_takes
from trialtrail.tables import read_result, read_table, write_result

from schemas.results.base import conform
from schemas.results.cases import CaseMatrix, ThemeByGroup


def main(job) -> dict[str, Rows]:
    """Read the register, the datasets and the framework matrix; write both tables."""
    register = read_table(job.input.interviews)
    datasets = {Path(path).stem: read_table(path) for path in job.input.datasets}
    held = held_interviews(register, naming=job.params.naming)
    variables = job.params.variables
    minimum, arms = job.params.minimum, job.params.arms
    by_role = tabulate_case_variables(variables, held, register, datasets, arms, minimum)
    groups = tabulate_theme_by_group(by_role, read_result(job.input.matrix), variables)
    printed = next(iter(getattr(job.input, "interviewees", None) or ()), None)
    alike = (
        None
        if minimum < 2
        else groups_of(people(held).to_dict("records"), read_result(printed) if printed else None)
    )
    values = tabulate_case_variables(variables, held, register, datasets, arms, minimum, alike)
    write_result(conform(values, CaseMatrix), job.output.table)
    write_result(conform(groups, ThemeByGroup), job.output.groups)
    taken = {"case_matrix": taken_by(values), "theme_by_group": taken_by(groups)}
    write_takes(job.output.takes, taken)
    return {"interviews": Rows(read=len(register), used=len(register), set_aside={})}


run(main, globals())
