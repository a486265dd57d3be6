SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA dbos;
CREATE FUNCTION dbos.enqueue_workflow(workflow_name text, queue_name text, positional_args json[] DEFAULT ARRAY[]::json[], named_args json DEFAULT '{}'::json, class_name text DEFAULT NULL::text, config_name text DEFAULT NULL::text, workflow_id text DEFAULT NULL::text, app_version text DEFAULT NULL::text, timeout_ms bigint DEFAULT NULL::bigint, deadline_epoch_ms bigint DEFAULT NULL::bigint, deduplication_id text DEFAULT NULL::text, priority integer DEFAULT NULL::integer, queue_partition_key text DEFAULT NULL::text, authenticated_user text DEFAULT NULL::text, authenticated_roles text DEFAULT NULL::text, delay_until_epoch_ms bigint DEFAULT NULL::bigint, application_name text DEFAULT NULL::text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_workflow_id TEXT;
    v_serialized_inputs TEXT;
    v_owner_xid TEXT;
    v_now BIGINT;
    v_recovery_attempts INT4 := 0;
    v_priority INT4;
    v_status TEXT;
BEGIN
    -- Validate required parameters
    IF workflow_name IS NULL OR workflow_name = '' THEN
        RAISE EXCEPTION 'Workflow name cannot be null or empty';
    END IF;
    IF queue_name IS NULL OR queue_name = '' THEN
        RAISE EXCEPTION 'Queue name cannot be null or empty';
    END IF;
    IF named_args IS NOT NULL AND jsonb_typeof(named_args::jsonb) != 'object' THEN
        RAISE EXCEPTION 'Named args must be a JSON object';
    END IF;
    IF workflow_id IS NOT NULL AND workflow_id = '' THEN
        RAISE EXCEPTION 'Workflow ID cannot be an empty string if provided.';
    END IF;
    IF delay_until_epoch_ms IS NOT NULL AND delay_until_epoch_ms < 0 THEN
        RAISE EXCEPTION 'delay_until_epoch_ms must be >= 0';
    END IF;
    v_workflow_id := COALESCE(workflow_id, gen_random_uuid()::TEXT);
    v_owner_xid := gen_random_uuid()::TEXT;
    v_priority := COALESCE(priority, 0);
    v_serialized_inputs := json_build_object(
        'positionalArgs', positional_args,
        'namedArgs', named_args
    )::TEXT;
    v_now := EXTRACT(epoch FROM now()) * 1000;
    v_status := CASE WHEN delay_until_epoch_ms IS NULL THEN 'ENQUEUED' ELSE 'DELAYED' END;
    INSERT INTO "dbos".workflow_status (
        workflow_uuid, status,
        name, class_name, config_name,
        queue_name, deduplication_id, priority, queue_partition_key,
        application_version,
        created_at, updated_at, recovery_attempts,
        workflow_timeout_ms, workflow_deadline_epoch_ms,
        parent_workflow_id, owner_xid, serialization,
        authenticated_user, authenticated_roles,
        delay_until_epoch_ms, application_name
    ) VALUES (
        v_workflow_id, v_status,
        workflow_name, class_name, config_name,
        queue_name, deduplication_id, v_priority, queue_partition_key,
        app_version,
        v_now, v_now, v_recovery_attempts,
        timeout_ms, deadline_epoch_ms,
        NULL, v_owner_xid, 'portable_json',
        authenticated_user, authenticated_roles,
        delay_until_epoch_ms, application_name
    )
    ON CONFLICT (workflow_uuid)
    DO UPDATE SET
        updated_at = EXCLUDED.updated_at;
    INSERT INTO "dbos".workflow_input (
        workflow_uuid, inputs, retention_timestamp
    ) VALUES (
        v_workflow_id, v_serialized_inputs, v_now
    )
    ON CONFLICT (workflow_uuid) DO NOTHING;
    RETURN v_workflow_id;
EXCEPTION
    WHEN unique_violation THEN
        RAISE EXCEPTION 'DBOS queue duplicated'
            USING DETAIL = format('Workflow %s with queue %s and deduplication ID %s already exists', v_workflow_id, queue_name, deduplication_id),
                ERRCODE = 'unique_violation';
END;
$$;
CREATE FUNCTION dbos.send_message(destination_id text, message json, topic text DEFAULT NULL::text, message_id text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_topic TEXT := COALESCE(topic, '__null__topic__');
    v_message_id TEXT := COALESCE(message_id, gen_random_uuid()::TEXT);
BEGIN
    INSERT INTO "dbos".notifications (
        destination_uuid, topic, message, message_uuid, serialization
    ) VALUES (
        destination_id, v_topic, message, v_message_id, 'portable_json'
    )
    ON CONFLICT (message_uuid) DO NOTHING;
EXCEPTION
    WHEN foreign_key_violation THEN
        RAISE EXCEPTION 'DBOS non-existent workflow'
            USING DETAIL = format('Destination workflow %s does not exist', destination_id),
                ERRCODE = 'foreign_key_violation';
END;
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE dbos.application_versions (
    version_id text NOT NULL,
    version_name text NOT NULL,
    version_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_name text
);
CREATE TABLE dbos.dbos_migrations (
    version bigint NOT NULL
);
CREATE TABLE dbos.event_dispatch_kv (
    service_name text NOT NULL,
    workflow_fn_name text NOT NULL,
    key text NOT NULL,
    value text,
    update_seq numeric(38,0),
    update_time numeric(38,15)
);
CREATE TABLE dbos.notifications (
    message_uuid text DEFAULT gen_random_uuid() NOT NULL,
    destination_uuid text NOT NULL,
    topic text,
    message text NOT NULL,
    created_at_epoch_ms bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    serialization text,
    consumed boolean DEFAULT false NOT NULL,
    consumed_by_function_id integer
);
CREATE TABLE dbos.operation_outputs (
    workflow_uuid text NOT NULL,
    function_id integer NOT NULL,
    function_name text DEFAULT ''::text NOT NULL,
    output text,
    error text,
    child_workflow_id text,
    started_at_epoch_ms bigint,
    completed_at_epoch_ms bigint,
    serialization text,
    application_name text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);
CREATE TABLE dbos.queues (
    queue_id text DEFAULT (gen_random_uuid())::text NOT NULL,
    name text NOT NULL,
    concurrency integer,
    worker_concurrency integer,
    rate_limit_max integer,
    rate_limit_period_sec double precision,
    priority_enabled boolean DEFAULT false NOT NULL,
    partition_queue boolean DEFAULT false NOT NULL,
    polling_interval_sec double precision DEFAULT 1.0 NOT NULL,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    updated_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_name text,
    partition_concurrency integer,
    partition_worker_concurrency integer,
    partition_rate_limit_max integer,
    partition_rate_limit_period_sec double precision
);
CREATE TABLE dbos.streams (
    workflow_uuid text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    "offset" integer NOT NULL,
    function_id integer DEFAULT 0 NOT NULL,
    serialization text
);
CREATE TABLE dbos.workflow_events (
    workflow_uuid text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    serialization text
);
CREATE TABLE dbos.workflow_events_history (
    workflow_uuid text NOT NULL,
    function_id integer NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    serialization text
);
CREATE TABLE dbos.workflow_input (
    workflow_uuid text NOT NULL,
    inputs text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);
CREATE TABLE dbos.workflow_output (
    workflow_uuid text NOT NULL,
    output text,
    error text,
    retention_timestamp bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL
);
CREATE TABLE dbos.workflow_schedules (
    schedule_id text NOT NULL,
    schedule_name text NOT NULL,
    workflow_name text NOT NULL,
    workflow_class_name text,
    schedule text NOT NULL,
    status text DEFAULT 'ACTIVE'::text NOT NULL,
    context text NOT NULL,
    last_fired_at text,
    automatic_backfill boolean DEFAULT false NOT NULL,
    cron_timezone text,
    queue_name text,
    application_name text
);
CREATE TABLE dbos.workflow_status (
    workflow_uuid text NOT NULL,
    status text,
    name text,
    authenticated_user text,
    assumed_role text,
    authenticated_roles text,
    request text,
    output text,
    error text,
    executor_id text,
    created_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    updated_at bigint DEFAULT ((EXTRACT(epoch FROM now()) * 1000.0))::bigint NOT NULL,
    application_version text,
    application_id text,
    class_name character varying(255) DEFAULT NULL::character varying,
    config_name character varying(255) DEFAULT NULL::character varying,
    recovery_attempts bigint DEFAULT 0,
    queue_name text,
    workflow_timeout_ms bigint,
    workflow_deadline_epoch_ms bigint,
    inputs text,
    started_at_epoch_ms bigint,
    deduplication_id text,
    priority integer DEFAULT 0 NOT NULL,
    queue_partition_key text,
    forked_from text,
    owner_xid text,
    parent_workflow_id text,
    serialization text,
    delay_until_epoch_ms bigint,
    was_forked_from boolean DEFAULT false NOT NULL,
    rate_limited boolean DEFAULT false NOT NULL,
    completed_at bigint,
    attributes jsonb,
    schedule_name text,
    debounce_deadline_epoch_ms bigint,
    is_debounced boolean DEFAULT false NOT NULL,
    application_name text,
    creator_xid text
);
CREATE TABLE public.actions (
    id character varying(64) NOT NULL,
    key character varying(255) NOT NULL,
    kind character varying(16) NOT NULL,
    lane character varying(16) NOT NULL,
    user_id character varying(255) NOT NULL,
    "user" json NOT NULL,
    case_id character varying(64),
    by text NOT NULL,
    channel text NOT NULL,
    response_url text NOT NULL,
    asked_at character varying(32) NOT NULL,
    state character varying(16) NOT NULL,
    digest character varying(64) NOT NULL,
    revision text NOT NULL,
    dry_run boolean NOT NULL,
    workflow_id text NOT NULL,
    started_at character varying(32),
    finished_at character varying(32),
    message text NOT NULL,
    remaining json,
    verified_at character varying(32),
    undo json,
    elsewhere json,
    cover json,
    reason text NOT NULL,
    not_disabled boolean NOT NULL,
    with_delete boolean NOT NULL,
    emptied json,
    parent character varying(64) NOT NULL,
    waiting json
);
CREATE TABLE public.audit (
    seq integer NOT NULL,
    at character varying(32) NOT NULL,
    who text NOT NULL,
    what text NOT NULL,
    subject text NOT NULL,
    verdict character varying(32) NOT NULL,
    reason text NOT NULL,
    hash character varying(64) NOT NULL
);
CREATE SEQUENCE public.audit_seq_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_seq_seq OWNED BY public.audit.seq;
CREATE TABLE public.case_changes (
    id character varying(64) NOT NULL,
    case_id character varying(64) NOT NULL,
    at character varying(32) NOT NULL,
    added json NOT NULL,
    removed json NOT NULL
);
CREATE TABLE public.cases (
    id character varying(64) NOT NULL,
    user_id character varying(64) NOT NULL,
    "user" json NOT NULL,
    grants json NOT NULL,
    reached json NOT NULL,
    severity character varying(16) NOT NULL,
    state character varying(16) NOT NULL,
    version integer NOT NULL,
    opened_at character varying(32) NOT NULL,
    found_by text NOT NULL,
    read_at character varying(32) NOT NULL,
    read_complete boolean NOT NULL,
    management_account_id character varying(16),
    caller_account_id character varying(16),
    used json,
    closed_at character varying(32),
    closed_reason character varying(16),
    closed_by text,
    sessions_until character varying(32),
    channel text,
    ts text,
    shown_version integer NOT NULL,
    digest_scan_id character varying(64),
    wants_message boolean NOT NULL,
    background json DEFAULT '[]'::json NOT NULL,
    reviewed_at character varying(32),
    reviewed_by text
);
CREATE TABLE public.denies (
    id character varying(64) NOT NULL,
    user_id character varying(64) NOT NULL,
    "user" json NOT NULL,
    policy_id text NOT NULL,
    since character varying(32) NOT NULL,
    by text NOT NULL,
    cover json NOT NULL,
    confirmed boolean NOT NULL,
    names json NOT NULL,
    inline json NOT NULL,
    reason text NOT NULL,
    not_disabled boolean NOT NULL,
    clear_since character varying(32),
    missing text NOT NULL,
    lifted_at character varying(32),
    lifted_by text,
    lent json DEFAULT '[]'::json NOT NULL,
    background json DEFAULT '[]'::json NOT NULL
);
CREATE TABLE public.deny_policies (
    policy_id character varying(255) NOT NULL,
    placeholder text NOT NULL
);
CREATE TABLE public.dialogs (
    id character varying(64) NOT NULL,
    kind character varying(16) NOT NULL,
    state character varying(16) NOT NULL,
    by text NOT NULL,
    channel text NOT NULL,
    response_url text NOT NULL,
    view_id text NOT NULL,
    case_id character varying(64),
    user_id text NOT NULL,
    query text NOT NULL,
    "user" json,
    digest character varying(64) NOT NULL,
    admin boolean NOT NULL,
    opened_at character varying(32) NOT NULL
);
CREATE TABLE public.drawn_with (
    fingerprint text NOT NULL
);
CREATE TABLE public.inline_policies (
    permission_set_arn character varying(255) NOT NULL,
    former text NOT NULL,
    written text NOT NULL
);
CREATE TABLE public.leaverbot_schema (
    version integer NOT NULL
);
CREATE SEQUENCE public.leaverbot_schema_version_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.leaverbot_schema_version_seq OWNED BY public.leaverbot_schema.version;
CREATE TABLE public.messages (
    seq integer NOT NULL,
    key character varying(255) NOT NULL,
    kind character varying(16) NOT NULL,
    ref character varying(64) NOT NULL,
    case_id character varying(64),
    asker json,
    text text NOT NULL,
    created_at character varying(32) NOT NULL,
    posted_at character varying(32),
    channel text,
    ts text,
    version integer DEFAULT 1 NOT NULL,
    shown_version integer DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.messages_seq_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.messages_seq_seq OWNED BY public.messages.seq;
CREATE TABLE public.operations (
    action_id character varying(64) NOT NULL,
    seq integer NOT NULL,
    operation json NOT NULL,
    state character varying(16) NOT NULL,
    request_id text NOT NULL,
    detail text NOT NULL,
    moved_at character varying(32)
);
CREATE TABLE public.remembered (
    name character varying(64) NOT NULL,
    value text NOT NULL,
    at character varying(32) NOT NULL
);
CREATE TABLE public.scans (
    id character varying(64) NOT NULL,
    state character varying(16) NOT NULL,
    trigger character varying(32) NOT NULL,
    askers json NOT NULL,
    started_at character varying(32) NOT NULL,
    ended_at character varying(32),
    status character varying(16),
    coverage json,
    orphans json,
    workflow_id text NOT NULL,
    opened integer,
    closed integer
);
CREATE TABLE public.summaries (
    id character varying(255) NOT NULL,
    at character varying(32) NOT NULL
);
CREATE TABLE public.unused_sets (
    permission_set_arn character varying(255) NOT NULL,
    since character varying(32) NOT NULL
);
ALTER TABLE ONLY public.audit ALTER COLUMN seq SET DEFAULT nextval('public.audit_seq_seq'::regclass);
ALTER TABLE ONLY public.leaverbot_schema ALTER COLUMN version SET DEFAULT nextval('public.leaverbot_schema_version_seq'::regclass);
ALTER TABLE ONLY public.messages ALTER COLUMN seq SET DEFAULT nextval('public.messages_seq_seq'::regclass);
INSERT INTO dbos.application_versions VALUES ('ea2dc2e5-ba78-4508-9118-8ffe750f3b1a', 'leaverbot', 1795836241939, 1795836241939, 'leaverbot');
INSERT INTO dbos.dbos_migrations VALUES (125);
INSERT INTO dbos.operation_outputs VALUES ('90430a53-41d6-427b-b55e-103ad9574ff3:d56aba93', 1, 'scan', '"complete"', NULL, NULL, 1795836242062, 1795836242223, 'portable_json', 'leaverbot', 1795836242225);
INSERT INTO dbos.operation_outputs VALUES ('fb8f0f76-ec33-4eef-b730-82d4cf72ca07', 1, 'answer', 'null', NULL, NULL, 1795836243336, 1795836243371, 'portable_json', 'leaverbot', 1795836243373);
INSERT INTO dbos.operation_outputs VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', 1, 'prepare', '"go"', NULL, NULL, 1795836243413, 1795836243471, 'portable_json', 'leaverbot', 1795836243472);
INSERT INTO dbos.operation_outputs VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', 2, 'advance', '["waiting",0.01284964500064234]', NULL, NULL, 1795836243473, 1795836243488, 'portable_json', 'leaverbot', 1795836243489);
INSERT INTO dbos.operation_outputs VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', 3, 'DBOS.sleep', '1795836243.9920442', NULL, NULL, 1795836243490, 1795836243992, 'portable_json', 'leaverbot', 1795836243492);
INSERT INTO dbos.operation_outputs VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', 4, 'advance', '["waiting",0.008386776000406826]', NULL, NULL, 1795836243992, 1795836244002, 'portable_json', 'leaverbot', 1795836244003);
INSERT INTO dbos.operation_outputs VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', 5, 'DBOS.sleep', '1795836244.5060802', NULL, NULL, 1795836244003, 1795836244506, 'portable_json', 'leaverbot', 1795836244006);
INSERT INTO dbos.operation_outputs VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', 6, 'advance', '["ended",0.06226664400037407]', NULL, NULL, 1795836244506, 1795836244571, 'portable_json', 'leaverbot', 1795836244572);
INSERT INTO dbos.operation_outputs VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', 7, 'finish', '"ended"', NULL, NULL, 1795836244574, 1795836244585, 'portable_json', 'leaverbot', 1795836244586);
INSERT INTO dbos.operation_outputs VALUES ('7cf3d14d-5ff5-4cef-b678-3168e0ef4f1f', 1, 'denies', '[{},1.0815420720000475]', NULL, NULL, 1795836245504, 1795836246588, 'portable_json', 'leaverbot', 1795836246591);
INSERT INTO dbos.operation_outputs VALUES ('5ff02346-b764-4a26-a3d6-6d7538fb7aeb', 1, 'answer', 'null', NULL, NULL, 1795836246592, 1795836246618, 'portable_json', 'leaverbot', 1795836246619);
INSERT INTO dbos.operation_outputs VALUES ('1b91f99f-1f4a-4317-a9ef-b44b2e17fefb', 1, 'answer', 'null', NULL, NULL, 1795836247125, 1795836247605, 'portable_json', 'leaverbot', 1795836247607);
INSERT INTO dbos.operation_outputs VALUES ('2dcae820-8250-43f3-a7b6-5c2834e3a555', 1, 'answer', 'null', NULL, NULL, 1795836247680, 1795836247716, 'portable_json', 'leaverbot', 1795836247718);
INSERT INTO dbos.workflow_input VALUES ('90430a53-41d6-427b-b55e-103ad9574ff3:d56aba93', '{"namedArgs":{},"positionalArgs":["90430a53-41d6-427b-b55e-103ad9574ff3"]}', 1795836242056);
INSERT INTO dbos.workflow_input VALUES ('fb8f0f76-ec33-4eef-b730-82d4cf72ca07', '{"namedArgs":{},"positionalArgs":["934b2250-8fd9-473f-8bf5-fec32c1ac057"]}', 1795836243332);
INSERT INTO dbos.workflow_input VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', '{"namedArgs":{},"positionalArgs":["5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d"]}', 1795836243408);
INSERT INTO dbos.workflow_input VALUES ('7cf3d14d-5ff5-4cef-b678-3168e0ef4f1f', '{"namedArgs":{},"positionalArgs":[]}', 1795836245486);
INSERT INTO dbos.workflow_input VALUES ('5ff02346-b764-4a26-a3d6-6d7538fb7aeb', '{"namedArgs":{},"positionalArgs":["ae834f22-5e42-4602-ab77-bc7244958422"]}', 1795836246584);
INSERT INTO dbos.workflow_input VALUES ('2e510e48-232f-4bef-b32b-822529405d8b:90926129', '{"namedArgs":{},"positionalArgs":["2e510e48-232f-4bef-b32b-822529405d8b"]}', 1795836246653);
INSERT INTO dbos.workflow_input VALUES ('b7a801c8-5673-4e6c-88ba-9dfab26d90e2', '{"namedArgs":{},"positionalArgs":[]}', 1795836246711);
INSERT INTO dbos.workflow_input VALUES ('1b91f99f-1f4a-4317-a9ef-b44b2e17fefb', '{"namedArgs":{},"positionalArgs":["f908ec4f-5409-4446-89b9-231e611f66d8"]}', 1795836247121);
INSERT INTO dbos.workflow_input VALUES ('6a3dcdc1-49c5-42ef-9a57-6ab5f9cb4988:6908aa92', '{"namedArgs":{},"positionalArgs":["6a3dcdc1-49c5-42ef-9a57-6ab5f9cb4988"]}', 1795836247660);
INSERT INTO dbos.workflow_input VALUES ('2dcae820-8250-43f3-a7b6-5c2834e3a555', '{"namedArgs":{},"positionalArgs":["d74af93d-f7b5-4b39-8be4-cd2d9ebf631f"]}', 1795836247676);
INSERT INTO dbos.workflow_output VALUES ('90430a53-41d6-427b-b55e-103ad9574ff3:d56aba93', '"ended"', NULL, 1795836242237);
INSERT INTO dbos.workflow_output VALUES ('fb8f0f76-ec33-4eef-b730-82d4cf72ca07', '"ended"', NULL, 1795836243376);
INSERT INTO dbos.workflow_output VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', '"ended"', NULL, 1795836244589);
INSERT INTO dbos.workflow_output VALUES ('7cf3d14d-5ff5-4cef-b678-3168e0ef4f1f', '"ended"', NULL, 1795836246597);
INSERT INTO dbos.workflow_output VALUES ('5ff02346-b764-4a26-a3d6-6d7538fb7aeb', '"ended"', NULL, 1795836246621);
INSERT INTO dbos.workflow_output VALUES ('1b91f99f-1f4a-4317-a9ef-b44b2e17fefb', '"ended"', NULL, 1795836247610);
INSERT INTO dbos.workflow_output VALUES ('2dcae820-8250-43f3-a7b6-5c2834e3a555', '"ended"', NULL, 1795836247721);
INSERT INTO dbos.workflow_schedules VALUES ('077c4314-1691-4cab-bcba-d243a25031c2', 'scan', 'scan_tick_v1', NULL, '0 0 1 1 *', 'ACTIVE', 'null', NULL, false, 'UTC', NULL, 'leaverbot');
INSERT INTO dbos.workflow_schedules VALUES ('b551eb34-c3ed-4fc5-b8d1-b035c0e672f8', 'summary', 'summary_tick_v1', NULL, '0 9 * * *', 'ACTIVE', 'null', NULL, false, 'UTC', NULL, 'leaverbot');
INSERT INTO dbos.workflow_status VALUES ('90430a53-41d6-427b-b55e-103ad9574ff3:d56aba93', 'SUCCESS', 'scan_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795836242056, 1795836242237, 'leaverbot', '', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 'portable_json', NULL, false, false, 1795836242237, 'null', NULL, NULL, false, 'leaverbot', 'be5a0bbd-027e-4720-abc6-246511430179');
INSERT INTO dbos.workflow_status VALUES ('fb8f0f76-ec33-4eef-b730-82d4cf72ca07', 'SUCCESS', 'dialog_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795836243332, 1795836243376, 'leaverbot', '', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 'portable_json', NULL, false, false, 1795836243376, 'null', NULL, NULL, false, 'leaverbot', 'd7de86d2-4a64-4d7b-99ea-cef4f8eef622');
INSERT INTO dbos.workflow_status VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', 'SUCCESS', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795836243408, 1795836244589, 'leaverbot', '', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 'portable_json', NULL, false, false, 1795836244589, 'null', NULL, NULL, false, 'leaverbot', '26064b1b-c85f-4159-8dbe-2ab1487ec680');
INSERT INTO dbos.workflow_status VALUES ('7cf3d14d-5ff5-4cef-b678-3168e0ef4f1f', 'SUCCESS', 'denies_v2', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795836245486, 1795836246597, 'leaverbot', '', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 'portable_json', NULL, false, false, 1795836246597, 'null', NULL, NULL, false, 'leaverbot', '16d13f18-1a9f-4c9b-84e0-39788f41d030');
INSERT INTO dbos.workflow_status VALUES ('5ff02346-b764-4a26-a3d6-6d7538fb7aeb', 'SUCCESS', 'dialog_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795836246584, 1795836246621, 'leaverbot', '', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 'portable_json', NULL, false, false, 1795836246621, 'null', NULL, NULL, false, 'leaverbot', '9ff5a7fe-a69e-4dff-97b4-beac627d104d');
INSERT INTO dbos.workflow_status VALUES ('2e510e48-232f-4bef-b32b-822529405d8b:90926129', 'PENDING', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795836246653, 1795836246653, 'leaverbot', '', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, '18604fc2-9347-46da-9e66-7a2eebf3cb14', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', '18604fc2-9347-46da-9e66-7a2eebf3cb14');
INSERT INTO dbos.workflow_status VALUES ('b7a801c8-5673-4e6c-88ba-9dfab26d90e2', 'PENDING', 'denies_v2', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795836246711, 1795836246711, 'leaverbot', '', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, 'bea4ccb2-2db3-469b-8ccd-2ad85df9f30e', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', 'bea4ccb2-2db3-469b-8ccd-2ad85df9f30e');
INSERT INTO dbos.workflow_status VALUES ('1b91f99f-1f4a-4317-a9ef-b44b2e17fefb', 'SUCCESS', 'dialog_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795836247121, 1795836247610, 'leaverbot', '', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 'portable_json', NULL, false, false, 1795836247610, 'null', NULL, NULL, false, 'leaverbot', 'a27d74e7-1c06-4355-b9f9-6b386a7a2f62');
INSERT INTO dbos.workflow_status VALUES ('6a3dcdc1-49c5-42ef-9a57-6ab5f9cb4988:6908aa92', 'PENDING', 'play_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795836247660, 1795836247660, 'leaverbot', '', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, 'd9178738-e686-432c-9ba5-0a311b874ea1', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', 'd9178738-e686-432c-9ba5-0a311b874ea1');
INSERT INTO dbos.workflow_status VALUES ('2dcae820-8250-43f3-a7b6-5c2834e3a555', 'SUCCESS', 'dialog_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795836247676, 1795836247721, 'leaverbot', '', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 'portable_json', NULL, false, false, 1795836247721, 'null', NULL, NULL, false, 'leaverbot', 'b226448a-0eb0-4899-8880-f2a02f0b86f8');
INSERT INTO public.actions VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d', 'dialog:934b2250-8fd9-473f-8bf5-fec32c1ac057', 'revoke', 'access', '587fd280-3bab-6c39-8d88-348a7eed8d14', '{"id": "587fd280-3bab-6c39-8d88-348a7eed8d14", "user_name": "dana.rossi@example.com", "display_name": "Dana.Rossi", "email": "dana.rossi@example.com", "status": "DISABLED", "revision": "7517154405817", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '15b406bb-c18b-48a0-a211-206a3ef47c89', 'U0N9IHBF47Q', 'C08QUEPUXBI', 'https://hooks.example/1', '2026-11-28T03:24:03.390958+00:00', 'done', 'd8e7b2833e322a49689776701fb8886c', '7517154405817', false, '5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d:c11d0a3c', '2026-11-28T03:24:03.442059+00:00', '2026-11-28T03:24:04.539773+00:00', '', '[]', '2026-11-28T03:24:04.532204+00:00', '["aws sso-admin create-account-assignment --region eu-west-1 --instance-arn arn:aws:sso:::instance/ssoins-cd613e30d8f16adf --target-type AWS_ACCOUNT --target-id 938470781181 --permission-set-arn arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0 --principal-type USER --principal-id 587fd280-3bab-6c39-8d88-348a7eed8d14"]', '[]', '[]', '', false, false, '[]', '', NULL);
INSERT INTO public.actions VALUES ('e4a03792-3f00-4dc7-ba28-4f172e31b466', 'press:U0FUCHB2X3P:case_deny:1795836245.466890', 'deny', 'deny', '78255d68-0792-3986-bb96-8a437d5c8dfc', '{"id": "78255d68-0792-3986-bb96-8a437d5c8dfc", "user_name": "erik.holm@example.com", "display_name": "Erik.Holm", "email": "erik.holm@example.com", "status": "DISABLED", "revision": "3275512929000", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '7e480919-0acc-4e3f-bed0-25b0f3c03eef', 'U0FUCHB2X3P', 'C08QUEPUXBI', 'https://hooks.example/1', '2026-11-28T03:24:05.470714+00:00', 'done', '', '', false, '', '2026-11-28T03:24:05.519579+00:00', '2026-11-28T03:24:06.570861+00:00', '', '[]', '2026-11-28T03:24:06.570847+00:00', '[""]', '[]', '[{"id": "938470781181", "name": "payments-prod", "status": "ACTIVE", "covered": true, "why": "p-86bat7nhpb is attached to the root r-1aqz"}]', '', false, false, '[]', '', NULL);
INSERT INTO public.actions VALUES ('421ace08-347c-4efe-88d3-9ee5dfbeaaea', 'step:6a3dcdc1-49c5-42ef-9a57-6ab5f9cb4988:deny', 'deny', 'deny', '4227de21-3023-580c-cbd3-f5e06bc15385', '{"id": "4227de21-3023-580c-cbd3-f5e06bc15385", "user_name": "hugo.lind@example.com", "display_name": "Hugo.Lind", "email": "hugo.lind@example.com", "status": "DISABLED", "revision": "1539656225879", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', 'a30fb1ec-4f25-4813-b09f-969fad8a5cbf', 'U0N9IHBF47Q', 'C08QUEPUXBI', 'https://hooks.example/1', '2026-11-28T03:24:07.685795+00:00', 'queued', '', '1539656225879', false, '', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '6a3dcdc1-49c5-42ef-9a57-6ab5f9cb4988', NULL);
INSERT INTO public.actions VALUES ('51f12773-2cc1-4b1a-95b0-65c1aa9e62f4', 'press:U0FUCHB2X3P:case_deny:1795836246.701251', 'deny', 'deny', '12093d26-ac51-2b01-f18d-d1eed77c96c0', '{"id": "12093d26-ac51-2b01-f18d-d1eed77c96c0", "user_name": "gina.bell@example.com", "display_name": "Gina.Bell", "email": "gina.bell@example.com", "status": "DISABLED", "revision": "7040384268300", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', 'c3c6b079-6fe0-4adf-a171-d6e3c83ab0d8', 'U0FUCHB2X3P', 'C08QUEPUXBI', 'https://hooks.example/1', '2026-11-28T03:24:06.704395+00:00', 'running', '', '', false, '', '2026-11-28T03:24:06.730928+00:00', NULL, '', NULL, NULL, '[""]', '[]', NULL, '', false, false, NULL, '', NULL);
INSERT INTO public.actions VALUES ('6a3dcdc1-49c5-42ef-9a57-6ab5f9cb4988', 'dialog:f908ec4f-5409-4446-89b9-231e611f66d8', 'shut_out', 'play', '4227de21-3023-580c-cbd3-f5e06bc15385', '{"id": "4227de21-3023-580c-cbd3-f5e06bc15385", "user_name": "hugo.lind@example.com", "display_name": "Hugo.Lind", "email": "hugo.lind@example.com", "status": "DISABLED", "revision": "1539656225879", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', 'a30fb1ec-4f25-4813-b09f-969fad8a5cbf', 'U0N9IHBF47Q', 'C08QUEPUXBI', 'https://hooks.example/1', '2026-11-28T03:24:07.632920+00:00', 'running', 'a9d8f3cc52752502a3b11fa84e62dd54', '1539656225879', false, '6a3dcdc1-49c5-42ef-9a57-6ab5f9cb4988:6908aa92', '2026-11-28T03:24:07.674521+00:00', NULL, '', NULL, NULL, '[]', '[]', NULL, '', false, true, NULL, '', NULL);
INSERT INTO public.actions VALUES ('2e510e48-232f-4bef-b32b-822529405d8b', 'dialog:ae834f22-5e42-4602-ab77-bc7244958422', 'revoke', 'access', '349aae90-8fb5-262c-c703-806984c81999', '{"id": "349aae90-8fb5-262c-c703-806984c81999", "user_name": "faye.wong@example.com", "display_name": "Faye.Wong", "email": "faye.wong@example.com", "status": "DISABLED", "revision": "1568032162625", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '40bded15-2852-4d02-8e86-ed10112dadc1', 'U0N9IHBF47Q', 'C08QUEPUXBI', 'https://hooks.example/1', '2026-11-28T03:24:06.645100+00:00', 'running', '23b0045c60a849b8dcfa8d7e9e6d77e0', '1568032162625', false, '2e510e48-232f-4bef-b32b-822529405d8b:90926129', '2026-11-28T03:24:06.666123+00:00', NULL, '', NULL, NULL, '["aws sso-admin create-account-assignment --region eu-west-1 --instance-arn arn:aws:sso:::instance/ssoins-cd613e30d8f16adf --target-type AWS_ACCOUNT --target-id 938470781181 --permission-set-arn arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0 --principal-type USER --principal-id 349aae90-8fb5-262c-c703-806984c81999"]', '[]', NULL, '', false, false, NULL, '', NULL);
INSERT INTO public.audit VALUES (1, '2026-11-28T03:24:02.166663+00:00', 'scan', 'open', '12093d26-ac51-2b01-f18d-d1eed77c96c0', 'done', '1 grants', '1b47647f7d94de03330047495b464404ada2ef088cfd3061fa35f4c296df7d15');
INSERT INTO public.audit VALUES (2, '2026-11-28T03:24:02.166663+00:00', 'scan', 'open', '349aae90-8fb5-262c-c703-806984c81999', 'done', '1 grants', 'a1762ef078350245f043507524d7f075bf56784173f6f456e1f9d8e5f5050ea4');
INSERT INTO public.audit VALUES (3, '2026-11-28T03:24:02.166663+00:00', 'scan', 'open', '4227de21-3023-580c-cbd3-f5e06bc15385', 'done', '1 grants', 'dc743c6ad49adbf58f33c147e83aefc6806b2ef80400216604905bf3c00bd09a');
INSERT INTO public.audit VALUES (4, '2026-11-28T03:24:02.166663+00:00', 'scan', 'open', '587fd280-3bab-6c39-8d88-348a7eed8d14', 'done', '1 grants', 'da6b3f57e504012b869427a5843da883fa2e769f8bd276d7abf221bd579579fa');
INSERT INTO public.audit VALUES (5, '2026-11-28T03:24:02.166663+00:00', 'scan', 'open', '78255d68-0792-3986-bb96-8a437d5c8dfc', 'done', '1 grants', '9154de50aae5d6418d0113b8dade694a96be6fd892a69555a214c807af9b2eb4');
INSERT INTO public.audit VALUES (6, '2026-11-28T03:24:02.166663+00:00', 'scan', 'open', 'cdaaac43-936a-a40c-acc6-6a576518093d', 'done', '1 grants', '0689b5175c83518b293b5af008b9eca8c0ff917f6833443c5ed0ab5ff169db7c');
INSERT INTO public.audit VALUES (7, '2026-11-28T03:24:03.390958+00:00', 'U0N9IHBF47Q', 'revoke', '587fd280-3bab-6c39-8d88-348a7eed8d14', 'asked', '', '09ee3f189bf8b9c03362f929f62403a9404e35bd81195497142dbdff5036d347');
INSERT INTO public.audit VALUES (8, '2026-11-28T03:24:04.539773+00:00', 'U0N9IHBF47Q', 'revoke', '587fd280-3bab-6c39-8d88-348a7eed8d14', 'done', '', '36ca0c8d55eac153cc9c22c9e26ddd6db5cf00035a6dfa8916c64f68c3f5bc88');
INSERT INTO public.audit VALUES (9, '2026-11-28T03:24:05.470714+00:00', 'U0FUCHB2X3P', 'deny', '78255d68-0792-3986-bb96-8a437d5c8dfc', 'asked', '', '8803bde0b49f34c10985f7dde5212cb690d55388805d182527b3f482b5d78b73');
INSERT INTO public.audit VALUES (10, '2026-11-28T03:24:06.570861+00:00', 'U0FUCHB2X3P', 'deny', '78255d68-0792-3986-bb96-8a437d5c8dfc', 'done', '', '5c32ea559de5e261133c37fe0e07eb90314394cc9c5cffcf290d098ac2cde9c8');
INSERT INTO public.audit VALUES (11, '2026-11-28T03:24:06.645100+00:00', 'U0N9IHBF47Q', 'revoke', '349aae90-8fb5-262c-c703-806984c81999', 'asked', '', '161085f44d7af85731832a3d1f49ebde2f6027572fa6fc0017d2bc3a2859a76c');
INSERT INTO public.audit VALUES (12, '2026-11-28T03:24:06.704395+00:00', 'U0FUCHB2X3P', 'deny', '12093d26-ac51-2b01-f18d-d1eed77c96c0', 'asked', '', 'e370c130aa8b01eba9579a5545a0bc545b21bd4d6c182fe5a088b9a3364baf36');
INSERT INTO public.audit VALUES (13, '2026-11-28T03:24:07.632920+00:00', 'U0N9IHBF47Q', 'shut_out', '4227de21-3023-580c-cbd3-f5e06bc15385', 'asked', '', 'b76e56fdb35240789330c1d4abc3bc67466466aabd779349488016f91dd7b3f0');
INSERT INTO public.audit VALUES (14, '2026-11-28T03:24:07.685795+00:00', 'U0N9IHBF47Q', 'deny', '4227de21-3023-580c-cbd3-f5e06bc15385', 'asked', '', '71b2cea18106724b517960de00a35a9dfc3a716e9ac7382b33a49b403683b07c');
INSERT INTO public.cases VALUES ('e95aea86-fea1-4897-92c1-c6b299074a05', 'cdaaac43-936a-a40c-acc6-6a576518093d', '{"id": "cdaaac43-936a-a40c-acc6-6a576518093d", "user_name": "ivan.petrov@example.com", "display_name": "Ivan.Petrov", "email": "ivan.petrov@example.com", "status": "DISABLED", "revision": "1659315592392", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "938470781181", "account_name": "payments-prod", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "permission_set_name": "AdministratorAccess", "session_seconds": 3600, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": "administrator", "background": null}]', '[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]', 'critical', 'open', 1, '2026-11-28T03:24:02.166663+00:00', 'start', '2026-11-28T03:24:02.166663+00:00', true, '749522587953', '749522587953', NULL, NULL, NULL, NULL, NULL, 'C08QUEPUXBI', '1795836243.292226', 1, NULL, true, '[]', NULL, NULL);
INSERT INTO public.cases VALUES ('c3c6b079-6fe0-4adf-a171-d6e3c83ab0d8', '12093d26-ac51-2b01-f18d-d1eed77c96c0', '{"id": "12093d26-ac51-2b01-f18d-d1eed77c96c0", "user_name": "gina.bell@example.com", "display_name": "Gina.Bell", "email": "gina.bell@example.com", "status": "DISABLED", "revision": "7040384268300", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "938470781181", "account_name": "payments-prod", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "permission_set_name": "AdministratorAccess", "session_seconds": 3600, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": "administrator", "background": null}]', '[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]', 'critical', 'open', 3, '2026-11-28T03:24:02.166663+00:00', 'start', '2026-11-28T03:24:02.166663+00:00', true, '749522587953', '749522587953', NULL, NULL, NULL, NULL, NULL, 'C08QUEPUXBI', '1795836242.260016', 3, NULL, true, '[]', NULL, NULL);
INSERT INTO public.cases VALUES ('7e480919-0acc-4e3f-bed0-25b0f3c03eef', '78255d68-0792-3986-bb96-8a437d5c8dfc', '{"id": "78255d68-0792-3986-bb96-8a437d5c8dfc", "user_name": "erik.holm@example.com", "display_name": "Erik.Holm", "email": "erik.holm@example.com", "status": "DISABLED", "revision": "3275512929000", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "938470781181", "account_name": "payments-prod", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "permission_set_name": "AdministratorAccess", "session_seconds": 3600, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": "administrator", "background": null}]', '[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]', 'critical', 'open', 5, '2026-11-28T03:24:02.166663+00:00', 'start', '2026-11-28T03:24:02.166663+00:00', true, '749522587953', '749522587953', NULL, NULL, NULL, NULL, NULL, 'C08QUEPUXBI', '1795836242.293553', 5, NULL, true, '[]', NULL, NULL);
INSERT INTO public.cases VALUES ('a30fb1ec-4f25-4813-b09f-969fad8a5cbf', '4227de21-3023-580c-cbd3-f5e06bc15385', '{"id": "4227de21-3023-580c-cbd3-f5e06bc15385", "user_name": "hugo.lind@example.com", "display_name": "Hugo.Lind", "email": "hugo.lind@example.com", "status": "DISABLED", "revision": "1539656225879", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "938470781181", "account_name": "payments-prod", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "permission_set_name": "AdministratorAccess", "session_seconds": 3600, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": "administrator", "background": null}]', '[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]', 'critical', 'open', 4, '2026-11-28T03:24:02.166663+00:00', 'start', '2026-11-28T03:24:02.166663+00:00', true, '749522587953', '749522587953', NULL, NULL, NULL, NULL, NULL, 'C08QUEPUXBI', '1795836242.277293', 4, NULL, true, '[]', NULL, NULL);
INSERT INTO public.cases VALUES ('15b406bb-c18b-48a0-a211-206a3ef47c89', '587fd280-3bab-6c39-8d88-348a7eed8d14', '{"id": "587fd280-3bab-6c39-8d88-348a7eed8d14", "user_name": "dana.rossi@example.com", "display_name": "Dana.Rossi", "email": "dana.rossi@example.com", "status": "DISABLED", "revision": "7517154405817", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '[]', '[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]', 'normal', 'closed', 8, '2026-11-28T03:24:02.166663+00:00', 'start', '2026-11-28T03:24:04.532204+00:00', true, '749522587953', '749522587953', NULL, '2026-11-28T03:24:04.539773+00:00', 'revoked', 'U0N9IHBF47Q', '2026-11-28T04:24:04.532204+00:00', 'C08QUEPUXBI', '1795836242.280971', 8, NULL, true, '[]', NULL, NULL);
INSERT INTO public.cases VALUES ('40bded15-2852-4d02-8e86-ed10112dadc1', '349aae90-8fb5-262c-c703-806984c81999', '{"id": "349aae90-8fb5-262c-c703-806984c81999", "user_name": "faye.wong@example.com", "display_name": "Faye.Wong", "email": "faye.wong@example.com", "status": "DISABLED", "revision": "1568032162625", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "938470781181", "account_name": "payments-prod", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "permission_set_name": "AdministratorAccess", "session_seconds": 3600, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": "administrator", "background": null}]', '[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]', 'critical', 'open', 3, '2026-11-28T03:24:02.166663+00:00', 'start', '2026-11-28T03:24:02.166663+00:00', true, '749522587953', '749522587953', NULL, NULL, NULL, NULL, NULL, 'C08QUEPUXBI', '1795836242.261361', 3, NULL, true, '[]', NULL, NULL);
INSERT INTO public.denies VALUES ('e4a03792-3f00-4dc7-ba28-4f172e31b466', '78255d68-0792-3986-bb96-8a437d5c8dfc', '{"id": "78255d68-0792-3986-bb96-8a437d5c8dfc", "user_name": "erik.holm@example.com", "display_name": "Erik.Holm", "email": "erik.holm@example.com", "status": "DISABLED", "revision": "3275512929000", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', 'p-86bat7nhpb', '2026-11-28T03:24:05.533515+00:00', 'U0FUCHB2X3P', '[{"id": "938470781181", "name": "payments-prod", "status": "ACTIVE", "covered": true, "why": "p-86bat7nhpb is attached to the root r-1aqz"}]', true, '["erik.holm@example.com"]', '[]', '', false, NULL, '', NULL, NULL, '[]', '[]');
INSERT INTO public.denies VALUES ('51f12773-2cc1-4b1a-95b0-65c1aa9e62f4', '12093d26-ac51-2b01-f18d-d1eed77c96c0', '{"id": "12093d26-ac51-2b01-f18d-d1eed77c96c0", "user_name": "gina.bell@example.com", "display_name": "Gina.Bell", "email": "gina.bell@example.com", "status": "DISABLED", "revision": "7040384268300", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '', '2026-11-28T03:24:07.081252+00:00', 'U0FUCHB2X3P', '[]', false, '[]', '[]', '', false, NULL, '', NULL, NULL, '[]', '[]');
INSERT INTO public.deny_policies VALUES ('p-86bat7nhpb', 'Add user ID here');
INSERT INTO public.dialogs VALUES ('934b2250-8fd9-473f-8bf5-fec32c1ac057', 'revoke', 'ready', 'U0N9IHBF47Q', 'C08QUEPUXBI', 'https://hooks.example/1', 'V0R3JN44WY5', '15b406bb-c18b-48a0-a211-206a3ef47c89', '587fd280-3bab-6c39-8d88-348a7eed8d14', '', '{"id": "587fd280-3bab-6c39-8d88-348a7eed8d14", "user_name": "dana.rossi@example.com", "display_name": "Dana.Rossi", "email": "dana.rossi@example.com", "status": "DISABLED", "revision": "7517154405817", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', 'd8e7b2833e322a49689776701fb8886c', true, '2026-11-28T03:24:03.320271+00:00');
INSERT INTO public.dialogs VALUES ('ae834f22-5e42-4602-ab77-bc7244958422', 'revoke', 'ready', 'U0N9IHBF47Q', 'C08QUEPUXBI', 'https://hooks.example/1', 'V0NC2WWS8FH', '40bded15-2852-4d02-8e86-ed10112dadc1', '349aae90-8fb5-262c-c703-806984c81999', '', '{"id": "349aae90-8fb5-262c-c703-806984c81999", "user_name": "faye.wong@example.com", "display_name": "Faye.Wong", "email": "faye.wong@example.com", "status": "DISABLED", "revision": "1568032162625", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '23b0045c60a849b8dcfa8d7e9e6d77e0', true, '2026-11-28T03:24:06.570677+00:00');
INSERT INTO public.dialogs VALUES ('f908ec4f-5409-4446-89b9-231e611f66d8', 'shut_out', 'ready', 'U0N9IHBF47Q', 'C08QUEPUXBI', 'https://hooks.example/1', 'V0B1TV79Q8E', 'a30fb1ec-4f25-4813-b09f-969fad8a5cbf', '4227de21-3023-580c-cbd3-f5e06bc15385', '', '{"id": "4227de21-3023-580c-cbd3-f5e06bc15385", "user_name": "hugo.lind@example.com", "display_name": "Hugo.Lind", "email": "hugo.lind@example.com", "status": "DISABLED", "revision": "1539656225879", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', 'a9d8f3cc52752502a3b11fa84e62dd54', true, '2026-11-28T03:24:07.115503+00:00');
INSERT INTO public.dialogs VALUES ('d74af93d-f7b5-4b39-8be4-cd2d9ebf631f', 'revoke', 'ready', 'U0N9IHBF47Q', 'C08QUEPUXBI', 'https://hooks.example/1', 'V081B13FBGB', 'e95aea86-fea1-4897-92c1-c6b299074a05', 'cdaaac43-936a-a40c-acc6-6a576518093d', '', '{"id": "cdaaac43-936a-a40c-acc6-6a576518093d", "user_name": "ivan.petrov@example.com", "display_name": "Ivan.Petrov", "email": "ivan.petrov@example.com", "status": "DISABLED", "revision": "1659315592392", "updated_at": "2026-11-28T03:24:01.499000+00:00", "scim": true}', '94d4bedd3be63a70a57a164fa2252a64', true, '2026-11-28T03:24:07.659903+00:00');
INSERT INTO public.drawn_with VALUES ('e38767f45b3abfe480eb1cc5ea721c7fe04ec815c81088164b59849412323672');
INSERT INTO public.leaverbot_schema VALUES (1);
INSERT INTO public.leaverbot_schema VALUES (2);
INSERT INTO public.leaverbot_schema VALUES (3);
INSERT INTO public.leaverbot_schema VALUES (4);
INSERT INTO public.leaverbot_schema VALUES (5);
INSERT INTO public.leaverbot_schema VALUES (6);
INSERT INTO public.leaverbot_schema VALUES (7);
INSERT INTO public.messages VALUES (1, 'report:5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d', 'report', '5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d', '15b406bb-c18b-48a0-a211-206a3ef47c89', 'null', '', '2026-11-28T03:24:04.539773+00:00', '2026-11-28T03:24:04.572238+00:00', 'C08QUEPUXBI', '1795836244.585598', 1, 1);
INSERT INTO public.messages VALUES (2, 'report:e4a03792-3f00-4dc7-ba28-4f172e31b466', 'report', 'e4a03792-3f00-4dc7-ba28-4f172e31b466', '7e480919-0acc-4e3f-bed0-25b0f3c03eef', 'null', '', '2026-11-28T03:24:06.570861+00:00', '2026-11-28T03:24:06.592071+00:00', 'C08QUEPUXBI', '1795836246.606066', 1, 1);
INSERT INTO public.operations VALUES ('5b0f0f18-a4c4-465e-9ff8-e57f7de0b45d', 0, '{"kind": "delete_assignment", "args": {"account_id": "938470781181", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "user_id": "587fd280-3bab-6c39-8d88-348a7eed8d14"}, "shown": {"account": "payments-prod", "permission_set": "AdministratorAccess", "removes_role": false, "session_seconds": 3600}}', 'done', 'cd613e30-d8f1-4adf-91b7-584a2265b1f5', '', '2026-11-28T03:24:04.528626+00:00');
INSERT INTO public.operations VALUES ('e4a03792-3f00-4dc7-ba28-4f172e31b466', 0, '{"kind": "add_to_deny", "args": {"user_id": "78255d68-0792-3986-bb96-8a437d5c8dfc", "user_name": "erik.holm@example.com"}, "shown": {"user": "Erik.Holm"}}', 'done', '', '', '2026-11-28T03:24:06.057470+00:00');
INSERT INTO public.operations VALUES ('2e510e48-232f-4bef-b32b-822529405d8b', 0, '{"kind": "delete_assignment", "args": {"account_id": "938470781181", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "user_id": "349aae90-8fb5-262c-c703-806984c81999"}, "shown": {"account": "payments-prod", "permission_set": "AdministratorAccess", "removes_role": false, "session_seconds": 3600}}', 'asked', '', '', '2026-11-28T03:24:06.673018+00:00');
INSERT INTO public.operations VALUES ('51f12773-2cc1-4b1a-95b0-65c1aa9e62f4', 0, '{"kind": "add_to_deny", "args": {"user_id": "12093d26-ac51-2b01-f18d-d1eed77c96c0", "user_name": "gina.bell@example.com"}, "shown": {"user": "Gina.Bell"}}', 'asked', '', '', '2026-11-28T03:24:07.086411+00:00');
INSERT INTO public.remembered VALUES ('workspace e29d9164880103002af6aa3b198faa44', '{"team_id": "T0ZQY73G09D", "url": "https://examplecorp.slack.com/", "enterprise_id": ""}', '2026-11-28T03:24:02.019381+00:00');
INSERT INTO public.scans VALUES ('90430a53-41d6-427b-b55e-103ad9574ff3', 'ended', 'start', '[]', '2026-11-28T03:24:02.036656+00:00', '2026-11-28T03:24:02.166663+00:00', 'complete', '{"status": "complete", "started_at": "2026-11-28T03:24:02.080052+00:00", "finished_at": "2026-11-28T03:24:02.166663+00:00", "kinds_read": ["account", "application", "entitlement"], "users_read": 6, "leavers": 6, "leavers_read": 6, "unknown_status": 0, "calls": {"identitystore.ListUsers": 1, "organizations.ListAccounts": 1, "sts.GetCallerIdentity": 1, "organizations.DescribeOrganization": 1, "identitystore.ListGroupMembershipsForMember": 6, "sso-admin.ListAccountAssignmentsForPrincipal": 6, "sso-admin.DescribePermissionSet": 1, "sso-admin.ListApplications": 1, "account-access.ListApplications": 1, "sso-admin.ListPermissionSetsProvisionedToAccount": 2}, "problems": [], "how": [{"what": "account", "strategy": "per_principal", "why": "6 calls instead of about 16"}, {"what": "application", "strategy": "other_end", "why": "there is nothing of the kind"}, {"what": "entitlement", "strategy": "other_end", "why": "there is nothing of the kind"}, {"what": "membership", "strategy": "per_principal", "why": "one call each"}], "notes": [], "orphans": null, "disagreements": 0, "use_checked": false, "user_list_complete": true, "principals": 6}', '[]', '90430a53-41d6-427b-b55e-103ad9574ff3:d56aba93', 6, 0);
SELECT pg_catalog.setval('public.audit_seq_seq', 14, true);
SELECT pg_catalog.setval('public.leaverbot_schema_version_seq', 1, false);
SELECT pg_catalog.setval('public.messages_seq_seq', 2, true);
ALTER TABLE ONLY dbos.application_versions
    ADD CONSTRAINT application_versions_pkey PRIMARY KEY (version_id);
ALTER TABLE ONLY dbos.application_versions
    ADD CONSTRAINT application_versions_version_name_key UNIQUE (version_name);
ALTER TABLE ONLY dbos.dbos_migrations
    ADD CONSTRAINT dbos_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY dbos.event_dispatch_kv
    ADD CONSTRAINT event_dispatch_kv_pkey PRIMARY KEY (service_name, workflow_fn_name, key);
ALTER TABLE ONLY dbos.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (message_uuid);
ALTER TABLE ONLY dbos.operation_outputs
    ADD CONSTRAINT operation_outputs_pkey PRIMARY KEY (workflow_uuid, function_id);
ALTER TABLE ONLY dbos.queues
    ADD CONSTRAINT queues_name_key UNIQUE (name);
ALTER TABLE ONLY dbos.queues
    ADD CONSTRAINT queues_pkey PRIMARY KEY (queue_id);
ALTER TABLE ONLY dbos.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (workflow_uuid, key, "offset");
ALTER TABLE ONLY dbos.workflow_events_history
    ADD CONSTRAINT workflow_events_history_pkey PRIMARY KEY (workflow_uuid, function_id, key);
ALTER TABLE ONLY dbos.workflow_events
    ADD CONSTRAINT workflow_events_pkey PRIMARY KEY (workflow_uuid, key);
ALTER TABLE ONLY dbos.workflow_input
    ADD CONSTRAINT workflow_input_pkey PRIMARY KEY (workflow_uuid);
ALTER TABLE ONLY dbos.workflow_output
    ADD CONSTRAINT workflow_output_pkey PRIMARY KEY (workflow_uuid);
ALTER TABLE ONLY dbos.workflow_schedules
    ADD CONSTRAINT workflow_schedules_pkey PRIMARY KEY (schedule_id);
ALTER TABLE ONLY dbos.workflow_schedules
    ADD CONSTRAINT workflow_schedules_schedule_name_key UNIQUE (schedule_name);
ALTER TABLE ONLY dbos.workflow_status
    ADD CONSTRAINT workflow_status_pkey PRIMARY KEY (workflow_uuid);
ALTER TABLE ONLY public.actions
    ADD CONSTRAINT actions_key_key UNIQUE (key);
ALTER TABLE ONLY public.actions
    ADD CONSTRAINT actions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_hash_key UNIQUE (hash);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.case_changes
    ADD CONSTRAINT case_changes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.denies
    ADD CONSTRAINT denies_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.deny_policies
    ADD CONSTRAINT deny_policies_pkey PRIMARY KEY (policy_id);
ALTER TABLE ONLY public.dialogs
    ADD CONSTRAINT dialogs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.drawn_with
    ADD CONSTRAINT drawn_with_pkey PRIMARY KEY (fingerprint);
ALTER TABLE ONLY public.inline_policies
    ADD CONSTRAINT inline_policies_pkey PRIMARY KEY (permission_set_arn);
ALTER TABLE ONLY public.leaverbot_schema
    ADD CONSTRAINT leaverbot_schema_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_key_key UNIQUE (key);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.operations
    ADD CONSTRAINT operations_pkey PRIMARY KEY (action_id, seq);
ALTER TABLE ONLY public.remembered
    ADD CONSTRAINT remembered_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.scans
    ADD CONSTRAINT scans_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.summaries
    ADD CONSTRAINT summaries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.unused_sets
    ADD CONSTRAINT unused_sets_pkey PRIMARY KEY (permission_set_arn);
CREATE INDEX idx_application_versions_owner_timestamp ON dbos.application_versions USING btree (application_name, version_timestamp DESC);
CREATE INDEX idx_application_versions_timestamp ON dbos.application_versions USING btree (version_timestamp DESC);
CREATE INDEX idx_operation_outputs_completed_at_function_name_v2 ON dbos.operation_outputs USING btree (completed_at_epoch_ms, function_name) INCLUDE (application_name);
CREATE INDEX idx_operation_outputs_retention ON dbos.operation_outputs USING btree (retention_timestamp);
CREATE INDEX idx_workflow_input_retention ON dbos.workflow_input USING btree (retention_timestamp);
CREATE INDEX idx_workflow_output_retention ON dbos.workflow_output USING btree (retention_timestamp);
CREATE INDEX idx_workflow_status_attributes ON dbos.workflow_status USING gin (attributes) WHERE (attributes IS NOT NULL);
CREATE INDEX idx_workflow_status_completed_at ON dbos.workflow_status USING btree (completed_at) WHERE (completed_at IS NOT NULL);
CREATE INDEX idx_workflow_status_deadline ON dbos.workflow_status USING btree (workflow_deadline_epoch_ms) WHERE ((status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text, 'DELAYED'::text])) AND (workflow_deadline_epoch_ms IS NOT NULL));
CREATE INDEX idx_workflow_status_delayed ON dbos.workflow_status USING btree (delay_until_epoch_ms) WHERE (status = 'DELAYED'::text);
CREATE INDEX idx_workflow_status_failed ON dbos.workflow_status USING btree (status, created_at) WHERE (status = ANY (ARRAY['ERROR'::text, 'CANCELLED'::text, 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'::text]));
CREATE INDEX idx_workflow_status_forked_from ON dbos.workflow_status USING btree (forked_from) WHERE (forked_from IS NOT NULL);
CREATE INDEX idx_workflow_status_in_flight_v2 ON dbos.workflow_status USING btree (queue_name, status, priority, created_at) INCLUDE (application_name) WHERE (status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text]));
CREATE INDEX idx_workflow_status_parent_workflow_id ON dbos.workflow_status USING btree (parent_workflow_id) WHERE (parent_workflow_id IS NOT NULL);
CREATE INDEX idx_workflow_status_partition_dequeue_v3 ON dbos.workflow_status USING btree (queue_name, status, queue_partition_key, priority, created_at, workflow_uuid) INCLUDE (application_name) WHERE ((status = ANY (ARRAY['ENQUEUED'::text, 'PENDING'::text])) AND (queue_partition_key IS NOT NULL));
CREATE INDEX idx_workflow_status_pending ON dbos.workflow_status USING btree (created_at) WHERE (status = 'PENDING'::text);
CREATE INDEX idx_workflow_status_rate_limited ON dbos.workflow_status USING btree (queue_name, started_at_epoch_ms) WHERE (rate_limited = true);
CREATE INDEX idx_workflow_status_schedule_name ON dbos.workflow_status USING btree (schedule_name) WHERE (schedule_name IS NOT NULL);
CREATE INDEX idx_workflow_status_started_at ON dbos.workflow_status USING btree (started_at_epoch_ms) WHERE (started_at_epoch_ms IS NOT NULL);
CREATE INDEX idx_workflow_topic ON dbos.notifications USING btree (destination_uuid, topic);
CREATE UNIQUE INDEX uq_application_versions_owner_version ON dbos.application_versions USING btree (application_name, version_name) WHERE (application_name IS NOT NULL);
CREATE UNIQUE INDEX uq_application_versions_unclaimed_version ON dbos.application_versions USING btree (version_name) WHERE (application_name IS NULL);
CREATE UNIQUE INDEX uq_workflow_status_dedup_id ON dbos.workflow_status USING btree (queue_name, deduplication_id) WHERE (deduplication_id IS NOT NULL);
CREATE INDEX workflow_status_created_at_index ON dbos.workflow_status USING btree (created_at);
CREATE INDEX ix_actions_parent ON public.actions USING btree (parent);
CREATE INDEX ix_actions_user ON public.actions USING btree (user_id);
CREATE INDEX ix_cases_digest ON public.cases USING btree (digest_scan_id);
CREATE INDEX ix_cases_user ON public.cases USING btree (user_id);
CREATE INDEX ix_messages_subject ON public.messages USING btree (kind, ref);
CREATE INDEX ix_messages_waiting ON public.messages USING btree (posted_at, seq);
CREATE UNIQUE INDEX ux_actions_one_unfinished ON public.actions USING btree (user_id, lane) WHERE ((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]));
CREATE UNIQUE INDEX ux_cases_one_open ON public.cases USING btree (user_id) WHERE ((state)::text = 'open'::text);
CREATE UNIQUE INDEX ux_denies_one_in_force ON public.denies USING btree (user_id) WHERE (lifted_at IS NULL);
CREATE UNIQUE INDEX ux_scans_one_running ON public.scans USING btree (state) WHERE ((state)::text = 'running'::text);
ALTER TABLE ONLY dbos.notifications
    ADD CONSTRAINT notifications_destination_uuid_fkey FOREIGN KEY (destination_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY dbos.streams
    ADD CONSTRAINT streams_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY dbos.workflow_events_history
    ADD CONSTRAINT workflow_events_history_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY dbos.workflow_events
    ADD CONSTRAINT workflow_events_workflow_uuid_fkey FOREIGN KEY (workflow_uuid) REFERENCES dbos.workflow_status(workflow_uuid) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.actions
    ADD CONSTRAINT actions_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);
ALTER TABLE ONLY public.case_changes
    ADD CONSTRAINT case_changes_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);
ALTER TABLE ONLY public.operations
    ADD CONSTRAINT operations_action_id_fkey FOREIGN KEY (action_id) REFERENCES public.actions(id);
