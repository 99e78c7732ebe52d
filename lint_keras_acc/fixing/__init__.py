"""How a fix becomes text: repairs to edits, edits to bytes. `lint_keras_acc.fixes` is the door to it."""
