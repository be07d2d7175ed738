"""Raw exports: read as they came, as text, with the line of each record.

Nothing is imported here: rules are read with the forms of dates and REDCap's dictionaries alone.
"""
