"""The contract of the table of the people interviewed."""

from schemas.base import Text, Whole, column
from schemas.results.base import NULLABLE, Result


class Interviewees(Result):
    """One row is one person interviewed, as the report tells of them: bands, not values.

    `withheld` stands where nothing is told; a column that is empty is not known of anybody alike.
    """

    role: Text = column("Role", "Role of the person; missing where one person has it", **NULLABLE)
    number: Whole = column("Number", "Number within the role, where labels have it", **NULLABLE)
    label: Text = column("Label", "What the person is called in print")
    age_years: Text = column("Age", "Years: a value or a band", **NULLABLE)
    visits: Text = column("Visits", "Number of visits: a value or a band", **NULLABLE)
    children: Text = column("Children", "Number of children: a value or a band", **NULLABLE)
    age_youngest_years: Text = column("Youngest", "Age of the youngest child: years", **NULLABLE)
    stage: Text = column("Stage", "Stage of the first interview, where labels tell it", **NULLABLE)
    starred: Text = column("Starred", "Whether marked in the register", **NULLABLE)
    alike: Whole = column("Alike", "People of the role with this row", ge=1, **NULLABLE)
    alike_in_trial: Whole = column("In the trial", "People it fits there", ge=0, **NULLABLE)
