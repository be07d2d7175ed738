"""How far coders agree: who read what, on what they decided, and the measures with intervals.

What is undefined (0/0: nothing to judge, or no variation against which agreement could show) is
NaN and never 1.
"""
