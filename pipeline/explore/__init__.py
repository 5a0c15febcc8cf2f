"""What notebooks show: highlighted text, tables and plots, in Swedish where a reader sees it."""
