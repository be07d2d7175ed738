"""What days of the week are called in some languages: a word beside a date must be of its day.

The words are those of the Unicode CLDR (wide, abbreviated and short). They are of all languages at
once, for none of them calls a day what another calls another day. Nothing heavy is imported here:
the configuration is checked with it.
"""

from __future__ import annotations

import unicodedata

WEEK = (
    "monday mon mo montag lundi lun lunes lunedì lunedi maandag ma maanantai mandag man måndag mån"
    " poniedziałek pon pn segunda segunda-feira seg",
    "tuesday tue tues tu dienstag di die mardi mar martes martedì martedi dinsdag din tiistai ti"
    " tirsdag tir tisdag tis wtorek wt wto terça terca terça-feira terca-feira ter",
    "wednesday wed we mittwoch mi mit mercredi mer miércoles miercoles mié mie mercoledì mercoledi"
    " woensdag wo woe keskiviikko ke onsdag ons środa sroda śr śro quarta quarta-feira qua",
    "thursday thu thur thurs th donnerstag do don jeudi jeu jueves jue giovedì giovedi gio"
    " donderdag torstai to torsdag tor tors czwartek czw quinta quinta-feira qui",
    "friday fri fr freitag fre vendredi ven viernes vie venerdì venerdi vrijdag vr vri perjantai pe"
    " fredag piątek piatek pt pią sexta sexta-feira sex",
    "saturday sat sa samstag sam sonnabend samedi sábado sabado sáb sab sabato zaterdag za zat"
    " lauantai la lørdag lør lördag lör sobota sob",
    "sunday sun su sonntag so son dimanche dim domingo dom domenica zondag zo zon sunnuntai søndag"
    " søn söndag sön niedziela nd nie niedz",
)
"""The words of each day, Monday first."""


def weekday_of(word: str) -> int | None:
    """Return the day that a whole word, with or without a point, names: Monday is 0."""
    return _WORDS.get(_plain(word))


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).strip().removesuffix(".").casefold()


_WORDS = {_plain(word): day for day, words in enumerate(WEEK) for word in words.split()}
