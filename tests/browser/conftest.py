"""What the browser tests share with the other tests of the review page."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
