"""Real editors, set up as docs/editors.md says."""
