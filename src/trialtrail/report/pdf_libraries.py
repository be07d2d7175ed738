"""Ask the system libraries that lay out the PDF which they are, and whether they give the same PDF.

No wheel brings them: Pango, HarfBuzz and fontconfig decide where a line breaks and which parts of a
font the PDF holds.
"""

from __future__ import annotations

from trialtrail.errors import StudyError

OLDEST = (4, 1, 0)
"""HarfBuzz from which WeasyPrint has it reduce fonts."""
PACKAGE = "libharfbuzz-subset0"
_FUNCTIONS = """
const char* pango_version_string(void);
const char* hb_version_string(void);
int FcGetVersion(void);
"""


def pdf_libraries() -> dict[str, str]:
    """Return the versions of Pango, HarfBuzz and fontconfig, by their names."""
    from weasyprint.text.ffi import ffi, fontconfig, harfbuzz, pango

    ffi.cdef(_FUNCTIONS, override=True)
    number = fontconfig.FcGetVersion()  # 21402 is 2.14.2
    return {
        "Pango": ffi.string(pango.pango_version_string()).decode(),
        "HarfBuzz": ffi.string(harfbuzz.hb_version_string()).decode(),
        "fontconfig": f"{number // 10_000}.{number // 100 % 100}.{number % 100}",
    }


def require_same_fonts() -> None:
    """Refuse to make a PDF whose fonts would hold the time at which it was made.

    Raises:
        StudyError: HarfBuzz cannot reduce fonts here, and WeasyPrint would do it with fontTools,
            which writes the time into each.
    """
    from weasyprint.text.ffi import harfbuzz, harfbuzz_subset

    if harfbuzz_subset is None or not harfbuzz.hb_version_atleast(*OLDEST):
        oldest = ".".join(map(str, OLDEST))
        raise StudyError(
            "The PDF cannot be made so that the same results give the same bytes",
            where="the system library libharfbuzz-subset",
            rule=f"fonts are reduced by HarfBuzz {oldest} or later; without it they hold the time",
            remedy=f"make setup installs it; by hand on Debian or Ubuntu: sudo apt-get install"
            f" {PACKAGE}",
        )
