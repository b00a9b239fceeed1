"""The language server: completion, ghost text, hover, diagnostics and more for any editor.

Pure functions over a snapshot of a document and an opened schema; `server` wires them to the
protocol, `transport` to a stream.
"""
