"""Codes of the IATI standard, and what those of its versions before 2.01 are today."""

from collections.abc import Mapping

ROLES = frozenset("1234")
DATE_KINDS = frozenset("1234")
TRANSACTION_KINDS = frozenset(str(number) for number in range(1, 14))
BUDGET_KINDS = frozenset("12")
RESULT_KINDS = frozenset("1239")
MEASURES = frozenset("12345")

OLD_ROLES: Mapping[str, str] = {"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"}
OLD_DATE_KINDS: Mapping[str, str] = {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4"}
OLD_TRANSACTION_KINDS: Mapping[str, str] = {
    "if": "1",
    "c": "2",
    "d": "3",
    "e": "4",
    "ir": "5",
    "lr": "6",
    "r": "7",
    "qp": "8",
    "qs": "9",
    "cg": "10",
}
OLD_BUDGET_KINDS: Mapping[str, str] = {"original": "1", "revised": "2"}

# What an activity must hold, by the schema of version 2.03.
REQUIRED = (
    "iati-identifier",
    "reporting-org",
    "title",
    "description",
    "participating-org",
    "activity-status",
    "activity-date",
)
KNOWN = frozenset(
    (
        *REQUIRED,
        "activity-scope",
        "activity-website",  # until version 1.05
        "budget",
        "capital-spend",
        "collaboration-type",
        "conditions",
        "contact-info",
        "country-budget-items",
        "crs-add",
        "default-aid-type",
        "default-finance-type",
        "default-flow-type",
        "default-tied-status",
        "document-link",
        "fss",
        "humanitarian-scope",
        "legacy-data",
        "location",
        "other-identifier",
        "planned-disbursement",
        "policy-marker",
        "recipient-country",
        "recipient-region",
        "related-activity",
        "result",
        "sector",
        "tag",
        "transaction",
    )
)
COUNTED: Mapping[str, tuple[str, ...]] = {
    "locations": ("location",),
    "related_activities": ("related-activity",),
    "document_links_activity_level": ("document-link",),
    "conditions": ("conditions", "condition"),
    "sectors": ("sector",),
    "recipient_countries": ("recipient-country",),
    "contact_infos": ("contact-info",),
    "tags": ("tag",),
    "policy_markers": ("policy-marker",),
}

# What says where an activity belongs, with its attributes in version 2.03; "!" marks those that the standard asks for.
CLASSIFICATIONS: Mapping[str, tuple[str, ...]] = {
    "activity-scope": ("code!",),
    "recipient-country": ("code!", "percentage"),
    "recipient-region": ("code!", "vocabulary", "vocabulary-uri", "percentage"),
    "sector": ("code!", "vocabulary", "vocabulary-uri", "percentage"),
    "tag": ("code!", "vocabulary!", "vocabulary-uri"),
    "humanitarian-scope": ("code!", "type!", "vocabulary!", "vocabulary-uri"),
    "policy-marker": ("code!", "vocabulary", "vocabulary-uri", "significance"),
    "collaboration-type": ("code!",),
    "default-flow-type": ("code!",),
    "default-finance-type": ("code!",),
    "default-aid-type": ("code!", "vocabulary"),
    "default-tied-status": ("code!",),
    "capital-spend": ("percentage!",),
    "related-activity": ("ref!", "type!"),
}
# Of these an activity has one.
ONCE = frozenset(
    (
        "activity-scope",
        "capital-spend",
        "collaboration-type",
        "default-finance-type",
        "default-flow-type",
        "default-tied-status",
    )
)
# These say in words what their code means.
WITH_WORDS = frozenset(
    ("humanitarian-scope", "policy-marker", "recipient-country", "recipient-region", "sector", "tag")
)
_TEXTS = ("title", "title/narrative", "description", "description/narrative")
_MONEY = ("period-start", "period-end", "value")
_MEASURES = ("comment", "comment/narrative")
# The parts of an activity that neutral results hold, by their paths.
HELD = frozenset(
    (
        "iati-identifier",
        "reporting-org",
        "reporting-org/narrative",
        *_TEXTS,
        "participating-org",
        "participating-org/narrative",
        "activity-status",
        "activity-date",
        *CLASSIFICATIONS,
        *(f"{name}/narrative" for name in WITH_WORDS),
        *(
            f"{name}{part}"
            for name in ("budget", "planned-disbursement")
            for part in ("", *(f"/{one}" for one in _MONEY))
        ),
        *(f"transaction{part}" for part in ("", "/transaction-type", "/transaction-date", "/value")),
        "result",
        *(f"result/{one}" for one in _TEXTS),
        "result/indicator",
        *(
            f"result/indicator/{one}"
            for one in (*_TEXTS, "baseline", "period", "period/period-start", "period/period-end")
        ),
        *(
            f"result/indicator/{name}/{one}"
            for name in ("baseline", "period/target", "period/actual")
            for one in _MEASURES
        ),
        "result/indicator/period/target",
        "result/indicator/period/actual",
    )
)
