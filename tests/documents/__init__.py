"""README.md and docs/: what can be executed there is executed, and what is quoted is what comes out.

pages.py     the pages and their fenced blocks
running.py   a page executed in a workspace of its own: the page with its outputs as they are now
pictures.py  the pictures of docs/pictures, made anew
`python -m tests.documents [PAGE ...]` brings outputs and pictures up to date.

A comment on the line above a block says what the block is:
    <!-- file: NAME -->                         the block is written to this file; a program is also run
    <!-- output of the program above -->        what the Python block above prints
    <!-- output of: lint-keras-acc ... -->      what the command prints; also `python NAME`
    <!-- tested by: tests/... -->               another test executes it; under the title, for all blocks of the page
    <!-- not executed: REASON -->               nothing does, and why
Python blocks of one page follow one another in one session. JSON, TOML and YAML are read, and our settings,
pre-commit's configuration and the workflows of GitHub and GitLab checked by what they are made for. Shell blocks may
use `lint-keras-acc`, `python NAME` and flake8; everything else needs one of the last two comments.
"""
