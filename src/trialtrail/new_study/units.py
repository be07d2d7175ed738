"""Stand-in: the unit in a heading. To be replaced."""

import re

KNOWN = "kg|g|cm|mm|m|s|min|mmHg|years|points|ml|l|%"


def unit_of(heading: str, label: str = "") -> tuple[str, str]:
    """Return (name without its unit, unit)."""
    if match := re.fullmatch(rf"(.+?)\s*[\[(]({KNOWN})[\])]", heading):
        return match[1], match[2]
    if match := re.fullmatch(r"(.+)_(kg|cm|mm|mmHg|ml)", heading):
        return match[1], match[2]
    return heading, ""
