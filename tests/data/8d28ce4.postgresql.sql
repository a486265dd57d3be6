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
    parent character varying(64) NOT NULL
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
    wants_message boolean NOT NULL
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
    lifted_by text
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
    ts text
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
    workflow_id text NOT NULL
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
INSERT INTO dbos.application_versions VALUES ('f91b56c8-e2e4-4ac7-9b69-a214302ac62b', 'leaverbot', 1795809121850, 1795809121850, 'leaverbot');
INSERT INTO dbos.dbos_migrations VALUES (125);
INSERT INTO dbos.queues VALUES ('ace70306-9cef-4cca-8e70-cff6ba58ef07', 'actions', NULL, 8, NULL, NULL, true, false, 0.2, 1795809121878, 1795809121877, 'leaverbot', NULL, NULL, NULL, NULL);
INSERT INTO dbos.queues VALUES ('409c26f0-9eb1-41d4-aba9-41b10b8703fe', 'denies', 1, NULL, NULL, NULL, true, false, 0.2, 1795809121886, 1795809121885, 'leaverbot', NULL, NULL, NULL, NULL);
INSERT INTO dbos.queues VALUES ('33543214-6fa5-474b-986a-f41985fcf74a', 'plays', NULL, 16, NULL, NULL, true, false, 0.2, 1795809121891, 1795809121890, 'leaverbot', NULL, NULL, NULL, NULL);
INSERT INTO dbos.workflow_input VALUES ('revoke-2:866fe7dd', '{"namedArgs":{},"positionalArgs":["revoke-2"]}', 1795809121952);
INSERT INTO dbos.workflow_input VALUES ('revoke-3:9758767c', '{"namedArgs":{},"positionalArgs":["revoke-3"]}', 1795809121971);
INSERT INTO dbos.workflow_input VALUES ('revoke-4:c4bc8ec8', '{"namedArgs":{},"positionalArgs":["revoke-4"]}', 1795809121988);
INSERT INTO dbos.workflow_input VALUES ('revoke-5:8d054180', '{"namedArgs":{},"positionalArgs":["revoke-5"]}', 1795809122003);
INSERT INTO dbos.workflow_input VALUES ('revoke-6:faa17aba', '{"namedArgs":{},"positionalArgs":["revoke-6"]}', 1795809122019);
INSERT INTO dbos.workflow_input VALUES ('revoke-7:d396a28b', '{"namedArgs":{},"positionalArgs":["revoke-7"]}', 1795809122029);
INSERT INTO dbos.workflow_input VALUES ('revoke-8:a3d3efbd', '{"namedArgs":{},"positionalArgs":["revoke-8"]}', 1795809122037);
INSERT INTO dbos.workflow_input VALUES ('revoke-9:65a56000', '{"namedArgs":{},"positionalArgs":["revoke-9"]}', 1795809122046);
INSERT INTO dbos.workflow_input VALUES ('revoke-10:d0cd5507', '{"namedArgs":{},"positionalArgs":["revoke-10"]}', 1795809122054);
INSERT INTO dbos.workflow_input VALUES ('denies:bb14e0909f484eee8bbf1035cfe1a15f', '{"namedArgs":{},"positionalArgs":[]}', 1795809123067);
INSERT INTO dbos.workflow_input VALUES ('denies:173104a2f87e47af9fef25a95b3e9a8d', '{"namedArgs":{},"positionalArgs":[]}', 1795809124082);
INSERT INTO dbos.workflow_input VALUES ('shut_out-14:eb9636bc', '{"namedArgs":{},"positionalArgs":["shut_out-14"]}', 1795809124604);
INSERT INTO dbos.workflow_schedules VALUES ('fda777e5-eb79-4a96-8c5f-cc2491ce1055', 'scan', 'scan_tick_v1', NULL, '0 0 1 1 *', 'ACTIVE', 'null', NULL, false, 'UTC', NULL, 'leaverbot');
INSERT INTO dbos.workflow_schedules VALUES ('d24217f2-8072-464d-a272-6fb9b63c842d', 'summary', 'summary_tick_v1', NULL, '0 0 1 1 *', 'ACTIVE', 'null', NULL, false, 'Europe/Berlin', NULL, 'leaverbot');
INSERT INTO dbos.workflow_status VALUES ('revoke-10:d0cd5507', 'ENQUEUED', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809122054, 1795809122054, 'leaverbot', '', NULL, NULL, 0, 'actions', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', '6c6bb3f8-043a-42d2-b744-6a3f66839188');
INSERT INTO dbos.workflow_status VALUES ('revoke-2:866fe7dd', 'PENDING', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809121952, 1795809123074, 'leaverbot', '', NULL, NULL, 1, 'actions', NULL, NULL, NULL, 1795809123074, NULL, 0, NULL, NULL, '555a9b37-d3bf-41c8-bfb8-c571e2c0d78c', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', '2f2405c2-3151-4a6c-afa8-35bc6c300984');
INSERT INTO dbos.workflow_status VALUES ('revoke-3:9758767c', 'PENDING', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809121971, 1795809123074, 'leaverbot', '', NULL, NULL, 1, 'actions', NULL, NULL, NULL, 1795809123074, NULL, 0, NULL, NULL, '555a9b37-d3bf-41c8-bfb8-c571e2c0d78c', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', 'bfcb34d6-6854-4dce-acef-fd230e8aee43');
INSERT INTO dbos.workflow_status VALUES ('revoke-4:c4bc8ec8', 'PENDING', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809121988, 1795809123074, 'leaverbot', '', NULL, NULL, 1, 'actions', NULL, NULL, NULL, 1795809123074, NULL, 0, NULL, NULL, '555a9b37-d3bf-41c8-bfb8-c571e2c0d78c', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', 'dd38cd9d-2911-419a-a7be-f5fcf70809e6');
INSERT INTO dbos.workflow_status VALUES ('revoke-5:8d054180', 'PENDING', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809122003, 1795809123074, 'leaverbot', '', NULL, NULL, 1, 'actions', NULL, NULL, NULL, 1795809123074, NULL, 0, NULL, NULL, '555a9b37-d3bf-41c8-bfb8-c571e2c0d78c', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', '8459528d-562c-468b-957c-b28d21f45a57');
INSERT INTO dbos.workflow_status VALUES ('revoke-6:faa17aba', 'PENDING', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809122019, 1795809123074, 'leaverbot', '', NULL, NULL, 1, 'actions', NULL, NULL, NULL, 1795809123074, NULL, 0, NULL, NULL, '555a9b37-d3bf-41c8-bfb8-c571e2c0d78c', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', 'ccc4eb7a-87b0-4ce9-86d4-b83bfb9623df');
INSERT INTO dbos.workflow_status VALUES ('revoke-7:d396a28b', 'PENDING', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809122029, 1795809123074, 'leaverbot', '', NULL, NULL, 1, 'actions', NULL, NULL, NULL, 1795809123074, NULL, 0, NULL, NULL, '555a9b37-d3bf-41c8-bfb8-c571e2c0d78c', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', '24db39dd-b886-469c-82c7-6845bf5b9829');
INSERT INTO dbos.workflow_status VALUES ('revoke-8:a3d3efbd', 'PENDING', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809122037, 1795809123074, 'leaverbot', '', NULL, NULL, 1, 'actions', NULL, NULL, NULL, 1795809123074, NULL, 0, NULL, NULL, '555a9b37-d3bf-41c8-bfb8-c571e2c0d78c', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', '4346f0c4-7680-4325-a156-bdad95413cd4');
INSERT INTO dbos.workflow_status VALUES ('revoke-9:65a56000', 'PENDING', 'act_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809122046, 1795809123074, 'leaverbot', '', NULL, NULL, 1, 'actions', NULL, NULL, NULL, 1795809123074, NULL, 0, NULL, NULL, '555a9b37-d3bf-41c8-bfb8-c571e2c0d78c', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', '2ae81203-fda3-42b0-bb0e-108217798d88');
INSERT INTO dbos.workflow_status VALUES ('denies:bb14e0909f484eee8bbf1035cfe1a15f', 'PENDING', 'denies_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809123067, 1795809123075, 'leaverbot', '', NULL, NULL, 1, 'denies', NULL, NULL, NULL, 1795809123075, NULL, 0, NULL, NULL, '7182c16f-ec1b-4abb-ba72-5880bf811b95', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', '0c4acd58-d43c-42f9-8291-6b6dc14b7431');
INSERT INTO dbos.workflow_status VALUES ('denies:173104a2f87e47af9fef25a95b3e9a8d', 'ENQUEUED', 'denies_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809124082, 1795809124082, 'leaverbot', '', NULL, NULL, 0, 'denies', NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', '11ed6bef-3283-4cde-aff2-e122b718454f');
INSERT INTO dbos.workflow_status VALUES ('shut_out-14:eb9636bc', 'PENDING', 'play_v1', NULL, NULL, NULL, NULL, NULL, NULL, 'leaverbot', 1795809124604, 1795809124737, 'leaverbot', '', NULL, NULL, 1, 'plays', NULL, NULL, NULL, 1795809124737, NULL, 0, NULL, NULL, '1d9da8b7-aeb2-4f1c-b296-b32a20140c2e', NULL, 'portable_json', NULL, false, false, NULL, 'null', NULL, NULL, false, 'leaverbot', 'd796166f-553d-4af1-806e-17b41889bdea');
INSERT INTO public.actions VALUES ('revoke-1', 'key-1', 'revoke', 'access', '00000000-0000-4000-8000-000000000001', '{"id": "00000000-0000-4000-8000-000000000001", "user_name": "user1@example.com", "display_name": "User 1", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-2', 'U1', 'C1', '', '2026-11-27T09:00:01.000000+00:00', 'done', '', '', false, '', '2026-11-24T09:00:00.000000+00:00', '2026-11-24T09:00:00.000000+00:00', '', '[]', '2026-11-24T09:00:00.000000+00:00', '[]', '[]', '[]', '', false, false, '[]', '');
INSERT INTO public.actions VALUES ('revoke-2', 'key-2', 'revoke', 'access', '00000000-0000-4000-8000-000000000002', '{"id": "00000000-0000-4000-8000-000000000002", "user_name": "user2@example.com", "display_name": "User 2", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-3', 'U1', 'C1', '', '2026-11-27T09:00:02.000000+00:00', 'queued', '', '', false, 'revoke-2:866fe7dd', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('revoke-3', 'key-3', 'revoke', 'access', '00000000-0000-4000-8000-000000000003', '{"id": "00000000-0000-4000-8000-000000000003", "user_name": "user3@example.com", "display_name": "User 3", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-4', 'U1', 'C1', '', '2026-11-27T09:00:03.000000+00:00', 'queued', '', '', false, 'revoke-3:9758767c', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('revoke-4', 'key-4', 'revoke', 'access', '00000000-0000-4000-8000-000000000004', '{"id": "00000000-0000-4000-8000-000000000004", "user_name": "user4@example.com", "display_name": "User 4", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-5', 'U1', 'C1', '', '2026-11-27T09:00:04.000000+00:00', 'queued', '', '', false, 'revoke-4:c4bc8ec8', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('revoke-5', 'key-5', 'revoke', 'access', '00000000-0000-4000-8000-000000000005', '{"id": "00000000-0000-4000-8000-000000000005", "user_name": "user5@example.com", "display_name": "User 5", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-6', 'U1', 'C1', '', '2026-11-27T09:00:05.000000+00:00', 'queued', '', '', false, 'revoke-5:8d054180', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('revoke-6', 'key-6', 'revoke', 'access', '00000000-0000-4000-8000-000000000006', '{"id": "00000000-0000-4000-8000-000000000006", "user_name": "user6@example.com", "display_name": "User 6", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-7', 'U1', 'C1', '', '2026-11-27T09:00:06.000000+00:00', 'queued', '', '', false, 'revoke-6:faa17aba', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('revoke-7', 'key-7', 'revoke', 'access', '00000000-0000-4000-8000-000000000007', '{"id": "00000000-0000-4000-8000-000000000007", "user_name": "user7@example.com", "display_name": "User 7", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-8', 'U1', 'C1', '', '2026-11-27T09:00:07.000000+00:00', 'queued', '', '', false, 'revoke-7:d396a28b', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('revoke-8', 'key-8', 'revoke', 'access', '00000000-0000-4000-8000-000000000008', '{"id": "00000000-0000-4000-8000-000000000008", "user_name": "user8@example.com", "display_name": "User 8", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-9', 'U1', 'C1', '', '2026-11-27T09:00:08.000000+00:00', 'queued', '', '', false, 'revoke-8:a3d3efbd', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('revoke-9', 'key-9', 'revoke', 'access', '00000000-0000-4000-8000-000000000009', '{"id": "00000000-0000-4000-8000-000000000009", "user_name": "user9@example.com", "display_name": "User 9", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-10', 'U1', 'C1', '', '2026-11-27T09:00:09.000000+00:00', 'queued', '', '', false, 'revoke-9:65a56000', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('revoke-10', 'key-10', 'revoke', 'access', '00000000-0000-4000-8000-000000000010', '{"id": "00000000-0000-4000-8000-000000000010", "user_name": "user10@example.com", "display_name": "User 10", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-11', 'U1', 'C1', '', '2026-11-27T09:00:10.000000+00:00', 'queued', '', '', false, 'revoke-10:d0cd5507', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('deny-11', 'key-11', 'deny', 'deny', '00000000-0000-4000-8000-000000000011', '{"id": "00000000-0000-4000-8000-000000000011", "user_name": "user11@example.com", "display_name": "User 11", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-12', 'U1', 'C1', '', '2026-11-27T09:00:11.000000+00:00', 'queued', '', '', false, 'denies:bb14e0909f484eee8bbf1035cfe1a15f', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('deny-12', 'key-12', 'deny', 'deny', '00000000-0000-4000-8000-000000000012', '{"id": "00000000-0000-4000-8000-000000000012", "user_name": "user12@example.com", "display_name": "User 12", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-13', 'U1', 'C1', '', '2026-11-27T09:00:12.000000+00:00', 'queued', '', '', false, 'denies:173104a2f87e47af9fef25a95b3e9a8d', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('deny-13', 'key-13', 'deny', 'deny', '00000000-0000-4000-8000-000000000013', '{"id": "00000000-0000-4000-8000-000000000013", "user_name": "user13@example.com", "display_name": "User 13", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-14', 'U1', 'C1', '', '2026-11-27T09:00:13.000000+00:00', 'queued', '', '', false, 'denies:173104a2f87e47af9fef25a95b3e9a8d', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('shut_out-14', 'key-14', 'shut_out', 'play', '00000000-0000-4000-8000-000000000014', '{"id": "00000000-0000-4000-8000-000000000014", "user_name": "user14@example.com", "display_name": "User 14", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-15', 'U1', 'C1', '', '2026-11-27T09:00:14.000000+00:00', 'running', '', '', false, 'shut_out-14:eb9636bc', '2026-11-27T19:52:04.748399+00:00', NULL, '', NULL, NULL, '[]', '[]', NULL, '', false, false, NULL, '');
INSERT INTO public.actions VALUES ('e91b7a66-3d7e-40bf-870b-3942b6b00f85', 'step:shut_out-14:deny', 'deny', 'deny', '00000000-0000-4000-8000-000000000014', '{"id": "00000000-0000-4000-8000-000000000014", "user_name": "user14@example.com", "display_name": "User 14", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-15', 'U1', 'C1', '', '2026-11-27T19:52:04.750933+00:00', 'queued', '', '', false, 'denies:173104a2f87e47af9fef25a95b3e9a8d', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, 'shut_out-14');
INSERT INTO public.actions VALUES ('revoke-15', 'key-15', 'revoke', 'access', '00000000-0000-4000-8000-000000000015', '{"id": "00000000-0000-4000-8000-000000000015", "user_name": "user15@example.com", "display_name": "User 15", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', 'id-16', 'U1', 'C1', '', '2026-11-27T09:00:15.000000+00:00', 'queued', '', '', false, '', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, '', false, false, NULL, '');
INSERT INTO public.audit VALUES (1, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000001', 'done', '1 grants', '62bc55d2b6cf305ce5e2e657f5a37acb2a1c3fb027782c36398b88ded1393898');
INSERT INTO public.audit VALUES (2, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000002', 'done', '1 grants', 'c06d90eaa50e61d29af5b405c9c17afffa6280a7c5331c1e030f9236c88697c6');
INSERT INTO public.audit VALUES (3, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000003', 'done', '1 grants', 'd684ae8d2add4c0014841bf52921b236f7be909d59c9d744ceac34789fb112b1');
INSERT INTO public.audit VALUES (4, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000004', 'done', '1 grants', 'efab8071094a6c424b5c99f6ed15f3a8e41edbf9a9abe5dff881a89b60555b30');
INSERT INTO public.audit VALUES (5, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000005', 'done', '1 grants', 'a4d61d6aea7211a0eef8171f3e561b00bbc6e84c2c4967c171b8860a4d2efdc6');
INSERT INTO public.audit VALUES (6, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000006', 'done', '1 grants', '31de09b60373482d3e38396754a4d82255429ee930f1d9bc9811de86cbaf6490');
INSERT INTO public.audit VALUES (7, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000007', 'done', '1 grants', '096c1e78f91b22d32aa10b701609d349e9c41c603b7c1e2c459abd76b91a7221');
INSERT INTO public.audit VALUES (8, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000008', 'done', '1 grants', '2e98d1fd7805f82f1aacb553c332720062b148d2ffdf8b1c74d33ef0383434e2');
INSERT INTO public.audit VALUES (9, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000009', 'done', '1 grants', 'c598574cf874913c681d2bc0b2c3c966ef8578dd32f0b0cddfffad20c61b636c');
INSERT INTO public.audit VALUES (10, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000010', 'done', '1 grants', '2f91aa34b7cedee00131314493cffd8d0dfd06c2859725addc35f9029faf0f25');
INSERT INTO public.audit VALUES (11, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000011', 'done', '1 grants', 'a02de15ce78d6ef899056ed8ce295c499ecdd13dcb9c6c63a8f211a0dd0d2761');
INSERT INTO public.audit VALUES (12, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000012', 'done', '1 grants', '2f174292d726748b45ffd4c83c75392c88dbee9155b949744c6889ee661bdda5');
INSERT INTO public.audit VALUES (13, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000013', 'done', '1 grants', '70f6ff864126042d20cba0142bf894080de0fb4cb996ff40bb5bb70f4a0bcd5b');
INSERT INTO public.audit VALUES (14, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000014', 'done', '1 grants', 'a85f7bd2f5fcf8e01168cfb234e7549f20e49ec20c983f8e92b4edc6b263e97f');
INSERT INTO public.audit VALUES (15, '2026-11-24T09:00:05.000000+00:00', 'scan', 'open', '00000000-0000-4000-8000-000000000015', 'done', '1 grants', '766b2a081d15f9bbb178d8d0d5ec750c635d22b58f172b9fe70054e87ba4a09f');
INSERT INTO public.audit VALUES (16, '2026-11-27T09:00:01.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000001', 'asked', '', 'bd099af6db1b407737d5f3e053b93714050805750f36875a75e14ba6d9afd003');
INSERT INTO public.audit VALUES (17, '2026-11-24T09:00:00.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000001', 'done', '', '810524dcc6bb63a64b05834fad92dc423b0ba471035851176701dcf5b7bd4f46');
INSERT INTO public.audit VALUES (18, '2026-11-27T09:00:02.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000002', 'asked', '', '1d5fd1698dafcb492e7c824d4b2133d12c17f08fc648ed6a42a6e2bf12879f5d');
INSERT INTO public.audit VALUES (19, '2026-11-27T09:00:03.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000003', 'asked', '', 'df1258d5d26bd06640e97693fd3e6b3418edc6572ae55346101cf3bbd1322977');
INSERT INTO public.audit VALUES (20, '2026-11-27T09:00:04.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000004', 'asked', '', '59e237cbbe0b089dab3dfd217ce17d1cd54474c29c0be3b92f73fe91593537f5');
INSERT INTO public.audit VALUES (21, '2026-11-27T09:00:05.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000005', 'asked', '', '8b594e7d5edb9f1baaa5b2f1b7e730b7a1ae73dc4919bcbdba97592629855fb8');
INSERT INTO public.audit VALUES (22, '2026-11-27T09:00:06.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000006', 'asked', '', '47b89b00200e2b7611457b378d9c2947add1a764287a60e4570d3df7f94401d9');
INSERT INTO public.audit VALUES (23, '2026-11-27T09:00:07.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000007', 'asked', '', '8fcd8c05111aa26ca758a5f81a95cb865b60d23f5613ebc357fd64ed98bc614d');
INSERT INTO public.audit VALUES (24, '2026-11-27T09:00:08.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000008', 'asked', '', '792fe5a7355fe8ac811284588152cf70ef64eebba791cafdef3fa82bbf2cc378');
INSERT INTO public.audit VALUES (25, '2026-11-27T09:00:09.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000009', 'asked', '', '651daf77e004932f74264cfc56b4144029cd32b5b4283fe06057b373920abbc4');
INSERT INTO public.audit VALUES (26, '2026-11-27T09:00:10.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000010', 'asked', '', '3f75781d7ff0af6ae6c916ff47355eafc8450eaf11ea835a9dc50077cfe1e935');
INSERT INTO public.audit VALUES (27, '2026-11-27T09:00:11.000000+00:00', 'U1', 'deny', '00000000-0000-4000-8000-000000000011', 'asked', '', '2d7abda947793255946d92b1ac98dae0b64492c77dfc453d6950af375dca3c0f');
INSERT INTO public.audit VALUES (28, '2026-11-27T09:00:12.000000+00:00', 'U1', 'deny', '00000000-0000-4000-8000-000000000012', 'asked', '', '438b5357cb86dc662d443dba90fe45f5210cac7e092d6a5d9808400f007bf79b');
INSERT INTO public.audit VALUES (29, '2026-11-27T09:00:13.000000+00:00', 'U1', 'deny', '00000000-0000-4000-8000-000000000013', 'asked', '', 'a3a246088df8fe38ae2e4856293492209d54557cce6084c9cec4954b21744e5a');
INSERT INTO public.audit VALUES (30, '2026-11-27T09:00:14.000000+00:00', 'U1', 'shut_out', '00000000-0000-4000-8000-000000000014', 'asked', '', 'f27658d039adab5383e31ccc3746c70aa640c3680cb55d3a07c1a25f0041bb42');
INSERT INTO public.audit VALUES (31, '2026-11-27T19:52:04.750933+00:00', 'U1', 'deny', '00000000-0000-4000-8000-000000000014', 'asked', '', '3aea3a214841405a13fbd614661e030ebd5c3b6b68359e44cb731fa7a112c7ef');
INSERT INTO public.audit VALUES (32, '2026-11-27T09:00:15.000000+00:00', 'U1', 'revoke', '00000000-0000-4000-8000-000000000015', 'asked', '', '1b3ba71bc2ee364e16c849982711ad430dfa3a09c33290b140525d696f71fe11');
INSERT INTO public.cases VALUES ('id-12', '00000000-0000-4000-8000-000000000011', '{"id": "00000000-0000-4000-8000-000000000011", "user_name": "user11@example.com", "display_name": "User 11", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-13', '00000000-0000-4000-8000-000000000012', '{"id": "00000000-0000-4000-8000-000000000012", "user_name": "user12@example.com", "display_name": "User 12", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-14', '00000000-0000-4000-8000-000000000013', '{"id": "00000000-0000-4000-8000-000000000013", "user_name": "user13@example.com", "display_name": "User 13", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-16', '00000000-0000-4000-8000-000000000015', '{"id": "00000000-0000-4000-8000-000000000015", "user_name": "user15@example.com", "display_name": "User 15", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-2', '00000000-0000-4000-8000-000000000001', '{"id": "00000000-0000-4000-8000-000000000001", "user_name": "user1@example.com", "display_name": "User 1", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'closed', 6, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:00.000000+00:00', true, '999999999999', NULL, 'null', '2026-11-24T09:00:00.000000+00:00', 'revoked', 'U1', '2026-11-24T21:00:00.000000+00:00', NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-3', '00000000-0000-4000-8000-000000000002', '{"id": "00000000-0000-4000-8000-000000000002", "user_name": "user2@example.com", "display_name": "User 2", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-4', '00000000-0000-4000-8000-000000000003', '{"id": "00000000-0000-4000-8000-000000000003", "user_name": "user3@example.com", "display_name": "User 3", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-5', '00000000-0000-4000-8000-000000000004', '{"id": "00000000-0000-4000-8000-000000000004", "user_name": "user4@example.com", "display_name": "User 4", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-6', '00000000-0000-4000-8000-000000000005', '{"id": "00000000-0000-4000-8000-000000000005", "user_name": "user5@example.com", "display_name": "User 5", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-7', '00000000-0000-4000-8000-000000000006', '{"id": "00000000-0000-4000-8000-000000000006", "user_name": "user6@example.com", "display_name": "User 6", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-8', '00000000-0000-4000-8000-000000000007', '{"id": "00000000-0000-4000-8000-000000000007", "user_name": "user7@example.com", "display_name": "User 7", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-9', '00000000-0000-4000-8000-000000000008', '{"id": "00000000-0000-4000-8000-000000000008", "user_name": "user8@example.com", "display_name": "User 8", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-10', '00000000-0000-4000-8000-000000000009', '{"id": "00000000-0000-4000-8000-000000000009", "user_name": "user9@example.com", "display_name": "User 9", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-11', '00000000-0000-4000-8000-000000000010', '{"id": "00000000-0000-4000-8000-000000000010", "user_name": "user10@example.com", "display_name": "User 10", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 2, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.cases VALUES ('id-15', '00000000-0000-4000-8000-000000000014', '{"id": "00000000-0000-4000-8000-000000000014", "user_name": "user14@example.com", "display_name": "User 14", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}', '[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]', '[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]', 'normal', 'open', 4, '2026-11-24T09:00:05.000000+00:00', 'schedule', '2026-11-24T09:00:05.000000+00:00', true, '999999999999', NULL, 'null', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, true);
INSERT INTO public.leaverbot_schema VALUES (1);
INSERT INTO public.messages VALUES (1, 'report:revoke-1', 'report', 'revoke-1', 'id-2', 'null', '', '2026-11-24T09:00:00.000000+00:00', NULL, NULL, NULL);
INSERT INTO public.scans VALUES ('id-1', 'ended', 'schedule', '[]', '2026-11-24T09:00:00.000000+00:00', '2026-11-24T09:00:05.000000+00:00', 'complete', '{"status": "complete", "kinds_read": [], "started_at": "2026-11-24T09:00:00+00:00", "finished_at": "2026-11-24T09:00:05+00:00", "users_read": 10, "leavers": 15, "leavers_read": 15, "unknown_status": 0, "calls": {}, "problems": [], "how": [], "notes": [], "orphans": null, "disagreements": 0, "use_checked": false}', '[]', '');
SELECT pg_catalog.setval('public.audit_seq_seq', 32, true);
SELECT pg_catalog.setval('public.leaverbot_schema_version_seq', 1, false);
SELECT pg_catalog.setval('public.messages_seq_seq', 1, true);
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
CREATE INDEX ix_cases_user ON public.cases USING btree (user_id);
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
