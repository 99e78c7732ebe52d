"""What "accuracy" really is at run time: reference kernels, and an audit of live models.

Needs the extra `runtime` (NumPy). Nothing of the linter imports this package.
"""
