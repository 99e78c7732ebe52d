"""The oracle: every combination of loss, output, labels and metric, computed by real Keras and judged by the rules.

cells.py       the product, and each combination as a program
tasks.py       what the honest figure and the intended loss are, in plain NumPy
measuring.py   what Keras computes, one process for each backend
verdicts.py    what the rules say, and where that disagrees with what Keras computed
exceptions.py  which disagreements are meant, and why
document.py    docs/oracle.md; `python -m tests.oracle` brings it up to date
"""
