"""Made-up findings for the review page's benchmark: as many as it takes, none of them real."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.gazetteer import Gazetteer
from pipeline.review.folding import fold
from pipeline.review.intake import SPACING, FindingRows

_VERBS = (
    "anställt inrättat ändrat utbildat avlastat skrivit upphandlat utvecklat avsatt följt".split()
)
_THINGS = (
    "socialsekreterare enheten delegationen mentorer rutinen avtalet jourhem budgeten handledning "
    "introduktion konsulter familjehem öppenvården mottagningen arbetsgruppen ledningssystemet "
    "checklistan samrådet nätverket handplockade utredarna stödboendet barnrättsombud fältarbetare "
    "registret blanketten telefontiden ekonomerna juristen samordnaren utbildningen kvällstider "
    "egenkontroll kartläggningen anslaget statsbidraget lokalerna bilpoolen larmet schemat"
).split()


def made_up_findings(count: int) -> Iterator[FindingRows]:
    """Made-up findings in documents of 50, over all municipalities, measures and scores."""
    chance = random.Random(6)
    codes = sorted(c for c, b in Gazetteer.load().tables.bodies.items() if b.kind == "municipality")
    for number in range(count):
        document = hashlib.sha256(str(number // 50).encode()).hexdigest()
        finding = hashlib.sha256(f"finding {number}".encode()).hexdigest()[:24]
        words = [chance.choice(_THINGS), chance.choice(_VERBS), chance.choice(_THINGS)]
        sentence = f"Nämnden har under år {number} {' '.join(words)} enligt beslut i mars."
        code, score, label = chance.choice(codes), chance.random(), chance.choice(LABELS)
        status, scope = chance.choice(STATUSES), chance.choice(SCOPES)
        place = {"page": 1, "width": 595.0, "height": 842.0, "boxes": [[60.0, 80.0, 400.0, 94.0]]}
        yield FindingRows(
            {
                "id": document,
                "source": f"{document[:8]}.pdf",
                "name": f"{document[:8]}.pdf",
                "year": 2019,
                "pages": 3,
            },
            {
                "id": finding,
                "document_id": document,
                "position": (number + 1) * SPACING,
                "shuffle": chance.randrange(16**7),
                "page": 1,
                "start": 0,
                "end": len(sentence),
                "label": label,
                "status": status,
                "scope": scope,
                "score": score,
                "doubt": abs(score - 0.5),
                "year": 2000 + number % 25,
                "codes": [code],
                "now_label": label,
                "now_status": status,
                "now_scope": scope,
                "now_codes": [code],
            },
            {
                "finding_id": finding,
                "heading": "Åtgärder",
                "before": "",
                "text": sentence,
                "after": "",
                "folded": fold(f"{sentence} Åtgärder"),
                "detail": {
                    "start": 0,
                    "context": sentence,
                    "span": [0, len(sentence)],
                    "raw_start": 0,
                    "raw": sentence,
                    "raw_span": [0, len(sentence)],
                    "edits": [],
                    "places": [place],
                    "pages": 3,
                    "has_layout": True,
                },
            },
        )
