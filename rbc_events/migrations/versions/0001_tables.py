"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "programmes",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "rbc",
                "business_connect",
                "goi",
                "support_case",
                name="programmekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("description_ja", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("follow_up_months", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name_ja <> '' OR name_en <> ''", name=op.f("ck_programmes_named")),
        sa.CheckConstraint("fiscal_year BETWEEN 1950 AND 2200", name=op.f("ck_programmes_fiscal_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("key", name=op.f("uq_programmes_key")),
    )
    op.create_table(
        "regions",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "prefecture", "municipality", name="regionkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_kana", sa.Text(), nullable=False),
        sa.CheckConstraint("length(code) = 6", name=op.f("ck_regions_code_length")),
        sa.ForeignKeyConstraint(["parent_code"], ["regions.code"], name=op.f("fk_regions_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_regions")),
    )
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_regions_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "sectors",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sectors")),
        sa.UniqueConstraint("key", name=op.f("uq_sectors_key")),
    )
    op.create_table(
        "sources",
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title_ja", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("title_ja <> '' OR title_en <> ''", name=op.f("ck_sources_titled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("number", name=op.f("uq_sources_number")),
    )
    op.create_table(
        "unsubscriptions",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsubscriptions")),
        sa.UniqueConstraint("address", "kind", name=op.f("uq_unsubscriptions_address_kind")),
    )
    op.create_table(
        "users",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_latin", sa.Text(), nullable=False),
        sa.Column("given_latin", sa.Text(), nullable=False),
        sa.Column("family_kanji", sa.Text(), nullable=False),
        sa.Column("given_kanji", sa.Text(), nullable=False),
        sa.Column("family_kana", sa.Text(), nullable=False),
        sa.Column("given_kana", sa.Text(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "erasure_requests",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_erasure_requests_done_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_erasure_requests_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_requests")),
        sa.UniqueConstraint("user_id", name=op.f("uq_erasure_requests_user_id")),
    )
    op.create_table(
        "events",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.Column(
            "shape",
            sa.Enum("conference", "season", name="shape", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum("in_person", "online", "hybrid", name="mode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("pitch_on", sa.Date(), nullable=True),
        sa.Column("registration_opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registration_closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requests_close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_days", sa.Integer(), nullable=False),
        sa.Column("request_caps", sa.JSON(), nullable=False),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("description_ja", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("venue_ja", sa.Text(), nullable=False),
        sa.Column("venue_en", sa.Text(), nullable=False),
        sa.Column("sample_note_ja", sa.Text(), nullable=False),
        sa.Column("sample_note_en", sa.Text(), nullable=False),
        sa.Column("reply_address", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("changeover_minutes", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name_ja <> '' OR name_en <> ''", name=op.f("ck_events_named")),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on", name=op.f("ck_events_days_in_order")
        ),
        sa.CheckConstraint(
            "registration_opens_at IS NULL OR registration_closes_at IS NULL OR registration_opens_at < registration_closes_at",
            name=op.f("ck_events_registration_in_order"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_events_programme_id")),
        sa.ForeignKeyConstraint(["sector_id"], ["sectors.id"], name=op.f("fk_events_sector_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("key", name=op.f("uq_events_key")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_sector_id"), ["sector_id"], unique=False)

    op.create_table(
        "links",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "confirm_email",
                "set_password",
                "sign_in",
                "change_email",
                "join_organisation",
                name="linkpurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_links_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_links_token_hash")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_user_id"), ["user_id"], unique=False)

    op.create_table(
        "organisations",
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "foreign_company",
                "foreign_affiliated",
                "local_company",
                "university",
                "research_institute",
                "university_venture",
                "municipality",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name_native", sa.Text(), nullable=False),
        sa.Column("name_latin", sa.Text(), nullable=False),
        sa.Column("name_kana", sa.Text(), nullable=False),
        sa.Column("corporate_number", sa.Text(), nullable=True),
        sa.Column("claimed_number", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("founded", sa.Integer(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name_native <> ''", name=op.f("ck_organisations_named")),
        sa.CheckConstraint(
            "corporate_number IS NULL OR length(corporate_number) = 13", name=op.f("ck_organisations_corporate_number")
        ),
        sa.CheckConstraint("length(country) = 2", name=op.f("ck_organisations_country")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["organisations.id"], name=op.f("fk_organisations_merged_into_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_organisations_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("corporate_number", name=op.f("uq_organisations_corporate_number")),
        sa.UniqueConstraint("key", name=op.f("uq_organisations_key")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisations_region_code"), ["region_code"], unique=False)

    op.create_table(
        "sign_ins",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sign_ins_key_hash")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_user_id"), ["user_id"], unique=False)

    op.create_table(
        "support_cases",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("title_ja", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("summary_ja", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("background_ja", sa.Text(), nullable=False),
        sa.Column("background_en", sa.Text(), nullable=False),
        sa.Column("support_ja", sa.Text(), nullable=False),
        sa.Column("support_en", sa.Text(), nullable=False),
        sa.Column("result_ja", sa.Text(), nullable=False),
        sa.Column("result_en", sa.Text(), nullable=False),
        sa.Column(
            "origin_ja",
            sa.Enum(
                "human", "machine", "approved", name="origin_ja", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "origin_en",
            sa.Enum(
                "human", "machine", "approved", name="origin_en", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "rests_on",
            sa.Enum("consent", "sources", name="basis", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_version_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "published_at IS NULL OR rests_on = 'sources' OR published_version_id IS NOT NULL",
            name=op.f("ck_support_cases_approved_text"),
        ),
        sa.CheckConstraint("title_ja <> '' AND title_en <> ''", name=op.f("ck_support_cases_both_titles")),
        sa.CheckConstraint(
            "published_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_support_cases_public_or_withdrawn")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_support_cases_programme_id")),
        sa.ForeignKeyConstraint(
            ["published_version_id"],
            ["case_versions.id"],
            name="fk_support_cases_published_version_id",
            use_alter=True,  # the two tables refer to each other: PostgreSQL takes it below, SQLite at once
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_cases")),
        sa.UniqueConstraint("key", name=op.f("uq_support_cases_key")),
    )
    with op.batch_alter_table("support_cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_cases_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "blocks",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "meetings", "break", "programme", name="blockkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_blocks_in_order")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_blocks_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
    )
    with op.batch_alter_table("blocks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blocks_event_id"), ["event_id"], unique=False)

    op.create_table(
        "case_facts",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("label_ja", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("text_ja", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_cases.id"], name=op.f("fk_case_facts_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_case_facts_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_facts")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_case_facts_case_id_position")),
    )
    with op.batch_alter_table("case_facts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_facts_source_id"), ["source_id"], unique=False)

    op.create_table(
        "case_pictures",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("alt_ja", sa.Text(), nullable=False),
        sa.Column("alt_en", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("alt_ja <> '' AND alt_en <> ''", name=op.f("ck_case_pictures_described")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_cases.id"], name=op.f("fk_case_pictures_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_pictures")),
    )
    with op.batch_alter_table("case_pictures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_pictures_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_pictures_stored_as"), ["stored_as"], unique=False)

    op.create_table(
        "case_versions",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_cases.id"], name=op.f("fk_case_versions_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_versions")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_versions_case_id_number")),
        sa.UniqueConstraint("case_id", "sha256", name=op.f("uq_case_versions_case_id_sha256")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key(
            "fk_support_cases_published_version_id", "support_cases", "case_versions", ["published_version_id"], ["id"]
        )
    op.create_table(
        "claims",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("known_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("organisation_id <> known_id", name=op.f("ck_claims_two")),
        sa.ForeignKeyConstraint(
            ["known_id"], ["organisations.id"], name=op.f("fk_claims_known_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_claims_made_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_claims_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_claims_organisation_id")),
    )
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claims_known_id"), ["known_id"], unique=False)

    op.create_table(
        "event_hosts",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_hosts_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_event_hosts_region_code")),
        sa.PrimaryKeyConstraint("event_id", "region_code", name=op.f("pk_event_hosts")),
    )
    with op.batch_alter_table("event_hosts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_hosts_region_code"), ["region_code"], unique=False)

    op.create_table(
        "feeds",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column(
            "scope",
            sa.Enum(
                "delegate",
                "organisation",
                "interpreter",
                "coordinator",
                "room",
                name="feedscope",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tag", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_feeds_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_feeds_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feeds_token_hash")),
    )
    with op.batch_alter_table("feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feeds_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_feeds_subject", ["event_id", "scope", "subject_id"], unique=False)

    op.create_table(
        "grants",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "headquarters",
                "coordinator",
                "interpreter",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(role = 'headquarters' AND region_code IS NULL AND event_id IS NULL) OR (role = 'coordinator' AND (region_code IS NULL) <> (event_id IS NULL)) OR (role = 'interpreter' AND region_code IS NULL)",
            name=op.f("ck_grants_scope"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_grants_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_grants_region_code")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_grants_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_grants_user_id"), ["user_id"], unique=False)

    op.create_table(
        "interpreters",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("pairs", sa.Text(), nullable=False),
        sa.Column("most_minutes", sa.Integer(), nullable=False),
        sa.Column("longest_run_minutes", sa.Integer(), nullable=False),
        sa.Column("rest_minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_latin", sa.Text(), nullable=False),
        sa.Column("given_latin", sa.Text(), nullable=False),
        sa.Column("family_kanji", sa.Text(), nullable=False),
        sa.Column("given_kanji", sa.Text(), nullable=False),
        sa.Column("family_kana", sa.Text(), nullable=False),
        sa.Column("given_kana", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_interpreters_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_interpreters_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpreters")),
        sa.UniqueConstraint("event_id", "email", name=op.f("uq_interpreters_event_id_email")),
    )
    with op.batch_alter_table("interpreters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interpreters_user_id"), ["user_id"], unique=False)

    op.create_table(
        "mail_texts",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_mail_texts_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_texts")),
        sa.UniqueConstraint("event_id", "kind", "language", name=op.f("uq_mail_texts_event_id_kind_language")),
    )
    op.create_table(
        "memberships",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_memberships_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("user_id", "organisation_id", name=op.f("uq_memberships_user_id_organisation_id")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "outbox_messages",
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "in_flight",
                "awaiting_retry",
                "sent",
                "bounced",
                "failed",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_outbox_messages_event_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_messages_message_id")),
        sa.UniqueConstraint("occasion", name=op.f("uq_outbox_messages_occasion")),
    )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_messages_due", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_messages_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_messages_recipient"), ["recipient"], unique=False)

    op.create_table(
        "places",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "table",
                "room",
                "virtual",
                "booth",
                name="placekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("join_url", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("name_ja <> '' OR name_en <> ''", name=op.f("ck_places_named")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 1000", name=op.f("ck_places_capacity")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_places_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("event_id", "name_ja", "name_en", name=op.f("uq_places_event_id_name_ja_name_en")),
    )
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_places_event_id"), ["event_id"], unique=False)

    op.create_table(
        "print_runs",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("archive", "mail", name="printpurpose", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "done",
                "cancelled",
                "failed",
                name="printstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_print_runs_asked_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_print_runs_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_runs")),
    )
    with op.batch_alter_table("print_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_runs_event_id"), ["event_id"], unique=False)

    op.create_table(
        "profiles",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=True),
        sa.Column("summary_ja", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("technology_ja", sa.Text(), nullable=False),
        sa.Column("technology_en", sa.Text(), nullable=False),
        sa.Column("intellectual_property_ja", sa.Text(), nullable=False),
        sa.Column("intellectual_property_en", sa.Text(), nullable=False),
        sa.Column("social_issue_ja", sa.Text(), nullable=False),
        sa.Column("social_issue_en", sa.Text(), nullable=False),
        sa.Column("japan_plan_ja", sa.Text(), nullable=False),
        sa.Column("japan_plan_en", sa.Text(), nullable=False),
        sa.Column("decision_maker_ja", sa.Text(), nullable=False),
        sa.Column("decision_maker_en", sa.Text(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "research",
                "prototype",
                "pilot",
                "market",
                "scaling",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "japan_presence",
            sa.Enum(
                "none",
                "agent",
                "office",
                "subsidiary",
                name="japanpresence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("partner_types", sa.JSON(), nullable=False),
        sa.Column("collaboration_modes", sa.JSON(), nullable=False),
        sa.Column("target_regions", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_profiles_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sector_id"], ["sectors.id"], name=op.f("fk_profiles_sector_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_profiles")),
    )
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profiles_sector_id"), ["sector_id"], unique=False)

    op.create_table(
        "questions",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "long_text",
                "choice",
                "choices",
                "number",
                "file",
                "consent",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("label_ja", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("help_ja", sa.Text(), nullable=False),
        sa.Column("help_en", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("shown_if", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column(
            "visible_to",
            sa.Enum("partners", "staff", name="audience", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_questions_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("event_id", "key", name=op.f("uq_questions_event_id_key")),
    )
    op.create_table(
        "quotas",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "foreign_company",
                "foreign_affiliated",
                "local_company",
                "university",
                "research_institute",
                "university_venture",
                "municipality",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("places >= 0", name=op.f("ck_quotas_places")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_quotas_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotas")),
        sa.UniqueConstraint("event_id", "kind", name=op.f("uq_quotas_event_id_kind")),
    )
    op.create_table(
        "report_runs",
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "done",
                "cancelled",
                "failed",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_report_runs_asked_by_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_report_runs_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_runs")),
    )
    with op.batch_alter_table("report_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_runs_asked_by_id"), ["asked_by_id"], unique=False)

    op.create_table(
        "saved_searches",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_saved_searches_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_searches_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("user_id", "event_id", "name", name=op.f("uq_saved_searches_user_id_event_id_name")),
    )
    with op.batch_alter_table("saved_searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_searches_event_id"), ["event_id"], unique=False)

    op.create_table(
        "schedule_runs",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "done",
                "applied",
                "stale",
                "cancelled",
                "failed",
                name="runstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("time_limit", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("keep_published", sa.Boolean(), nullable=False),
        sa.Column("aims", sa.JSON(), nullable=False),
        sa.Column("explanations", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("plan", sa.JSON(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_schedule_runs_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_schedule_runs_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_runs")),
    )
    with op.batch_alter_table("schedule_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_runs_event_id"), ["event_id"], unique=False)

    op.create_table(
        "sheet_runs",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("check", "import", name="sheet_purpose", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "done",
                "cancelled",
                "failed",
                name="sheet_step",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_sheet_runs_asked_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_sheet_runs_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_runs")),
        sa.UniqueConstraint("event_id", "kind", "digest", name=op.f("uq_sheet_runs_event_id_kind_digest")),
    )
    op.create_table(
        "statements",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "offer",
                "need",
                "seed",
                "challenge",
                name="statementkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_ja", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column(
            "origin_ja",
            sa.Enum(
                "human", "machine", "approved", name="origin_ja", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "origin_en",
            sa.Enum(
                "human", "machine", "approved", name="origin_en", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("text_ja <> '' OR text_en <> ''", name=op.f("ck_statements_not_empty")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_statements_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statements_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "uploads",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("logo", "deck", "answer", name="uploadkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_uploads_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_uploads_stored_as"), ["stored_as"], unique=False)

    op.create_table(
        "case_approvals",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("signed_name", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("answered_at IS NULL OR signed_name <> ''", name=op.f("ck_case_approvals_signed")),
        sa.CheckConstraint("(answered_at IS NULL) = (agreed IS NULL)", name=op.f("ck_case_approvals_answer")),
        sa.CheckConstraint("withdrawn_at IS NULL OR agreed", name=op.f("ck_case_approvals_withdrawn_consent")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_case_approvals_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_case_approvals_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["case_versions.id"], name=op.f("fk_case_approvals_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_approvals")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_case_approvals_token_hash")),
    )
    with op.batch_alter_table("case_approvals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_approvals_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_approvals_version_id"), ["version_id"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "unconfirmed",
                "submitted",
                "asked_back",
                "waitlisted",
                "approved",
                "declined",
                "withdrawn",
                name="registrationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("most_per_day", sa.Integer(), nullable=True),
        sa.Column("booth_id", sa.Integer(), nullable=True),
        sa.Column("attends", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered_by_id", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("attends IN ('in_person', 'online')", name=op.f("ck_registrations_attends")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 50", name=op.f("ck_registrations_capacity")),
        sa.ForeignKeyConstraint(
            ["booth_id"], ["places.id"], name=op.f("fk_registrations_booth_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_registrations_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_registrations_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_registrations_organisation_id")
        ),
        sa.ForeignKeyConstraint(["registered_by_id"], ["users.id"], name=op.f("fk_registrations_registered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("event_id", "organisation_id", name=op.f("uq_registrations_event_id_organisation_id")),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index("ix_registrations_event_state", ["event_id", "state"], unique=False)
        batch_op.create_index("ix_registrations_form_key", ["form_key"], unique=True)
        batch_op.create_index(batch_op.f("ix_registrations_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "relationships",
        sa.Column("parties_key", sa.Text(), nullable=False),
        sa.Column("seed_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "dormant",
                "closed",
                name="relationshipstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state = 'active' OR state_reason <> ''", name=op.f("ck_relationships_reason_to_rest")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_relationships_created_by_id")),
        sa.ForeignKeyConstraint(["keeper_id"], ["users.id"], name=op.f("fk_relationships_keeper_id")),
        sa.ForeignKeyConstraint(
            ["seed_id"], ["statements.id"], name=op.f("fk_relationships_seed_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationships")),
        sa.UniqueConstraint("parties_key", name=op.f("uq_relationships_parties_key")),
    )
    with op.batch_alter_table("relationships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relationships_next_step_on"), ["next_step_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationships_seed_id"), ["seed_id"], unique=False)

    op.create_table(
        "slots",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slots_in_order")),
        sa.ForeignKeyConstraint(["block_id"], ["blocks.id"], name=op.f("fk_slots_block_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_slots_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("event_id", "starts_at", name=op.f("uq_slots_event_id_starts_at")),
    )
    with op.batch_alter_table("slots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slots_block_id"), ["block_id"], unique=False)

    op.create_table(
        "statement_vectors",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("taxonomy", sa.Text(), nullable=False),
        sa.Column("concepts", sa.LargeBinary(), nullable=False),
        sa.Column("encoder", sa.Text(), nullable=False),
        sa.Column("sentence", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_statement_vectors_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_statement_vectors")),
    )
    with op.batch_alter_table("statement_vectors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_vectors_revision"), ["revision"], unique=False)

    op.create_table(
        "answers",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_answers_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_answers_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("registration_id", "question_id", name=op.f("uq_answers_registration_id_question_id")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_question_id"), ["question_id"], unique=False)

    op.create_table(
        "bookmarks",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_bookmarks_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_bookmarks_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "registration_id", name=op.f("pk_bookmarks")),
    )
    with op.batch_alter_table("bookmarks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bookmarks_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "consents",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "publication",
                "sharing",
                "overseas_transfer",
                "addresses",
                "declaration",
                name="consentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_consents_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "delegates",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("named_by_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("contact", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_latin", sa.Text(), nullable=False),
        sa.Column("given_latin", sa.Text(), nullable=False),
        sa.Column("family_kanji", sa.Text(), nullable=False),
        sa.Column("given_kanji", sa.Text(), nullable=False),
        sa.Column("family_kana", sa.Text(), nullable=False),
        sa.Column("given_kana", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["users.id"], name=op.f("fk_delegates_named_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_delegates_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_delegates_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegates")),
        sa.UniqueConstraint("registration_id", "email", name=op.f("uq_delegates_registration_id_email")),
    )
    with op.batch_alter_table("delegates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegates_user_id"), ["user_id"], unique=False)

    op.create_table(
        "dismissals",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("dismissed_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dismissed_id"], ["registrations.id"], name=op.f("fk_dismissals_dismissed_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_dismissals_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration_id", "dismissed_id", name=op.f("pk_dismissals")),
    )
    with op.batch_alter_table("dismissals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dismissals_dismissed_id"), ["dismissed_id"], unique=False)

    op.create_table(
        "follow_ups",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "answered",
                "nobody",
                "closed",
                name="followupstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name=op.f("ck_follow_ups_answered")),
        sa.CheckConstraint("month BETWEEN 1 AND 120", name=op.f("ck_follow_ups_month")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_follow_ups_organisation_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationships.id"], name=op.f("fk_follow_ups_relationship_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint(
            "relationship_id",
            "organisation_id",
            "month",
            name=op.f("uq_follow_ups_relationship_id_organisation_id_month"),
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_follow_ups_token_hash")),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_relationship_id"), ["relationship_id"], unique=False)

    op.create_table(
        "interpreter_unavailabilities",
        sa.Column("interpreter_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreters.id"],
            name=op.f("fk_interpreter_unavailabilities_interpreter_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slots.id"], name=op.f("fk_interpreter_unavailabilities_slot_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("interpreter_id", "slot_id", name=op.f("pk_interpreter_unavailabilities")),
    )
    with op.batch_alter_table("interpreter_unavailabilities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interpreter_unavailabilities_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "meeting_requests",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "mutual",
                "declined",
                "withdrawn",
                "expired",
                name="requeststate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("pair", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(pair IS NOT NULL) = (state IN ('pending', 'mutual'))", name=op.f("ck_meeting_requests_pair_while_open")
        ),
        sa.CheckConstraint(
            "(asked_by_id IS NULL) <> (proposed_by_id IS NULL)", name=op.f("ck_meeting_requests_one_origin")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["registrations.id"], name=op.f("fk_meeting_requests_asked_by_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_meeting_requests_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"], name=op.f("fk_meeting_requests_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_requests")),
        sa.UniqueConstraint("pair", name=op.f("uq_meeting_requests_pair")),
    )
    with op.batch_alter_table("meeting_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_requests_asked_by_id"), ["asked_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_requests_event_id"), ["event_id"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("relationship_id", sa.Integer(), nullable=True),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "nda",
                "mta",
                "loi_mou",
                "poc",
                "joint_research",
                "joint_development",
                "collaboration",
                "licence",
                "distribution",
                "manufacturing",
                "investment",
                "acquisition",
                "joint_venture",
                "office",
                "other",
                name="outcometype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "expected",
                "agreed",
                "executed",
                "terminated",
                name="outcomestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("deal_key", sa.Text(), nullable=True),
        sa.Column("subject_ja", sa.Text(), nullable=False),
        sa.Column("subject_en", sa.Text(), nullable=False),
        sa.Column("place_ja", sa.Text(), nullable=False),
        sa.Column("place_en", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_basis", sa.Text(), nullable=False),
        sa.Column("amount_confidential", sa.Boolean(), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=True),
        sa.Column(
            "attribution",
            sa.Enum(
                "arranged",
                "contributed",
                "reported_only",
                "unknown",
                name="attribution",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attribution_basis_ja", sa.Text(), nullable=False),
        sa.Column("attribution_basis_en", sa.Text(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "public",
                "participants",
                "parties",
                "staff",
                "named",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("embargo_until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(amount IS NULL) = (currency = '')", name=op.f("ck_outcomes_amount_has_currency")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_outcomes_event_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_outcomes_programme_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_outcomes_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationships.id"], name=op.f("fk_outcomes_relationship_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["verified_by_id"], ["users.id"], name=op.f("fk_outcomes_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("deal_key", name=op.f("uq_outcomes_deal_key")),
        sa.UniqueConstraint("key", name=op.f("uq_outcomes_key")),
        sa.UniqueConstraint("relationship_id", "type", "nth", name=op.f("uq_outcomes_relationship_id_type_nth")),
    )
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcomes_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcomes_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "profile_snapshots",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation", sa.JSON(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("statements", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_profile_snapshots_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_profile_snapshots")),
    )
    op.create_table(
        "relationship_notes",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "staff", "parties", "own", name="noteaudience", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_relationship_notes_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_relationship_notes_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_relationship_notes_relationship_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_notes")),
    )
    with op.batch_alter_table("relationship_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_notes_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_notes_relationship_id"), ["relationship_id"], unique=False)

    op.create_table(
        "relationship_origins",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_relationship_origins_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_relationship_origins_programme_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_relationship_origins_relationship_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_origins")),
        sa.UniqueConstraint(
            "relationship_id", "event_id", name=op.f("uq_relationship_origins_relationship_id_event_id")
        ),
    )
    with op.batch_alter_table("relationship_origins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_origins_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_origins_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(
            "uq_relationship_origins_programme",
            ["relationship_id", "programme_id"],
            unique=True,
            sqlite_where=sa.text("event_id IS NULL"),
            postgresql_where=sa.text("event_id IS NULL"),
        )

    op.create_table(
        "relationship_parties",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "organisation_id IS NOT NULL OR name_ja <> '' OR name_en <> ''",
            name=op.f("ck_relationship_parties_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_relationship_parties_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_relationship_parties_relationship_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_parties")),
        sa.UniqueConstraint(
            "relationship_id", "organisation_id", name=op.f("uq_relationship_parties_relationship_id_organisation_id")
        ),
    )
    with op.batch_alter_table("relationship_parties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_parties_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_parties_relationship_id"), ["relationship_id"], unique=False)

    op.create_table(
        "relationship_tasks",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assigned_to_id"], ["users.id"], name=op.f("fk_relationship_tasks_assigned_to_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_relationship_tasks_done_by_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_relationship_tasks_relationship_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_tasks")),
    )
    with op.batch_alter_table("relationship_tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_tasks_relationship_id"), ["relationship_id"], unique=False)

    op.create_table(
        "reviews",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_reviews_score")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_reviews_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name=op.f("fk_reviews_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("registration_id", "reviewer_id", name=op.f("uq_reviews_registration_id_reviewer_id")),
    )
    op.create_table(
        "rivals",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_rivals_each_pair_once")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["registrations.id"], name=op.f("fk_rivals_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["registrations.id"], name=op.f("fk_rivals_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_rivals")),
    )
    with op.batch_alter_table("rivals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rivals_second_id"), ["second_id"], unique=False)

    op.create_table(
        "unavailabilities",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_unavailabilities_registration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slots.id"], name=op.f("fk_unavailabilities_slot_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration_id", "slot_id", name=op.f("pk_unavailabilities")),
    )
    with op.batch_alter_table("unavailabilities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unavailabilities_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "unsaved_entries",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_unsaved_entries_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "step", name=op.f("pk_unsaved_entries")),
    )
    op.create_table(
        "vetoes",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("vetoed_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_vetoes_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vetoed_id"], ["registrations.id"], name=op.f("fk_vetoes_vetoed_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration_id", "vetoed_id", name=op.f("pk_vetoes")),
    )
    with op.batch_alter_table("vetoes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vetoes_vetoed_id"), ["vetoed_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "signed_copy",
                "letter",
                "statements",
                "press_release",
                "own_report",
                name="evidencekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_evidence_outcome_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_evidence_recorded_by_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_evidence_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_outcome_id"), ["outcome_id"], unique=False)

    op.create_table(
        "follow_up_answers",
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("in_touch", sa.Boolean(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "first_meeting",
                "follow_up",
                "nda",
                "transfer",
                "loi_mou",
                "poc",
                "agreement",
                "realised",
                name="stagekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("signed", sa.JSON(), nullable=False),
        sa.Column("signed_on", sa.Text(), nullable=False),
        sa.Column("challenges", sa.JSON(), nullable=False),
        sa.Column("may_tell", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("taken_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_over_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_follow_up_answers_follow_up_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["taken_over_by_id"], ["users.id"], name=op.f("fk_follow_up_answers_taken_over_by_id")),
        sa.PrimaryKeyConstraint("follow_up_id", name=op.f("pk_follow_up_answers")),
    )
    op.create_table(
        "meetings",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "agreed",
                "scheduled",
                "held",
                "no_show",
                "cancelled",
                name="meetingstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("must", sa.Boolean(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("needs_interpreter", sa.Boolean(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("interpreter_id", sa.Integer(), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("published_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_place_id", sa.Integer(), nullable=True),
        sa.Column("published_interpreter_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("consent_note", sa.Text(), nullable=False),
        sa.Column("cancelled_reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'scheduled' OR slot_id IS NOT NULL", name=op.f("ck_meetings_on_the_timetable")),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'cancelled') OR slot_id IS NULL", name=op.f("ck_meetings_off_the_timetable")
        ),
        sa.CheckConstraint("(slot_id IS NULL) = (place_id IS NULL)", name=op.f("ck_meetings_slot_and_place")),
        sa.CheckConstraint("NOT pinned OR slot_id IS NOT NULL", name=op.f("ck_meetings_pinned_somewhere")),
        sa.CheckConstraint("length BETWEEN 1 AND 48", name=op.f("ck_meetings_length")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_meetings_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["interpreter_id"], ["interpreters.id"], name=op.f("fk_meetings_interpreter_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_meetings_place_id")),
        sa.ForeignKeyConstraint(
            ["published_interpreter_id"], ["interpreters.id"], name=op.f("fk_meetings_published_interpreter_id")
        ),
        sa.ForeignKeyConstraint(["published_place_id"], ["places.id"], name=op.f("fk_meetings_published_place_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_meetings_recorded_by_id")),
        sa.ForeignKeyConstraint(["request_id"], ["meeting_requests.id"], name=op.f("fk_meetings_request_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_meetings_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("request_id", name=op.f("uq_meetings_request_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_meetings_uid")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_interpreter_id"), ["interpreter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "outcome_changes",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_outcome_changes_by_id")),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_changes_outcome_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_changes")),
    )
    with op.batch_alter_table("outcome_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_changes_outcome_id"), ["outcome_id"], unique=False)

    op.create_table(
        "outcome_dates",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "signed",
                "effective",
                "reported",
                "published",
                name="datekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum("day", "month", "year", name="precision", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_dates_outcome_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_outcome_dates_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_dates")),
    )
    with op.batch_alter_table("outcome_dates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_dates_outcome_id"), ["outcome_id"], unique=False)
        batch_op.create_index(
            "uq_outcome_dates_shown",
            ["outcome_id", "kind"],
            unique=True,
            sqlite_where=sa.text("shown"),
            postgresql_where=sa.text("shown"),
        )

    op.create_table(
        "outcome_parties",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name_ja", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("role_ja", sa.Text(), nullable=False),
        sa.Column("role_en", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "organisation_id IS NOT NULL OR name_ja <> '' OR name_en <> ''", name=op.f("ck_outcome_parties_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_outcome_parties_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_parties_outcome_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_parties")),
    )
    with op.batch_alter_table("outcome_parties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_parties_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_parties_outcome_id"), ["outcome_id"], unique=False)

    op.create_table(
        "outcome_readers",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_readers_outcome_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_outcome_readers_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("outcome_id", "user_id", name=op.f("pk_outcome_readers")),
    )
    with op.batch_alter_table("outcome_readers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_readers_user_id"), ["user_id"], unique=False)

    op.create_table(
        "outcome_reports",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("settled", sa.JSON(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_outcome_reports_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_reports_outcome_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reported_by_id"], ["users.id"], name=op.f("fk_outcome_reports_reported_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_reports")),
        sa.UniqueConstraint("key", name=op.f("uq_outcome_reports_key")),
    )
    with op.batch_alter_table("outcome_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_reports_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_reports_outcome_id"), ["outcome_id"], unique=False)

    op.create_table(
        "request_parties",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "pending",
                "accepted",
                "declined",
                name="partyanswer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("priority BETWEEN 1 AND 3", name=op.f("ck_request_parties_priority")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_request_parties_answered_by_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_request_parties_registration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["meeting_requests.id"], name=op.f("fk_request_parties_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_parties")),
        sa.UniqueConstraint(
            "request_id", "registration_id", name=op.f("uq_request_parties_request_id_registration_id")
        ),
    )
    with op.batch_alter_table("request_parties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_parties_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "support_case_outcomes",
        sa.Column("support_case_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcomes.id"], name=op.f("fk_support_case_outcomes_outcome_id")),
        sa.ForeignKeyConstraint(
            ["support_case_id"],
            ["support_cases.id"],
            name=op.f("fk_support_case_outcomes_support_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("support_case_id", "outcome_id", name=op.f("pk_support_case_outcomes")),
    )
    with op.batch_alter_table("support_case_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_case_outcomes_outcome_id"), ["outcome_id"], unique=False)

    op.create_table(
        "calendar_entries",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("place_ja", sa.Text(), server_default="", nullable=False),
        sa.Column("place_en", sa.Text(), server_default="", nullable=False),
        sa.Column("join_url", sa.Text(), server_default="", nullable=False),
        sa.Column("interpreter_id", sa.Integer(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                "none",
                "accepted",
                "declined",
                "tentative",
                "counter",
                name="calendaranswer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answer_sequence", sa.Integer(), nullable=True),
        sa.Column("answer_text", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreters.id"],
            name=op.f("fk_calendar_entries_interpreter_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_calendar_entries_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_calendar_entries_place_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entries")),
        sa.UniqueConstraint("meeting_id", "recipient", name=op.f("uq_calendar_entries_meeting_id_recipient")),
    )
    with op.batch_alter_table("calendar_entries", schema=None) as batch_op:
        batch_op.create_index("ix_calendar_entries_token", ["token_hash"], unique=True)

    op.create_table(
        "evidence_files",
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("stored_as", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_files_evidence_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_files")),
    )
    with op.batch_alter_table("evidence_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_files_evidence_id"), ["evidence_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_files_stored_as"), ["stored_as"], unique=False)

    op.create_table(
        "meeting_parties",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "attendance",
            sa.Enum(
                "unknown", "present", "absent", name="attendance", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("minutes_late", sa.Integer(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(registration_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_meeting_parties_organisation_or_person")
        ),
        sa.CheckConstraint("minutes_late BETWEEN 0 AND 1440", name=op.f("ck_meeting_parties_minutes_late")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_meeting_parties_rating")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_parties_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_meeting_parties_registration_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_meeting_parties_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_parties")),
        sa.UniqueConstraint(
            "meeting_id", "registration_id", name=op.f("uq_meeting_parties_meeting_id_registration_id")
        ),
        sa.UniqueConstraint("meeting_id", "user_id", name=op.f("uq_meeting_parties_meeting_id_user_id")),
    )
    with op.batch_alter_table("meeting_parties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_parties_registration_id"), ["registration_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_parties_user_id"), ["user_id"], unique=False)

    op.create_table(
        "occupancies",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("interpreter_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN registration_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN user_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN interpreter_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_occupancies_one_thing"),
        ),
        sa.CheckConstraint(
            "lane = 0 OR (user_id IS NULL AND interpreter_id IS NULL)", name=op.f("ck_occupancies_one_person_one_lane")
        ),
        sa.CheckConstraint("lane >= 0", name=op.f("ck_occupancies_lane")),
        sa.ForeignKeyConstraint(["interpreter_id"], ["interpreters.id"], name=op.f("fk_occupancies_interpreter_id")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_occupancies_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_occupancies_place_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_occupancies_registration_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_occupancies_slot_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_occupancies_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupancies")),
        sa.UniqueConstraint(
            "slot_id", "interpreter_id", "lane", name=op.f("uq_occupancies_slot_id_interpreter_id_lane")
        ),
        sa.UniqueConstraint("slot_id", "place_id", "lane", name=op.f("uq_occupancies_slot_id_place_id_lane")),
        sa.UniqueConstraint(
            "slot_id", "registration_id", "lane", name=op.f("uq_occupancies_slot_id_registration_id_lane")
        ),
        sa.UniqueConstraint("slot_id", "user_id", "lane", name=op.f("uq_occupancies_slot_id_user_id_lane")),
    )
    with op.batch_alter_table("occupancies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occupancies_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "outcome_meetings",
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_outcome_meetings_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_meetings_outcome_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("outcome_id", "meeting_id", name=op.f("pk_outcome_meetings")),
    )
    with op.batch_alter_table("outcome_meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_meetings_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "relationship_meetings",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_relationship_meetings_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_relationship_meetings_relationship_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("relationship_id", "meeting_id", name=op.f("pk_relationship_meetings")),
    )
    with op.batch_alter_table("relationship_meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_meetings_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "stage_reports",
        sa.Column("relationship_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "first_meeting",
                "follow_up",
                "nda",
                "transfer",
                "loi_mou",
                "poc",
                "agreement",
                "realised",
                name="stagekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column(
            "precision",
            sa.Enum("day", "month", "year", name="precision", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_stage_reports_meeting_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_stage_reports_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_stage_reports_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationships.id"], name=op.f("fk_stage_reports_relationship_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_reports")),
    )
    with op.batch_alter_table("stage_reports", schema=None) as batch_op:
        batch_op.create_index("ix_stage_reports_kind", ["kind", "on"], unique=False)
        batch_op.create_index(batch_op.f("ix_stage_reports_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stage_reports_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stage_reports_relationship_id"), ["relationship_id"], unique=False)


def downgrade() -> None:
    tables = set(sa.inspect(op.get_bind()).get_table_names()) - {"alembic_version"}
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TABLE {', '.join(sorted(tables))}")  # at once, since some refer to each other
        return
    for table in sorted(tables):
        op.drop_table(table)
