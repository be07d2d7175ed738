"""What is odd in the data and may still be right: one subject a module, all of them warnings.

A finding says the name of the statistic, its threshold and the number of values. What was found
(the value, or the figure of a group) stands in the list of queries alone.
"""
