"""The sample programme: what is documented of JETRO's events, and fictional organisations to try the software with."""

SAMPLE_PASSWORD = "rbc-sample-2026"  # noqa: S105 - printed at every start, for accounts on *.example alone

SAMPLE_ACCOUNTS = (
    ("headquarters@sample.example", "headquarters / 本部"),
    ("coordinator@sample.example", "coordinator / コーディネーター"),
    ("interpreter@sample.example", "interpreter / 通訳"),
    ("delegate@sample.example", "delegate of a foreign company / 外国企業の出席者"),
    ("partner@sample.example", "delegate of a local company / 地域企業の出席者"),
)
