"""What all readers share: which loss and metrics belong to which output, and what layers make of an output.

Reads neither source nor live objects: its callers say what they have read in the words of `sites.py`, or describe
layers, losses and metrics in plain data (`outputs.Layer`, `compiled.Entry`).
"""
