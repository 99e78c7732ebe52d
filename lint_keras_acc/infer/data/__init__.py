"""What libraries of data make: one module a library, one function a known callable, `(call) -> Value`."""
