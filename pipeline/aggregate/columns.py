"""The columns of what aggregation writes, each with its description."""

from __future__ import annotations

import pyarrow as pa

from pipeline.tables import DOCUMENTS, TEXTS, column

_COUNTED = [
    column("label", pa.string(), "the measure"),
    column("status", pa.string(), "taken, ongoing, planned, proposed or rejected"),
    column("year", pa.int32(), "the year that the findings are about; empty where none is told"),
    column("documents", pa.int64(), "documents with such a finding"),
    column("findings", pa.int64(), "findings; one that is credited to several counts once here"),
    column(
        "distinct_findings",
        pa.int64(),
        "findings when near-duplicates within a document are folded into one",
    ),
    column(
        "as_member",
        pa.int64(),
        "of the findings: credited because the sentence speaks of all bodies covered",
    ),
    column("highest_score", pa.float64(), "highest score of a finding"),
    column("mean_score", pa.float64(), "mean score of the findings"),
    column("confirmed", pa.int64(), "of the findings: confirmed by a reviewer"),
    column("rejected", pa.int64(), "of the findings: rejected by a reviewer"),
    column(
        "estimate",
        pa.float64(),
        "how many there are when false and missed findings are allowed for; empty where the "
        "classifier's precision and recall are not known",
    ),
    column("estimate_low", pa.float64(), "lower end of the estimate's 95 % interval"),
    column("estimate_high", pa.float64(), "upper end of the estimate's 95 % interval"),
    column("evidence", TEXTS, "finding_id of every finding"),
]

MUNICIPALITIES = pa.schema(
    [
        column("municipality_code", pa.string(), "official code: text, with its leading zero"),
        column("municipality_name", pa.string(), "official name"),
        column("county_code", pa.string(), "code of the county"),
        *_COUNTED,
    ]
)

ROLLUP = pa.schema(
    [
        column(
            "level",
            pa.string(),
            "district, region, county, nation (credited to anybody), uncredited (by scope), total",
        ),
        column("code", pa.string(), "code of the area; SE: nation; the scope where uncredited"),
        column("name", pa.string(), "its name"),
        *_COUNTED[:5],
        column(
            "credits",
            pa.int64(),
            "pairs of a finding and a municipality or region that it is credited to: their sum",
        ),
        *_COUNTED[5:],
    ]
)

COLLECTIVE = pa.schema(
    [
        column("finding_id", pa.string(), "the finding"),
        column("document_id", pa.string(), "SHA-256 of the file's bytes"),
        column("document", pa.string(), "path of the file"),
        column("page", pa.int32(), "page on which the sentence begins"),
        column("label", pa.string(), "the measure"),
        column("status", pa.string(), "taken, ongoing, planned, proposed or rejected"),
        column("scope", pa.string(), "all or some of the bodies that the document covers"),
        column("quantity", pa.string(), "the words that say how many bodies"),
        column("quantity_count", pa.int64(), "how many bodies"),
        column("quantity_of", pa.int64(), "of how many bodies"),
        column("quantity_percent", pa.float64(), "per cent of the bodies, 0 to 100"),
        column("year", pa.int32(), "the year that it is about"),
        column("score", pa.float64(), "calibrated probability that the label holds, 0 to 1"),
        column("text", pa.string(), "the sentence"),
        column("covered_codes", TEXTS, "all municipalities that the document deals with"),
        column("verdict", pa.string(), "confirmed or rejected by a reviewer; empty: not reviewed"),
    ]
)

DECISIONS = pa.schema(
    [
        column("finding_id", pa.string(), "the finding"),
        column("verdict", pa.string(), "confirmed or rejected"),
        column("sampled", pa.bool_(), "whether it was drawn at random, so that it stands for all"),
    ]
)

COVERAGE = pa.schema(
    [
        column("level", pa.string(), "municipality, region, unknown, or total"),
        column("code", pa.string(), "code of the area"),
        column("name", pa.string(), "its name"),
        column("county_code", pa.string(), "code of the county"),
        column("documents", pa.int64(), "documents that are by it or deal with it"),
        column("read", pa.int64(), "of these: read in full"),
        column("partly", pa.int64(), "of these: read in part"),
        column("unread", pa.int64(), "of these: not read"),
        column("with_findings", pa.int64(), "of these: with a finding credited to it"),
        column("findings", pa.int64(), "findings credited to it"),
    ]
)

ESTIMATES = pa.schema(
    [
        column("level", pa.string(), "municipality, county or nation"),
        column("code", pa.string(), "code of the area"),
        column("name", pa.string(), "its name"),
        column("label", pa.string(), "the measure"),
        column("findings", pa.int64(), "findings, every status and year"),
        column("distinct_findings", pa.int64(), "near-duplicates within a document folded"),
        column("estimate", pa.float64(), "as in the municipalities' table"),
        column("estimate_low", pa.float64(), "lower end of its 95 % interval"),
        column("estimate_high", pa.float64(), "upper end of its 95 % interval"),
        column("sampled", pa.int64(), "findings that were drawn at random and judged"),
        column("sampled_confirmed", pa.int64(), "of these: confirmed"),
        column(
            "correct_findings",
            pa.float64(),
            "how many of the findings are right: prediction-powered estimate from the sample and "
            "all scores; empty where fewer than 20 were drawn",
        ),
        column("correct_low", pa.float64(), "lower end of its 95 % interval"),
        column("correct_high", pa.float64(), "upper end of its 95 % interval"),
    ]
)

MERGED_DOCUMENTS = pa.schema(
    [
        *DOCUMENTS,
        column("copies", TEXTS, "other paths with the same content"),
        column("run_finished", pa.string(), "when the run that is used was finished"),
    ]
)
