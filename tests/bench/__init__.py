"""`make bench`: what the house costs, figure by figure, on both databases.

One module for each group of figures with a function `run(size)`; `floor` is what they are measured
against: the same rows written by plain SQL. `python -m tests.bench --help` names the choices.
"""
