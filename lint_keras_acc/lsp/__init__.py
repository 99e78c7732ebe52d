"""The language server `lint-keras-acc server`: what editors show of a program while it is written.

loading.py      the types of the protocol, loaded in less time
running.py      a server at work, from its first message to its end
server.py       what it answers to, one function a message
session.py      the open documents, and when is told what is found in them
worker.py       the one thread that lints, and works out what is asked
documents.py    texts as the editor has them, and the changes that it makes to them
checked.py      a document as it was linted: from places in findings to places in the editor, and back
diagnostics.py  findings as diagnostics
actions.py      what an editor offers to do about findings
hover.py        what is said of the place that the mouse rests on; markup.py is how
positions.py    columns in the units of the client
uris.py         from URIs to paths, and back
workspace.py    the settings of each file, from pyproject.toml and from the editor
protocol.py     which messages are in order, and what becomes of those that are not
transport.py    messages over standard input and output, and over TCP
processes.py    whether the editor still runs
"""
