"""Outcomes that are not known: imputed several times, analysed each time, pooled."""
