"""Which messages are in order, and what becomes of those that are not."""

from __future__ import annotations

import json
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

# What the session does itself: the library's own documents would be kept, and changed, besides.
_OURS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
    types.EXIT,
)


class Protocol(LanguageServerProtocol):
    """The library's protocol, with a life cycle that is kept to."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        for method in _OURS:
            del self.fm.builtin_features[method]
        self._is_initialized = False

    @property
    def is_shut_down(self) -> bool:
        """Whether the client has said that it is about to go."""
        return bool(self._shutdown)

    def receive(self, body: bytes) -> None:
        """Take in one message, whatever it is: one that cannot be understood is answered and forgotten."""
        try:
            content = json.loads(body)
        except (ValueError, RecursionError) as error:
            self._refuse(None, types.ErrorCodes.ParseError, f"no JSON: {error}")
            return
        if not isinstance(content, dict) or content.get("jsonrpc") != self.VERSION:
            self._refuse(None, types.ErrorCodes.InvalidRequest, "no message of JSON-RPC 2.0")
            return
        number, method = content.get("id"), content.get("method")
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | str)):
            self._refuse(None, types.ErrorCodes.InvalidRequest, "the id of a request is a whole number or a string")
            return
        if method is not None and not self._is_in_order(method):
            if number is not None:
                code, message = self._why_not()
                self._refuse(number, code, message)
            return
        if number is not None and _is_notification(method):
            self._refuse(number, types.ErrorCodes.InvalidRequest, f"{method} is no request")
            return
        try:
            message = self.structure_message(content)
        except (JsonRpcException, RecursionError, TypeError) as error:
            self._refuse(number, types.ErrorCodes.InvalidParams, f"{method or 'an answer'}: {error}")
            return
        self.handle_message(message)
        self._is_initialized |= method == types.INITIALIZE

    def _is_in_order(self, method: object) -> bool:
        if method == types.EXIT:
            return True
        if self._shutdown:
            return False
        return self._is_initialized is (method != types.INITIALIZE)

    def _why_not(self) -> tuple[types.ErrorCodes, str]:
        if self._shutdown:
            return types.ErrorCodes.InvalidRequest, "the server is shutting down"
        if self._is_initialized:
            return types.ErrorCodes.InvalidRequest, "the server is initialized already"
        return types.ErrorCodes.ServerNotInitialized, "the server is not initialized yet"

    def _refuse(self, number: str | int | None, code: types.ErrorCodes, message: str) -> None:
        """Answer a request that cannot be met; of anything else, note it in the log."""
        if number is None and code is types.ErrorCodes.InvalidParams:
            self.notify(types.WINDOW_LOG_MESSAGE, types.LogMessageParams(types.MessageType.Error, message))
        else:
            error = {"code": code.value, "message": message}
            self._send_data({"jsonrpc": self.VERSION, "id": number, "error": error})


def _is_notification(method: object) -> bool:
    """Whether the protocol has a method of this name that is never answered."""
    known = types.METHOD_TO_TYPES.get(method) if isinstance(method, str) else None
    return known is not None and known[1] is None
