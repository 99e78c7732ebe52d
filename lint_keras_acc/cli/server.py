"""`lint-keras-acc server`: the language server, for editors."""

from __future__ import annotations

import argparse
import gc
import os
import sys

from lint_keras_acc.cli.console import fail, say

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def run(options: argparse.Namespace) -> int:
    """Serve one editor to the end."""
    if options.tcp and options.stdio:
        return fail("--stdio does not go with --tcp")
    if not options.tcp and (options.host is not None or options.port is not None):
        return fail("--host and --port go with --tcp")
    host = options.host or "127.0.0.1"
    if host not in _LOOPBACK:
        return fail(f"the server listens to this machine only: --host must be one of {', '.join(_LOOPBACK)}")
    gc.disable()  # until the linter is loaded
    try:
        from lint_keras_acc.lsp.loading import load_protocol

        load_protocol()
        from lint_keras_acc.lsp.running import serve
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == "lint_keras_acc":
            raise
        gc.enable()
        return fail(f"the server needs {missing}, of the extra lsp: pip install 'lint-keras-acc[lsp]'")
    from lint_keras_acc.lsp.transport import standard_streams, tcp_streams

    if not options.tcp:
        if sys.stdin.isatty():
            say("waiting for an editor on standard input; see lint-keras-acc server --help")
        return serve(*standard_streams())
    try:
        streams = tcp_streams(host, options.port or 0, lambda host, port: say(f"listening on {host} port {port}"))
    except OSError as error:
        return fail(f"cannot listen on {host} port {options.port or 'any'}: {os.strerror(error.errno or 0)}")
    return serve(*streams)
