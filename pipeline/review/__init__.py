"""The inspectors' review page: judge findings beside the page they stand on.

What reviewers do is a log of events (`events`), each a change of one slot of one finding; state is
a fold of the log (`standing`), and undo is a further event (`history`). These are free of I/O.
`schema`, `database` and `log` keep the log; `app` and `routes` show it to a browser.
"""
