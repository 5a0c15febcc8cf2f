"""Write the restorer's manifest: version, weights, and the checksum of every file.

`python -m pipeline.training.seal_restorer --model models/restorer`
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path

from pipeline.stages.restore.model import MANIFEST
from pipeline.stages.restore.plausibility import Weights

UNSEALED = frozenset((MANIFEST, "README.md", "metrics.json"))


def seal(folder: Path) -> str:
    """Write the manifest of `folder` and return the version that it gives the model."""
    digests = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
        if file.name not in UNSEALED
    }
    weights = asdict(Weights())
    everything = json.dumps([digests, weights], sort_keys=True)
    version = hashlib.sha256(everything.encode()).hexdigest()[:12]
    manifest = {"version": version, "weights": weights, "files": digests}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return version


def main() -> None:
    """Read the command line and seal."""
    parser = argparse.ArgumentParser(description=re.split(r"\n", __doc__ or "")[0])
    parser.add_argument("--model", type=Path, default=Path("models/restorer"))
    print(seal(parser.parse_args().model))


if __name__ == "__main__":
    main()
