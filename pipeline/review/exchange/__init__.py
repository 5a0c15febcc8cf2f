"""Decisions out, and back in: JSONL, CSV, XLSX, Label Studio, doccano; out also as annotations."""
