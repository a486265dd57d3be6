BEGIN TRANSACTION;
CREATE TABLE actions (
    id VARCHAR(64) NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    lane VARCHAR(16) NOT NULL,
    user_id VARCHAR(255) NOT NULL,
    user JSON NOT NULL,
    case_id VARCHAR(64),
    "by" TEXT NOT NULL,
    channel TEXT NOT NULL,
    response_url TEXT NOT NULL,
    asked_at VARCHAR(32) NOT NULL,
    state VARCHAR(16) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    revision TEXT NOT NULL,
    dry_run BOOLEAN NOT NULL,
    workflow_id TEXT NOT NULL,
    started_at VARCHAR(32),
    finished_at VARCHAR(32),
    message TEXT NOT NULL,
    remaining JSON,
    verified_at VARCHAR(32),
    undo JSON,
    elsewhere JSON,
    cover JSON,
    reason TEXT NOT NULL,
    not_disabled BOOLEAN NOT NULL,
    with_delete BOOLEAN NOT NULL,
    emptied JSON,
    parent VARCHAR(64) NOT NULL, waiting JSON,
    PRIMARY KEY (id),
    UNIQUE ("key"),
    FOREIGN KEY(case_id) REFERENCES cases (id)
);
INSERT INTO "actions" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666','dialog:053c4fd2-d5f4-466f-8ed4-473cd8c0459a','revoke','access','587fd280-3bab-6c39-8d88-348a7eed8d14','{"id": "587fd280-3bab-6c39-8d88-348a7eed8d14", "user_name": "dana.rossi@example.com", "display_name": "Dana.Rossi", "email": "dana.rossi@example.com", "status": "DISABLED", "revision": "7517154405817", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','61e83c76-3418-441e-ac3f-8f3011010bcf','U0N9IHBF47Q','C08QUEPUXBI','https://hooks.example/1','2026-11-28T03:23:54.450996+00:00','done','d8e7b2833e322a49689776701fb8886c','7517154405817',0,'223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5','2026-11-28T03:23:54.489329+00:00','2026-11-28T03:23:55.574356+00:00','','[]','2026-11-28T03:23:55.568724+00:00','["aws sso-admin create-account-assignment --region eu-west-1 --instance-arn arn:aws:sso:::instance/ssoins-cd613e30d8f16adf --target-type AWS_ACCOUNT --target-id 938470781181 --permission-set-arn arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0 --principal-type USER --principal-id 587fd280-3bab-6c39-8d88-348a7eed8d14"]','[]','[]','',0,0,'[]','',NULL);
INSERT INTO "actions" VALUES('d3b8428c-0a1a-44ed-9568-ef6afc3fb7c6','press:U0FUCHB2X3P:case_deny:1795836236.525533','deny','deny','78255d68-0792-3986-bb96-8a437d5c8dfc','{"id": "78255d68-0792-3986-bb96-8a437d5c8dfc", "user_name": "erik.holm@example.com", "display_name": "Erik.Holm", "email": "erik.holm@example.com", "status": "DISABLED", "revision": "3275512929000", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','a2fbb4fb-71d2-4c0d-b39b-406d2db92969','U0FUCHB2X3P','C08QUEPUXBI','https://hooks.example/1','2026-11-28T03:23:56.528950+00:00','done','','',0,'','2026-11-28T03:23:56.557362+00:00','2026-11-28T03:23:57.609980+00:00','','[]','2026-11-28T03:23:57.609953+00:00','[""]','[]','[{"id": "938470781181", "name": "payments-prod", "status": "ACTIVE", "covered": true, "why": "p-86bat7nhpb is attached to the root r-1aqz"}]','',0,0,'[]','',NULL);
INSERT INTO "actions" VALUES('cdef1e83-5cd1-4b8c-800a-5ece5deb1ac3','dialog:e8f95aea-b4bc-4133-be0b-b39bf3bb5f47','revoke','access','349aae90-8fb5-262c-c703-806984c81999','{"id": "349aae90-8fb5-262c-c703-806984c81999", "user_name": "faye.wong@example.com", "display_name": "Faye.Wong", "email": "faye.wong@example.com", "status": "DISABLED", "revision": "1568032162625", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','952319c5-2120-41ee-a95c-5bb1abfe36f6','U0N9IHBF47Q','C08QUEPUXBI','https://hooks.example/1','2026-11-28T03:23:57.633630+00:00','running','23b0045c60a849b8dcfa8d7e9e6d77e0','1568032162625',0,'cdef1e83-5cd1-4b8c-800a-5ece5deb1ac3:4abace0a','2026-11-28T03:23:57.659632+00:00',NULL,'',NULL,NULL,'["aws sso-admin create-account-assignment --region eu-west-1 --instance-arn arn:aws:sso:::instance/ssoins-cd613e30d8f16adf --target-type AWS_ACCOUNT --target-id 938470781181 --permission-set-arn arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0 --principal-type USER --principal-id 349aae90-8fb5-262c-c703-806984c81999"]','[]',NULL,'',0,0,NULL,'',NULL);
INSERT INTO "actions" VALUES('eb1677ce-565d-432a-a812-570306c7db30','press:U0FUCHB2X3P:case_deny:1795836237.689316','deny','deny','12093d26-ac51-2b01-f18d-d1eed77c96c0','{"id": "12093d26-ac51-2b01-f18d-d1eed77c96c0", "user_name": "gina.bell@example.com", "display_name": "Gina.Bell", "email": "gina.bell@example.com", "status": "DISABLED", "revision": "7040384268300", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','b3f823ea-b23b-4b41-8736-1aedd080f336','U0FUCHB2X3P','C08QUEPUXBI','https://hooks.example/1','2026-11-28T03:23:57.691842+00:00','running','','',0,'','2026-11-28T03:23:57.705970+00:00',NULL,'',NULL,NULL,'[""]','[]',NULL,'',0,0,NULL,'',NULL);
INSERT INTO "actions" VALUES('476b922f-5d92-4ce0-bffc-0fe344cbe24f','dialog:ed03df2a-ad48-47a9-b2ee-adc3ee316fd9','shut_out','play','4227de21-3023-580c-cbd3-f5e06bc15385','{"id": "4227de21-3023-580c-cbd3-f5e06bc15385", "user_name": "hugo.lind@example.com", "display_name": "Hugo.Lind", "email": "hugo.lind@example.com", "status": "DISABLED", "revision": "1539656225879", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','fd286c43-ce61-48d7-8145-0a1e1ae7c6c2','U0N9IHBF47Q','C08QUEPUXBI','https://hooks.example/1','2026-11-28T03:23:58.681309+00:00','running','a9d8f3cc52752502a3b11fa84e62dd54','1539656225879',0,'476b922f-5d92-4ce0-bffc-0fe344cbe24f:e5bff23d','2026-11-28T03:23:58.710379+00:00',NULL,'',NULL,NULL,'[]','[]',NULL,'',0,1,NULL,'',NULL);
INSERT INTO "actions" VALUES('e8a49f38-0ffb-4804-8444-d8b6bd672f62','step:476b922f-5d92-4ce0-bffc-0fe344cbe24f:deny','deny','deny','4227de21-3023-580c-cbd3-f5e06bc15385','{"id": "4227de21-3023-580c-cbd3-f5e06bc15385", "user_name": "hugo.lind@example.com", "display_name": "Hugo.Lind", "email": "hugo.lind@example.com", "status": "DISABLED", "revision": "1539656225879", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','fd286c43-ce61-48d7-8145-0a1e1ae7c6c2','U0N9IHBF47Q','C08QUEPUXBI','https://hooks.example/1','2026-11-28T03:23:58.718349+00:00','queued','','1539656225879',0,'',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'476b922f-5d92-4ce0-bffc-0fe344cbe24f',NULL);
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('c47c93e7-cdea-456e-bd65-6a96aa28189d','leaverbot',1795836233000,1795836233000,'leaverbot');
CREATE TABLE audit (
    seq INTEGER NOT NULL,
    at VARCHAR(32) NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    verdict VARCHAR(32) NOT NULL,
    reason TEXT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (hash)
);
INSERT INTO "audit" VALUES(1,'2026-11-28T03:23:53.257390+00:00','scan','open','12093d26-ac51-2b01-f18d-d1eed77c96c0','done','1 grants','87bb885321817228d9c072ce371899cd4e2317dfa8fb1be94d0931782a57d453');
INSERT INTO "audit" VALUES(2,'2026-11-28T03:23:53.257390+00:00','scan','open','349aae90-8fb5-262c-c703-806984c81999','done','1 grants','d6cee2e79d4073ac86c9cb5979ed77a04ed6d184f2bf89c7fb7fa88d26be8ce8');
INSERT INTO "audit" VALUES(3,'2026-11-28T03:23:53.257390+00:00','scan','open','4227de21-3023-580c-cbd3-f5e06bc15385','done','1 grants','2d0a33888de157a7b9153355c54f799b4c09b08465e9314f346020a98ece430c');
INSERT INTO "audit" VALUES(4,'2026-11-28T03:23:53.257390+00:00','scan','open','587fd280-3bab-6c39-8d88-348a7eed8d14','done','1 grants','daaa4d86788bc8cbfb150b7c19799cbc944b247833c7f0ea019d7e381bd0e353');
INSERT INTO "audit" VALUES(5,'2026-11-28T03:23:53.257390+00:00','scan','open','78255d68-0792-3986-bb96-8a437d5c8dfc','done','1 grants','3c7662b0f785ce3ad55ce5176ad5c5b644d04dde8043aa04ead487d1a6eb58fc');
INSERT INTO "audit" VALUES(6,'2026-11-28T03:23:53.257390+00:00','scan','open','cdaaac43-936a-a40c-acc6-6a576518093d','done','1 grants','483b62519a74c5fbd31319eaef0271929cd542e5bcb6b20bc60b0c62ade24fe1');
INSERT INTO "audit" VALUES(7,'2026-11-28T03:23:54.450996+00:00','U0N9IHBF47Q','revoke','587fd280-3bab-6c39-8d88-348a7eed8d14','asked','','95391855144635c8116eb0088b4791c7a17d17ebb3c259fe5d47b69746b38991');
INSERT INTO "audit" VALUES(8,'2026-11-28T03:23:55.574356+00:00','U0N9IHBF47Q','revoke','587fd280-3bab-6c39-8d88-348a7eed8d14','done','','86a33007792d464175528db0d02e760f00255b6717ed7344a23f9a4959210d74');
INSERT INTO "audit" VALUES(9,'2026-11-28T03:23:56.528950+00:00','U0FUCHB2X3P','deny','78255d68-0792-3986-bb96-8a437d5c8dfc','asked','','8bbc107bf0b639f69871641db8704022a811b5976f2d3e99eb639054b87e1b9e');
INSERT INTO "audit" VALUES(10,'2026-11-28T03:23:57.609980+00:00','U0FUCHB2X3P','deny','78255d68-0792-3986-bb96-8a437d5c8dfc','done','','ae01266b98c45b154901ea971006318ca56f2eb40fdfa8436e80587f22ee8697');
INSERT INTO "audit" VALUES(11,'2026-11-28T03:23:57.633630+00:00','U0N9IHBF47Q','revoke','349aae90-8fb5-262c-c703-806984c81999','asked','','c609eb2955e5958f30e47ed289d68f14d0752a5f18a66fb95b43780c1d6d77be');
INSERT INTO "audit" VALUES(12,'2026-11-28T03:23:57.691842+00:00','U0FUCHB2X3P','deny','12093d26-ac51-2b01-f18d-d1eed77c96c0','asked','','bc3b056848578fb88610c903c921743ba251af0c83e549551c01f59bbc11b168');
INSERT INTO "audit" VALUES(13,'2026-11-28T03:23:58.681309+00:00','U0N9IHBF47Q','shut_out','4227de21-3023-580c-cbd3-f5e06bc15385','asked','','fa2f094cc0b9732da31d56033e22494e6a5494421028259ef701b203499551a8');
INSERT INTO "audit" VALUES(14,'2026-11-28T03:23:58.718349+00:00','U0N9IHBF47Q','deny','4227de21-3023-580c-cbd3-f5e06bc15385','asked','','cbadb0b7dcca8dff2802ecc640acfc1932df8a91f06b0a134a3d6e335b3812fd');
CREATE TABLE case_changes (
    id VARCHAR(64) NOT NULL,
    case_id VARCHAR(64) NOT NULL,
    at VARCHAR(32) NOT NULL,
    added JSON NOT NULL,
    removed JSON NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE TABLE cases (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user JSON NOT NULL,
    grants JSON NOT NULL,
    reached JSON NOT NULL,
    severity VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    version INTEGER NOT NULL,
    opened_at VARCHAR(32) NOT NULL,
    found_by TEXT NOT NULL,
    read_at VARCHAR(32) NOT NULL,
    read_complete BOOLEAN NOT NULL,
    management_account_id VARCHAR(16),
    caller_account_id VARCHAR(16),
    used JSON,
    closed_at VARCHAR(32),
    closed_reason VARCHAR(16),
    closed_by TEXT,
    sessions_until VARCHAR(32),
    channel TEXT,
    ts TEXT,
    shown_version INTEGER NOT NULL,
    digest_scan_id VARCHAR(64),
    wants_message BOOLEAN NOT NULL, background JSON DEFAULT '[]' NOT NULL, reviewed_at VARCHAR(32), reviewed_by TEXT,
    PRIMARY KEY (id)
);
INSERT INTO "cases" VALUES('b3f823ea-b23b-4b41-8736-1aedd080f336','12093d26-ac51-2b01-f18d-d1eed77c96c0','{"id": "12093d26-ac51-2b01-f18d-d1eed77c96c0", "user_name": "gina.bell@example.com", "display_name": "Gina.Bell", "email": "gina.bell@example.com", "status": "DISABLED", "revision": "7040384268300", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "938470781181", "account_name": "payments-prod", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "permission_set_name": "AdministratorAccess", "session_seconds": 3600, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": "administrator", "background": null}]','[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]','critical','open',3,'2026-11-28T03:23:53.257390+00:00','start','2026-11-28T03:23:53.257390+00:00',1,'749522587953','749522587953',NULL,NULL,NULL,NULL,NULL,'C08QUEPUXBI','1795836233.338911',3,NULL,1,'[]',NULL,NULL);
INSERT INTO "cases" VALUES('952319c5-2120-41ee-a95c-5bb1abfe36f6','349aae90-8fb5-262c-c703-806984c81999','{"id": "349aae90-8fb5-262c-c703-806984c81999", "user_name": "faye.wong@example.com", "display_name": "Faye.Wong", "email": "faye.wong@example.com", "status": "DISABLED", "revision": "1568032162625", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "938470781181", "account_name": "payments-prod", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "permission_set_name": "AdministratorAccess", "session_seconds": 3600, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": "administrator", "background": null}]','[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]','critical','open',3,'2026-11-28T03:23:53.257390+00:00','start','2026-11-28T03:23:53.257390+00:00',1,'749522587953','749522587953',NULL,NULL,NULL,NULL,NULL,'C08QUEPUXBI','1795836233.342092',3,NULL,1,'[]',NULL,NULL);
INSERT INTO "cases" VALUES('fd286c43-ce61-48d7-8145-0a1e1ae7c6c2','4227de21-3023-580c-cbd3-f5e06bc15385','{"id": "4227de21-3023-580c-cbd3-f5e06bc15385", "user_name": "hugo.lind@example.com", "display_name": "Hugo.Lind", "email": "hugo.lind@example.com", "status": "DISABLED", "revision": "1539656225879", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "938470781181", "account_name": "payments-prod", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "permission_set_name": "AdministratorAccess", "session_seconds": 3600, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": "administrator", "background": null}]','[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]','critical','open',4,'2026-11-28T03:23:53.257390+00:00','start','2026-11-28T03:23:53.257390+00:00',1,'749522587953','749522587953',NULL,NULL,NULL,NULL,NULL,'C08QUEPUXBI','1795836233.352563',4,NULL,1,'[]',NULL,NULL);
INSERT INTO "cases" VALUES('61e83c76-3418-441e-ac3f-8f3011010bcf','587fd280-3bab-6c39-8d88-348a7eed8d14','{"id": "587fd280-3bab-6c39-8d88-348a7eed8d14", "user_name": "dana.rossi@example.com", "display_name": "Dana.Rossi", "email": "dana.rossi@example.com", "status": "DISABLED", "revision": "7517154405817", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','[]','[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]','normal','closed',8,'2026-11-28T03:23:53.257390+00:00','start','2026-11-28T03:23:55.568724+00:00',1,'749522587953','749522587953',NULL,'2026-11-28T03:23:55.574356+00:00','revoked','U0N9IHBF47Q','2026-11-28T04:23:55.568724+00:00','C08QUEPUXBI','1795836233.364212',8,NULL,1,'[]',NULL,NULL);
INSERT INTO "cases" VALUES('a2fbb4fb-71d2-4c0d-b39b-406d2db92969','78255d68-0792-3986-bb96-8a437d5c8dfc','{"id": "78255d68-0792-3986-bb96-8a437d5c8dfc", "user_name": "erik.holm@example.com", "display_name": "Erik.Holm", "email": "erik.holm@example.com", "status": "DISABLED", "revision": "3275512929000", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "938470781181", "account_name": "payments-prod", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "permission_set_name": "AdministratorAccess", "session_seconds": 3600, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": "administrator", "background": null}]','[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]','critical','open',5,'2026-11-28T03:23:53.257390+00:00','start','2026-11-28T03:23:53.257390+00:00',1,'749522587953','749522587953',NULL,NULL,NULL,NULL,NULL,'C08QUEPUXBI','1795836233.365291',5,NULL,1,'[]',NULL,NULL);
INSERT INTO "cases" VALUES('0f02f46f-ce1e-4961-ba61-743f0df71500','cdaaac43-936a-a40c-acc6-6a576518093d','{"id": "cdaaac43-936a-a40c-acc6-6a576518093d", "user_name": "ivan.petrov@example.com", "display_name": "Ivan.Petrov", "email": "ivan.petrov@example.com", "status": "DISABLED", "revision": "1659315592392", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "938470781181", "account_name": "payments-prod", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "permission_set_name": "AdministratorAccess", "session_seconds": 3600, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": "administrator", "background": null}]','[["938470781181", "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0"]]','critical','open',1,'2026-11-28T03:23:53.257390+00:00','start','2026-11-28T03:23:53.257390+00:00',1,'749522587953','749522587953',NULL,NULL,NULL,NULL,NULL,'C08QUEPUXBI','1795836234.369938',1,NULL,1,'[]',NULL,NULL);
CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO "dbos_migrations" VALUES(125);
CREATE TABLE denies (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user JSON NOT NULL,
    policy_id TEXT NOT NULL,
    since VARCHAR(32) NOT NULL,
    "by" TEXT NOT NULL,
    cover JSON NOT NULL,
    confirmed BOOLEAN NOT NULL,
    names JSON NOT NULL,
    inline JSON NOT NULL,
    reason TEXT NOT NULL,
    not_disabled BOOLEAN NOT NULL,
    clear_since VARCHAR(32),
    missing TEXT NOT NULL,
    lifted_at VARCHAR(32),
    lifted_by TEXT, lent JSON DEFAULT '[]' NOT NULL, background JSON DEFAULT '[]' NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO "denies" VALUES('d3b8428c-0a1a-44ed-9568-ef6afc3fb7c6','78255d68-0792-3986-bb96-8a437d5c8dfc','{"id": "78255d68-0792-3986-bb96-8a437d5c8dfc", "user_name": "erik.holm@example.com", "display_name": "Erik.Holm", "email": "erik.holm@example.com", "status": "DISABLED", "revision": "3275512929000", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','p-86bat7nhpb','2026-11-28T03:23:56.567098+00:00','U0FUCHB2X3P','[{"id": "938470781181", "name": "payments-prod", "status": "ACTIVE", "covered": true, "why": "p-86bat7nhpb is attached to the root r-1aqz"}]',1,'["erik.holm@example.com"]','[]','',0,NULL,'',NULL,NULL,'[]','[]');
INSERT INTO "denies" VALUES('eb1677ce-565d-432a-a812-570306c7db30','12093d26-ac51-2b01-f18d-d1eed77c96c0','{"id": "12093d26-ac51-2b01-f18d-d1eed77c96c0", "user_name": "gina.bell@example.com", "display_name": "Gina.Bell", "email": "gina.bell@example.com", "status": "DISABLED", "revision": "7040384268300", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','','2026-11-28T03:23:58.116508+00:00','U0FUCHB2X3P','[]',0,'[]','[]','',0,NULL,'',NULL,NULL,'[]','[]');
CREATE TABLE deny_policies (
    policy_id VARCHAR(255) NOT NULL,
    placeholder TEXT NOT NULL,
    PRIMARY KEY (policy_id)
);
INSERT INTO "deny_policies" VALUES('p-86bat7nhpb','Add user ID here');
CREATE TABLE dialogs (
    id VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    "by" TEXT NOT NULL,
    channel TEXT NOT NULL,
    response_url TEXT NOT NULL,
    view_id TEXT NOT NULL,
    case_id VARCHAR(64),
    user_id TEXT NOT NULL,
    "query" TEXT NOT NULL,
    user JSON,
    digest VARCHAR(64) NOT NULL,
    admin BOOLEAN NOT NULL,
    opened_at VARCHAR(32) NOT NULL,
    PRIMARY KEY (id)
);
INSERT INTO "dialogs" VALUES('053c4fd2-d5f4-466f-8ed4-473cd8c0459a','revoke','ready','U0N9IHBF47Q','C08QUEPUXBI','https://hooks.example/1','V0R3JN44WY5','61e83c76-3418-441e-ac3f-8f3011010bcf','587fd280-3bab-6c39-8d88-348a7eed8d14','','{"id": "587fd280-3bab-6c39-8d88-348a7eed8d14", "user_name": "dana.rossi@example.com", "display_name": "Dana.Rossi", "email": "dana.rossi@example.com", "status": "DISABLED", "revision": "7517154405817", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','d8e7b2833e322a49689776701fb8886c',1,'2026-11-28T03:23:54.383165+00:00');
INSERT INTO "dialogs" VALUES('e8f95aea-b4bc-4133-be0b-b39bf3bb5f47','revoke','ready','U0N9IHBF47Q','C08QUEPUXBI','https://hooks.example/1','V0NC2WWS8FH','952319c5-2120-41ee-a95c-5bb1abfe36f6','349aae90-8fb5-262c-c703-806984c81999','','{"id": "349aae90-8fb5-262c-c703-806984c81999", "user_name": "faye.wong@example.com", "display_name": "Faye.Wong", "email": "faye.wong@example.com", "status": "DISABLED", "revision": "1568032162625", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','23b0045c60a849b8dcfa8d7e9e6d77e0',1,'2026-11-28T03:23:57.568140+00:00');
INSERT INTO "dialogs" VALUES('ed03df2a-ad48-47a9-b2ee-adc3ee316fd9','shut_out','ready','U0N9IHBF47Q','C08QUEPUXBI','https://hooks.example/1','V0B1TV79Q8E','fd286c43-ce61-48d7-8145-0a1e1ae7c6c2','4227de21-3023-580c-cbd3-f5e06bc15385','','{"id": "4227de21-3023-580c-cbd3-f5e06bc15385", "user_name": "hugo.lind@example.com", "display_name": "Hugo.Lind", "email": "hugo.lind@example.com", "status": "DISABLED", "revision": "1539656225879", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','a9d8f3cc52752502a3b11fa84e62dd54',1,'2026-11-28T03:23:58.153054+00:00');
INSERT INTO "dialogs" VALUES('6393a1c3-2ad0-4da8-bead-466ca489033b','revoke','ready','U0N9IHBF47Q','C08QUEPUXBI','https://hooks.example/1','V081B13FBGB','0f02f46f-ce1e-4961-ba61-743f0df71500','cdaaac43-936a-a40c-acc6-6a576518093d','','{"id": "cdaaac43-936a-a40c-acc6-6a576518093d", "user_name": "ivan.petrov@example.com", "display_name": "Ivan.Petrov", "email": "ivan.petrov@example.com", "status": "DISABLED", "revision": "1659315592392", "updated_at": "2026-11-28T03:23:51.285000+00:00", "scim": true}','94d4bedd3be63a70a57a164fa2252a64',1,'2026-11-28T03:23:58.704537+00:00');
CREATE TABLE drawn_with (
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (fingerprint)
);
INSERT INTO "drawn_with" VALUES('e38767f45b3abfe480eb1cc5ea721c7fe04ec815c81088164b59849412323672');
CREATE TABLE inline_policies (
    permission_set_arn VARCHAR(255) NOT NULL,
    former TEXT NOT NULL,
    written TEXT NOT NULL,
    PRIMARY KEY (permission_set_arn)
);
CREATE TABLE leaverbot_schema (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "leaverbot_schema" VALUES(1);
INSERT INTO "leaverbot_schema" VALUES(2);
INSERT INTO "leaverbot_schema" VALUES(3);
INSERT INTO "leaverbot_schema" VALUES(4);
INSERT INTO "leaverbot_schema" VALUES(5);
INSERT INTO "leaverbot_schema" VALUES(6);
INSERT INTO "leaverbot_schema" VALUES(7);
CREATE TABLE messages (
    seq INTEGER NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    ref VARCHAR(64) NOT NULL,
    case_id VARCHAR(64),
    asker JSON,
    text TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    posted_at VARCHAR(32),
    channel TEXT,
    ts TEXT, version INTEGER DEFAULT 1 NOT NULL, shown_version INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE ("key")
);
INSERT INTO "messages" VALUES(1,'report:223b351e-a0f8-4845-9e28-684bd76ac666','report','223b351e-a0f8-4845-9e28-684bd76ac666','61e83c76-3418-441e-ac3f-8f3011010bcf','null','','2026-11-28T03:23:55.574356+00:00','2026-11-28T03:23:55.598093+00:00','C08QUEPUXBI','1795836235.609561',1,1);
INSERT INTO "messages" VALUES(2,'report:d3b8428c-0a1a-44ed-9568-ef6afc3fb7c6','report','d3b8428c-0a1a-44ed-9568-ef6afc3fb7c6','a2fbb4fb-71d2-4c0d-b39b-406d2db92969','null','','2026-11-28T03:23:57.609980+00:00','2026-11-28T03:23:57.620764+00:00','C08QUEPUXBI','1795836237.626916',1,1);
CREATE TABLE notifications (
    message_uuid TEXT NOT NULL DEFAULT (hex(randomblob(16))) PRIMARY KEY,
    destination_uuid TEXT NOT NULL,
    topic TEXT,
    message TEXT NOT NULL,
    created_at_epoch_ms INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000), "serialization" TEXT DEFAULT NULL, "consumed" BOOLEAN NOT NULL DEFAULT FALSE, consumed_by_function_id INTEGER,
    FOREIGN KEY (destination_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE "operation_outputs" (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    function_name TEXT NOT NULL DEFAULT '',
    output TEXT,
    error TEXT,
    child_workflow_id TEXT,
    started_at_epoch_ms INTEGER,
    completed_at_epoch_ms INTEGER,
    serialization TEXT,
    application_name TEXT DEFAULT NULL,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    PRIMARY KEY (workflow_uuid, function_id)
);
INSERT INTO "operation_outputs" VALUES('aa1e3fdf-7069-4bed-a43c-f4e536b60073:7dbaedad',1,'scan','"complete"',NULL,NULL,1795836233154,1795836233455,'portable_json','leaverbot',1795836233000);
INSERT INTO "operation_outputs" VALUES('53e68b55-ed15-43ae-83c4-a9b2dd99672e',1,'answer','null',NULL,NULL,1795836234396,1795836234421,'portable_json','leaverbot',1795836234000);
INSERT INTO "operation_outputs" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5',1,'prepare','"go"',NULL,NULL,1795836234476,1795836234509,'portable_json','leaverbot',1795836234000);
INSERT INTO "operation_outputs" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5',2,'advance','["waiting",0.009976084000300034]',NULL,NULL,1795836234513,1795836234524,'portable_json','leaverbot',1795836234000);
INSERT INTO "operation_outputs" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5',3,'DBOS.sleep','1795836235.0278862',NULL,NULL,1795836234526,1795836235027,'portable_json','leaverbot',1795836234000);
INSERT INTO "operation_outputs" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5',4,'advance','["waiting",0.00826345199948264]',NULL,NULL,1795836235028,1795836235038,'portable_json','leaverbot',1795836235000);
INSERT INTO "operation_outputs" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5',5,'DBOS.sleep','1795836235.5436087',NULL,NULL,1795836235042,1795836235543,'portable_json','leaverbot',1795836235000);
INSERT INTO "operation_outputs" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5',6,'advance','["ended",0.047071633999621554]',NULL,NULL,1795836235543,1795836235592,'portable_json','leaverbot',1795836235000);
INSERT INTO "operation_outputs" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5',7,'finish','"ended"',NULL,NULL,1795836235602,1795836235606,'portable_json','leaverbot',1795836235000);
INSERT INTO "operation_outputs" VALUES('66d7ca82-3221-401f-835e-fc7720c3547e',1,'answer','null',NULL,NULL,1795836237576,1795836237596,'portable_json','leaverbot',1795836237000);
INSERT INTO "operation_outputs" VALUES('abe0feb1-91f6-49ee-9122-2ac4c5819a29',1,'denies','[{},1.068246251000346]',NULL,NULL,1795836236548,1795836237618,'portable_json','leaverbot',1795836237000);
INSERT INTO "operation_outputs" VALUES('cd9abf42-644b-4b73-98a6-6be26df393dc',1,'answer','null',NULL,NULL,1795836238166,1795836238635,'portable_json','leaverbot',1795836238000);
INSERT INTO "operation_outputs" VALUES('0c738625-03d3-41b0-8d21-28374c4d0b1a',1,'answer','null',NULL,NULL,1795836238727,1795836238746,'portable_json','leaverbot',1795836238000);
CREATE TABLE operations (
    action_id VARCHAR(64) NOT NULL,
    seq INTEGER NOT NULL,
    operation JSON NOT NULL,
    state VARCHAR(16) NOT NULL,
    request_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    moved_at VARCHAR(32),
    PRIMARY KEY (action_id, seq),
    FOREIGN KEY(action_id) REFERENCES actions (id)
);
INSERT INTO "operations" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666',0,'{"kind": "delete_assignment", "args": {"account_id": "938470781181", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "user_id": "587fd280-3bab-6c39-8d88-348a7eed8d14"}, "shown": {"account": "payments-prod", "permission_set": "AdministratorAccess", "removes_role": false, "session_seconds": 3600}}','done','cd613e30-d8f1-4adf-91b7-584a2265b1f5','','2026-11-28T03:23:55.565900+00:00');
INSERT INTO "operations" VALUES('d3b8428c-0a1a-44ed-9568-ef6afc3fb7c6',0,'{"kind": "add_to_deny", "args": {"user_id": "78255d68-0792-3986-bb96-8a437d5c8dfc", "user_name": "erik.holm@example.com"}, "shown": {"user": "Erik.Holm"}}','done','','','2026-11-28T03:23:57.090899+00:00');
INSERT INTO "operations" VALUES('cdef1e83-5cd1-4b8c-800a-5ece5deb1ac3',0,'{"kind": "delete_assignment", "args": {"account_id": "938470781181", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-cd613e30d8f16adf/ps-f06d3fef701966a0", "user_id": "349aae90-8fb5-262c-c703-806984c81999"}, "shown": {"account": "payments-prod", "permission_set": "AdministratorAccess", "removes_role": false, "session_seconds": 3600}}','asked','','','2026-11-28T03:23:57.665662+00:00');
INSERT INTO "operations" VALUES('eb1677ce-565d-432a-a812-570306c7db30',0,'{"kind": "add_to_deny", "args": {"user_id": "12093d26-ac51-2b01-f18d-d1eed77c96c0", "user_name": "gina.bell@example.com"}, "shown": {"user": "Gina.Bell"}}','asked','','','2026-11-28T03:23:58.121252+00:00');
CREATE TABLE queues (
    queue_id TEXT PRIMARY KEY DEFAULT (hex(randomblob(16))),
    name TEXT NOT NULL UNIQUE,
    concurrency INTEGER,
    worker_concurrency INTEGER,
    rate_limit_max INTEGER,
    rate_limit_period_sec REAL,
    priority_enabled BOOLEAN NOT NULL DEFAULT FALSE,
    partition_queue BOOLEAN NOT NULL DEFAULT FALSE,
    polling_interval_sec REAL NOT NULL DEFAULT 1.0,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL, "partition_concurrency" INTEGER DEFAULT NULL, "partition_worker_concurrency" INTEGER DEFAULT NULL, "partition_rate_limit_max" INTEGER DEFAULT NULL, "partition_rate_limit_period_sec" REAL DEFAULT NULL);
CREATE TABLE remembered (
    name VARCHAR(64) NOT NULL,
    value TEXT NOT NULL,
    at VARCHAR(32) NOT NULL,
    PRIMARY KEY (name)
);
INSERT INTO "remembered" VALUES('workspace e29d9164880103002af6aa3b198faa44','{"team_id": "T0ZQY73G09D", "url": "https://examplecorp.slack.com/", "enterprise_id": ""}','2026-11-28T03:23:53.109184+00:00');
CREATE TABLE scans (
    id VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    "trigger" VARCHAR(32) NOT NULL,
    askers JSON NOT NULL,
    started_at VARCHAR(32) NOT NULL,
    ended_at VARCHAR(32),
    status VARCHAR(16),
    coverage JSON,
    orphans JSON,
    workflow_id TEXT NOT NULL, opened INTEGER, closed INTEGER,
    PRIMARY KEY (id)
);
INSERT INTO "scans" VALUES('aa1e3fdf-7069-4bed-a43c-f4e536b60073','ended','start','[]','2026-11-28T03:23:53.114490+00:00','2026-11-28T03:23:53.257390+00:00','complete','{"status": "complete", "started_at": "2026-11-28T03:23:53.168617+00:00", "finished_at": "2026-11-28T03:23:53.257390+00:00", "kinds_read": ["account", "application", "entitlement"], "users_read": 6, "leavers": 6, "leavers_read": 6, "unknown_status": 0, "calls": {"identitystore.ListUsers": 1, "organizations.ListAccounts": 1, "sts.GetCallerIdentity": 1, "organizations.DescribeOrganization": 1, "identitystore.ListGroupMembershipsForMember": 6, "sso-admin.ListAccountAssignmentsForPrincipal": 6, "sso-admin.DescribePermissionSet": 1, "sso-admin.ListApplications": 1, "account-access.ListApplications": 1, "sso-admin.ListPermissionSetsProvisionedToAccount": 2}, "problems": [], "how": [{"what": "account", "strategy": "per_principal", "why": "6 calls instead of about 16"}, {"what": "application", "strategy": "other_end", "why": "there is nothing of the kind"}, {"what": "entitlement", "strategy": "other_end", "why": "there is nothing of the kind"}, {"what": "membership", "strategy": "per_principal", "why": "one call each"}], "notes": [], "orphans": null, "disagreements": 0, "use_checked": false, "user_list_complete": true, "principals": 6}','[]','aa1e3fdf-7069-4bed-a43c-f4e536b60073:7dbaedad',6,0);
CREATE TABLE streams (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    "offset" INTEGER NOT NULL, function_id INTEGER NOT NULL DEFAULT 0, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key, "offset"),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE summaries (
    id VARCHAR(255) NOT NULL,
    at VARCHAR(32) NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE unused_sets (
    permission_set_arn VARCHAR(255) NOT NULL,
    since VARCHAR(32) NOT NULL,
    PRIMARY KEY (permission_set_arn)
);
CREATE TABLE workflow_events (
    workflow_uuid TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid) 
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_events_history (
    workflow_uuid TEXT NOT NULL,
    function_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, "serialization" TEXT DEFAULT NULL,
    PRIMARY KEY (workflow_uuid, function_id, key),
    FOREIGN KEY (workflow_uuid) REFERENCES workflow_status(workflow_uuid)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE TABLE workflow_input (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    inputs TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_input" VALUES('aa1e3fdf-7069-4bed-a43c-f4e536b60073:7dbaedad','{"namedArgs":{},"positionalArgs":["aa1e3fdf-7069-4bed-a43c-f4e536b60073"]}',1795836233000);
INSERT INTO "workflow_input" VALUES('53e68b55-ed15-43ae-83c4-a9b2dd99672e','{"namedArgs":{},"positionalArgs":["053c4fd2-d5f4-466f-8ed4-473cd8c0459a"]}',1795836234000);
INSERT INTO "workflow_input" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5','{"namedArgs":{},"positionalArgs":["223b351e-a0f8-4845-9e28-684bd76ac666"]}',1795836234000);
INSERT INTO "workflow_input" VALUES('abe0feb1-91f6-49ee-9122-2ac4c5819a29','{"namedArgs":{},"positionalArgs":[]}',1795836236000);
INSERT INTO "workflow_input" VALUES('66d7ca82-3221-401f-835e-fc7720c3547e','{"namedArgs":{},"positionalArgs":["e8f95aea-b4bc-4133-be0b-b39bf3bb5f47"]}',1795836237000);
INSERT INTO "workflow_input" VALUES('cdef1e83-5cd1-4b8c-800a-5ece5deb1ac3:4abace0a','{"namedArgs":{},"positionalArgs":["cdef1e83-5cd1-4b8c-800a-5ece5deb1ac3"]}',1795836237000);
INSERT INTO "workflow_input" VALUES('97822797-59a6-4662-b3e5-5696bb7bef16','{"namedArgs":{},"positionalArgs":[]}',1795836237000);
INSERT INTO "workflow_input" VALUES('cd9abf42-644b-4b73-98a6-6be26df393dc','{"namedArgs":{},"positionalArgs":["ed03df2a-ad48-47a9-b2ee-adc3ee316fd9"]}',1795836238000);
INSERT INTO "workflow_input" VALUES('476b922f-5d92-4ce0-bffc-0fe344cbe24f:e5bff23d','{"namedArgs":{},"positionalArgs":["476b922f-5d92-4ce0-bffc-0fe344cbe24f"]}',1795836238000);
INSERT INTO "workflow_input" VALUES('0c738625-03d3-41b0-8d21-28374c4d0b1a','{"namedArgs":{},"positionalArgs":["6393a1c3-2ad0-4da8-bead-466ca489033b"]}',1795836238000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
INSERT INTO "workflow_output" VALUES('aa1e3fdf-7069-4bed-a43c-f4e536b60073:7dbaedad','"ended"',NULL,1795836233000);
INSERT INTO "workflow_output" VALUES('53e68b55-ed15-43ae-83c4-a9b2dd99672e','"ended"',NULL,1795836234000);
INSERT INTO "workflow_output" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5','"ended"',NULL,1795836235000);
INSERT INTO "workflow_output" VALUES('66d7ca82-3221-401f-835e-fc7720c3547e','"ended"',NULL,1795836237000);
INSERT INTO "workflow_output" VALUES('abe0feb1-91f6-49ee-9122-2ac4c5819a29','"ended"',NULL,1795836237000);
INSERT INTO "workflow_output" VALUES('cd9abf42-644b-4b73-98a6-6be26df393dc','"ended"',NULL,1795836238000);
INSERT INTO "workflow_output" VALUES('0c738625-03d3-41b0-8d21-28374c4d0b1a','"ended"',NULL,1795836238000);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
INSERT INTO "workflow_schedules" VALUES('4707e4c6-8f4e-43e3-b08a-c67c6494bcf1','scan','scan_tick_v1',NULL,'0 0 1 1 *','ACTIVE','null',NULL,0,'UTC',NULL,'leaverbot');
INSERT INTO "workflow_schedules" VALUES('2472bc0c-365d-4d3e-9e6a-99e7b5fe3c0e','summary','summary_tick_v1',NULL,'0 9 * * *','ACTIVE','null',NULL,0,'UTC',NULL,'leaverbot');
CREATE TABLE workflow_status (
    workflow_uuid TEXT PRIMARY KEY,
    status TEXT,
    name TEXT,
    authenticated_user TEXT,
    assumed_role TEXT,
    authenticated_roles TEXT,
    request TEXT,
    output TEXT,
    error TEXT,
    executor_id TEXT,
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    updated_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    application_version TEXT,
    application_id TEXT,
    class_name TEXT DEFAULT NULL,
    config_name TEXT DEFAULT NULL,
    recovery_attempts INTEGER DEFAULT 0,
    queue_name TEXT,
    workflow_timeout_ms INTEGER,
    workflow_deadline_epoch_ms INTEGER,
    inputs TEXT,
    started_at_epoch_ms INTEGER,
    deduplication_id TEXT,
    priority INTEGER NOT NULL DEFAULT 0
, queue_partition_key TEXT, forked_from TEXT, "owner_xid" TEXT DEFAULT NULL, "parent_workflow_id" TEXT DEFAULT NULL, "serialization" TEXT DEFAULT NULL, "delay_until_epoch_ms" BIGINT DEFAULT NULL, "was_forked_from" BOOLEAN NOT NULL DEFAULT FALSE, "rate_limited" BOOLEAN NOT NULL DEFAULT FALSE, "completed_at" BIGINT, "attributes" TEXT, "schedule_name" TEXT, "debounce_deadline_epoch_ms" BIGINT DEFAULT NULL, "is_debounced" BOOLEAN NOT NULL DEFAULT FALSE, "application_name" TEXT DEFAULT NULL, "creator_xid" TEXT DEFAULT NULL);
INSERT INTO "workflow_status" VALUES('aa1e3fdf-7069-4bed-a43c-f4e536b60073:7dbaedad','SUCCESS','scan_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795836233000,1795836233000,'leaverbot','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,1795836233000,'null',NULL,NULL,0,'leaverbot','21cf46c1-76a8-4800-aef5-4b3f5e966a61');
INSERT INTO "workflow_status" VALUES('53e68b55-ed15-43ae-83c4-a9b2dd99672e','SUCCESS','dialog_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795836234000,1795836234000,'leaverbot','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,1795836234000,'null',NULL,NULL,0,'leaverbot','26851b06-f6fc-4c64-8662-5be36c5482f0');
INSERT INTO "workflow_status" VALUES('223b351e-a0f8-4845-9e28-684bd76ac666:66a992c5','SUCCESS','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795836234000,1795836235000,'leaverbot','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,1795836235000,'null',NULL,NULL,0,'leaverbot','a0f00ebf-f494-4879-8224-fe4143107cef');
INSERT INTO "workflow_status" VALUES('abe0feb1-91f6-49ee-9122-2ac4c5819a29','SUCCESS','denies_v2',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795836236000,1795836237000,'leaverbot','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,1795836237000,'null',NULL,NULL,0,'leaverbot','a3e32935-f130-46ab-86ec-cf6dd5afaaf0');
INSERT INTO "workflow_status" VALUES('66d7ca82-3221-401f-835e-fc7720c3547e','SUCCESS','dialog_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795836237000,1795836237000,'leaverbot','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,1795836237000,'null',NULL,NULL,0,'leaverbot','820e6827-2b7c-4a96-ba23-12aacdb215b5');
INSERT INTO "workflow_status" VALUES('cdef1e83-5cd1-4b8c-800a-5ece5deb1ac3:4abace0a','PENDING','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795836237000,1795836237000,'leaverbot','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,'e8425c33-3b1e-472d-b0a4-7f135974b62c',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','e8425c33-3b1e-472d-b0a4-7f135974b62c');
INSERT INTO "workflow_status" VALUES('97822797-59a6-4662-b3e5-5696bb7bef16','PENDING','denies_v2',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795836237000,1795836237000,'leaverbot','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,'a19fdd40-b775-46f0-a112-44327cd5176f',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','a19fdd40-b775-46f0-a112-44327cd5176f');
INSERT INTO "workflow_status" VALUES('cd9abf42-644b-4b73-98a6-6be26df393dc','SUCCESS','dialog_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795836238000,1795836238000,'leaverbot','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,1795836238000,'null',NULL,NULL,0,'leaverbot','953eeb38-3543-41ed-856e-1365874c71a0');
INSERT INTO "workflow_status" VALUES('476b922f-5d92-4ce0-bffc-0fe344cbe24f:e5bff23d','PENDING','play_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795836238000,1795836238000,'leaverbot','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,'9fa6b82f-7c21-469e-876f-a1cde93b07f6',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','9fa6b82f-7c21-469e-876f-a1cde93b07f6');
INSERT INTO "workflow_status" VALUES('0c738625-03d3-41b0-8d21-28374c4d0b1a','SUCCESS','dialog_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795836238000,1795836238000,'leaverbot','',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,1795836238000,'null',NULL,NULL,0,'leaverbot','04bacd88-8b9d-462f-b541-8ff4e491be64');
CREATE INDEX ix_cases_user ON cases (user_id);
CREATE UNIQUE INDEX ux_cases_one_open ON cases (user_id) WHERE state = 'open';
CREATE UNIQUE INDEX ux_denies_one_in_force ON denies (user_id) WHERE lifted_at IS NULL;
CREATE INDEX ix_messages_waiting ON messages (posted_at, seq);
CREATE UNIQUE INDEX ux_scans_one_running ON scans (state) WHERE state = 'running';
CREATE INDEX ix_actions_user ON actions (user_id);
CREATE UNIQUE INDEX ux_actions_one_unfinished ON actions (user_id, lane) WHERE state IN ('queued', 'running');
CREATE INDEX ix_actions_parent ON actions (parent);
CREATE INDEX ix_messages_subject ON messages (kind, ref);
CREATE INDEX ix_cases_digest ON cases (digest_scan_id);
CREATE INDEX workflow_status_created_at_index ON workflow_status (created_at);
CREATE INDEX idx_workflow_topic ON notifications (destination_uuid, topic);
CREATE INDEX "idx_workflow_status_delayed" ON "workflow_status" ("delay_until_epoch_ms") WHERE status = 'DELAYED';
CREATE INDEX "idx_workflow_status_forked_from" ON "workflow_status" ("forked_from") WHERE "forked_from" IS NOT NULL;
CREATE INDEX "idx_workflow_status_parent_workflow_id" ON "workflow_status" ("parent_workflow_id") WHERE "parent_workflow_id" IS NOT NULL;
CREATE UNIQUE INDEX "uq_workflow_status_dedup_id" ON "workflow_status" ("queue_name", "deduplication_id") WHERE "deduplication_id" IS NOT NULL;
CREATE INDEX "idx_workflow_status_pending" ON "workflow_status" ("created_at") WHERE "status" = 'PENDING';
CREATE INDEX "idx_workflow_status_failed" ON "workflow_status" ("status", "created_at") WHERE "status" IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED');
CREATE INDEX "idx_workflow_status_rate_limited" ON "workflow_status" ("queue_name", "started_at_epoch_ms") WHERE "rate_limited" = TRUE;
CREATE INDEX "idx_workflow_status_completed_at" ON "workflow_status" ("completed_at") WHERE "completed_at" IS NOT NULL;
CREATE INDEX "idx_workflow_status_started_at" ON "workflow_status" ("started_at_epoch_ms") WHERE "started_at_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_workflow_status_schedule_name" ON "workflow_status" ("schedule_name") WHERE "schedule_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_owner_version"
    ON application_versions ("application_name", "version_name")
    WHERE "application_name" IS NOT NULL;
CREATE UNIQUE INDEX "uq_application_versions_unclaimed_version"
    ON application_versions ("version_name")
    WHERE "application_name" IS NULL;
CREATE INDEX idx_workflow_input_retention
    ON workflow_input (retention_timestamp);
CREATE INDEX idx_workflow_output_retention
    ON workflow_output (retention_timestamp);
CREATE INDEX idx_operation_outputs_retention
    ON operation_outputs (retention_timestamp);
CREATE INDEX "idx_workflow_status_in_flight_v2" ON "workflow_status" ("queue_name", "status", "priority", "created_at", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING');
CREATE INDEX "idx_workflow_status_partition_dequeue_v3" ON "workflow_status" ("queue_name", "status", "queue_partition_key", "priority", "created_at", "workflow_uuid", "application_name") WHERE "status" IN ('ENQUEUED', 'PENDING') AND "queue_partition_key" IS NOT NULL;
CREATE INDEX "idx_operation_outputs_completed_at_function_name_v2" ON "operation_outputs" ("completed_at_epoch_ms", "function_name", "application_name");
CREATE INDEX "idx_workflow_status_deadline" ON "workflow_status" ("workflow_deadline_epoch_ms") WHERE "status" IN ('ENQUEUED', 'PENDING', 'DELAYED') AND "workflow_deadline_epoch_ms" IS NOT NULL;
CREATE INDEX "idx_application_versions_timestamp" ON "application_versions" ("version_timestamp" DESC);
CREATE INDEX "idx_application_versions_owner_timestamp" ON "application_versions" ("application_name", "version_timestamp" DESC);
COMMIT;
