"""What Keras does, as tables: for every generation that people still write for."""
