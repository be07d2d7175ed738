"""The contract of the table `pseudonyms`."""

from schemas.base import Record, Text, column


class Pseudonyms(Record):
    """One row is one name of a person, as it is spoken, and the one that is printed for it."""

    name: Text = column("Name", "Name as it stands in transcripts")
    pseudonym: Text = column("Pseudonym", "Name that is printed")
    person: Text = column("Person", "Whose name it is, where one has several", optional=True)

    class Config:
        """Key of the table."""

        unique = ["name"]
