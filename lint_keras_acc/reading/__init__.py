"""What all readers share: which loss and metrics belong to which output, and what layers make of an output.

Reads neither source nor live objects: its callers say what they have read in the words of `sites.py`, or describe
layers, losses and metrics in plain data (`outputs.Layer`, `compiled.Entry`).

For every reader, also that of sources:
    heads     which loss and metrics belong to which output, and what 'accuracy' runs there
    words     losses and metrics from their names to the words of `sites.py`
    tensors   what functions of tensors do to an output, and which activation decides

For models in plain data, live or saved:
    model     the way in, `read_compiled`: a `CompiledModel` becomes a CompileSite and its portrait
    outputs   from layers to an output: units, activation, rank
    compiled  from entries to losses and metrics
    portrait  writes the code that the places of findings point into
"""
