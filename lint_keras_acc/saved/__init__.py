"""Saved models (.keras, .h5): the CompileSite of what is in the archive, without Keras, and running nothing.

    files            tells saved models from other files
    models           the way in, `read_saved`
    archives         takes the JSON texts out of a file, within bounds
    hdf5             reads the attributes of an HDF5 file in a process of its own (hdf5_attributes)
    parsing          JSON within bounds, and values of the types that are expected
    versions         the dialect of the Keras that saved the model
    graph            layers in plain data, from the configuration of the model
    entries          losses and metrics in plain data, from that of `compile`

What is the user's own (Lambda layers, marshalled code, registered objects) stays unknown: only its name is read.
"""
