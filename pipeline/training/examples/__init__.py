"""The example documents of `corpus/examples`: from one source text to files and truth.

`python -m pipeline.training.examples` makes them anew. `source` reads what was written, `layout`
and `pdf` set it as pages, `office` as docx and html, `scan` makes scans of pages, and `truth`
writes down what a perfect reader would find.
"""
