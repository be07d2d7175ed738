"""What months are called: whole words and their usual abbreviations, in some languages.

The words are those of the Unicode CLDR (wide and abbreviated, format and stand-alone), with the
spellings that keyboards without accents make. A word is compared whole: what merely begins like the
name of a month is none. Nothing heavy is imported here: the configuration is checked with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

LANGUAGES = {
    "da": (
        "januar jan,februar feb,marts mar,april apr,maj,juni jun,juli jul,august aug,"
        "september sep sept,oktober okt,november nov,december dec"
    ),
    "de": (
        "januar jänner jaenner jan jän,februar feber feb,märz maerz mrz mär,april apr,mai,"
        "juni jun,juli jul,august aug,september sep sept,oktober okt,november nov,dezember dez"
    ),
    "en": (
        "january jan,february feb,march mar,april apr,may,june jun,july jul,august aug,"
        "september sep sept,october oct,november nov,december dec"
    ),
    "es": (
        "enero ene,febrero feb,marzo mar,abril abr,mayo may,junio jun,julio jul,agosto ago,"
        "septiembre setiembre sept sep set,octubre oct,noviembre nov,diciembre dic"
    ),
    "fi": (
        "tammikuu tammikuuta tammi,helmikuu helmikuuta helmi,maaliskuu maaliskuuta maalis,"
        "huhtikuu huhtikuuta huhti,toukokuu toukokuuta touko,kesäkuu kesäkuuta kesä,"
        "heinäkuu heinäkuuta heinä,elokuu elokuuta elo,syyskuu syyskuuta syys,"
        "lokakuu lokakuuta loka,marraskuu marraskuuta marras,joulukuu joulukuuta joulu"
    ),
    "fr": (
        "janvier janv jan,février fevrier févr fevr fév fev,mars mar,avril avr,mai,juin jun,"
        "juillet juil jul,août aout aoû aou,septembre sept sep,octobre oct,novembre nov,"
        "décembre decembre déc dec"
    ),
    "it": (
        "gennaio gen,febbraio feb,marzo mar,aprile apr,maggio mag,giugno giu,luglio lug,"
        "agosto ago,settembre set sett,ottobre ott,novembre nov,dicembre dic"
    ),
    "nb": (
        "januar jan,februar feb,mars mar,april apr,mai,juni jun,juli jul,august aug,"
        "september sep sept,oktober okt,november nov,desember des"
    ),
    "nl": (
        "januari jan,februari feb,maart mrt maa,april apr,mei,juni jun,juli jul,augustus aug,"
        "september sep sept,oktober okt,november nov,december dec"
    ),
    "pl": (
        "styczeń stycznia sty,luty lutego lut,marzec marca mar,kwiecień kwietnia kwi,maj maja,"
        "czerwiec czerwca cze,lipiec lipca lip,sierpień sierpnia sie,wrzesień września wrz,"
        "październik października paź,listopad listopada lis,grudzień grudnia gru"
    ),
    "pt": (
        "janeiro jan,fevereiro fev,março marco mar,abril abr,maio mai,junho jun,julho jul,"
        "agosto ago,setembro set,outubro out,novembro nov,dezembro dez"
    ),
    "sv": (
        "januari jan,februari feb,mars mar,april apr,maj,juni jun,juli jul,augusti aug,"
        "september sep sept,oktober okt,november nov,december dec"
    ),
}
"""Language -> its twelve months, each with all its words."""
ENGLISH = "en"

Months = str | Sequence[str | Sequence[str]]
"""A language, or twelve months, each a word or all its words, as the configuration gives them."""


def month_words(months: Months | None = None) -> Mapping[str, int]:
    """Return word -> number of the month, of English words where ``months`` is none."""
    return _words(_twelve(months or ENGLISH))


def month_of(word: str, words: Mapping[str, int]) -> int | None:
    """Return the number of the month that a whole word, with or without a point, names."""
    return words.get(_plain(word))


def month_problems(months: Months) -> Iterator[str]:
    """Yield each word that names two of the twelve months, or none that a cell can hold."""
    seen: dict[str, int] = {}
    for number, spellings in enumerate(_twelve(months), start=1):
        for word in spellings:
            if not _plain(word).isalpha():
                yield f"`{word}` is no word of letters"
            elif seen.setdefault(_plain(word), number) != number:
                yield f"`{word}` names two months"


def _twelve(months: Months) -> tuple[tuple[str, ...], ...]:
    if isinstance(months, str):
        return tuple(tuple(month.split()) for month in LANGUAGES[months].split(","))
    return tuple((each,) if isinstance(each, str) else tuple(each) for each in months)


@lru_cache
def _words(twelve: tuple[tuple[str, ...], ...]) -> dict[str, int]:
    numbered = enumerate(twelve, start=1)
    return {_plain(word): number for number, spellings in numbered for word in spellings}


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).strip().removesuffix(".").casefold()
