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
	parent VARCHAR(64) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key"), 
	FOREIGN KEY(case_id) REFERENCES cases (id)
);
INSERT INTO "actions" VALUES('revoke-1','key-1','revoke','access','00000000-0000-4000-8000-000000000001','{"id": "00000000-0000-4000-8000-000000000001", "user_name": "user1@example.com", "display_name": "User 1", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-2','U1','C1','','2026-11-27T09:00:01.000000+00:00','done','','',0,'','2026-11-24T09:00:00.000000+00:00','2026-11-24T09:00:00.000000+00:00','','[]','2026-11-24T09:00:00.000000+00:00','[]','[]','[]','',0,0,'[]','');
INSERT INTO "actions" VALUES('revoke-2','key-2','revoke','access','00000000-0000-4000-8000-000000000002','{"id": "00000000-0000-4000-8000-000000000002", "user_name": "user2@example.com", "display_name": "User 2", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-3','U1','C1','','2026-11-27T09:00:02.000000+00:00','queued','','',0,'revoke-2:9e3cbc81',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('revoke-3','key-3','revoke','access','00000000-0000-4000-8000-000000000003','{"id": "00000000-0000-4000-8000-000000000003", "user_name": "user3@example.com", "display_name": "User 3", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-4','U1','C1','','2026-11-27T09:00:03.000000+00:00','queued','','',0,'revoke-3:735f57c1',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('revoke-4','key-4','revoke','access','00000000-0000-4000-8000-000000000004','{"id": "00000000-0000-4000-8000-000000000004", "user_name": "user4@example.com", "display_name": "User 4", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-5','U1','C1','','2026-11-27T09:00:04.000000+00:00','queued','','',0,'revoke-4:d871ea01',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('revoke-5','key-5','revoke','access','00000000-0000-4000-8000-000000000005','{"id": "00000000-0000-4000-8000-000000000005", "user_name": "user5@example.com", "display_name": "User 5", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-6','U1','C1','','2026-11-27T09:00:05.000000+00:00','queued','','',0,'revoke-5:812bf174',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('revoke-6','key-6','revoke','access','00000000-0000-4000-8000-000000000006','{"id": "00000000-0000-4000-8000-000000000006", "user_name": "user6@example.com", "display_name": "User 6", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-7','U1','C1','','2026-11-27T09:00:06.000000+00:00','queued','','',0,'revoke-6:bf5c525e',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('revoke-7','key-7','revoke','access','00000000-0000-4000-8000-000000000007','{"id": "00000000-0000-4000-8000-000000000007", "user_name": "user7@example.com", "display_name": "User 7", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-8','U1','C1','','2026-11-27T09:00:07.000000+00:00','queued','','',0,'revoke-7:0ec0b5f4',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('revoke-8','key-8','revoke','access','00000000-0000-4000-8000-000000000008','{"id": "00000000-0000-4000-8000-000000000008", "user_name": "user8@example.com", "display_name": "User 8", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-9','U1','C1','','2026-11-27T09:00:08.000000+00:00','queued','','',0,'revoke-8:90eac48e',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('revoke-9','key-9','revoke','access','00000000-0000-4000-8000-000000000009','{"id": "00000000-0000-4000-8000-000000000009", "user_name": "user9@example.com", "display_name": "User 9", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-10','U1','C1','','2026-11-27T09:00:09.000000+00:00','queued','','',0,'revoke-9:167abffc',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('revoke-10','key-10','revoke','access','00000000-0000-4000-8000-000000000010','{"id": "00000000-0000-4000-8000-000000000010", "user_name": "user10@example.com", "display_name": "User 10", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-11','U1','C1','','2026-11-27T09:00:10.000000+00:00','queued','','',0,'revoke-10:f54e1715',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('deny-11','key-11','deny','deny','00000000-0000-4000-8000-000000000011','{"id": "00000000-0000-4000-8000-000000000011", "user_name": "user11@example.com", "display_name": "User 11", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-12','U1','C1','','2026-11-27T09:00:11.000000+00:00','queued','','',0,'denies:cd5b6ede428e4b8693d3e0b6e2b41449',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('deny-12','key-12','deny','deny','00000000-0000-4000-8000-000000000012','{"id": "00000000-0000-4000-8000-000000000012", "user_name": "user12@example.com", "display_name": "User 12", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-13','U1','C1','','2026-11-27T09:00:12.000000+00:00','queued','','',0,'denies:3127281e9dfc43e89e02f2bda288a351',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('deny-13','key-13','deny','deny','00000000-0000-4000-8000-000000000013','{"id": "00000000-0000-4000-8000-000000000013", "user_name": "user13@example.com", "display_name": "User 13", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-14','U1','C1','','2026-11-27T09:00:13.000000+00:00','queued','','',0,'denies:3127281e9dfc43e89e02f2bda288a351',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('shut_out-14','key-14','shut_out','play','00000000-0000-4000-8000-000000000014','{"id": "00000000-0000-4000-8000-000000000014", "user_name": "user14@example.com", "display_name": "User 14", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-15','U1','C1','','2026-11-27T09:00:14.000000+00:00','running','','',0,'shut_out-14:d2d4f26a','2026-11-27T19:51:58.296906+00:00',NULL,'',NULL,NULL,'[]','[]',NULL,'',0,0,NULL,'');
INSERT INTO "actions" VALUES('1b1619d5-8c6a-4a14-bdc6-c7734f2f7369','step:shut_out-14:deny','deny','deny','00000000-0000-4000-8000-000000000014','{"id": "00000000-0000-4000-8000-000000000014", "user_name": "user14@example.com", "display_name": "User 14", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-15','U1','C1','','2026-11-27T19:51:58.298258+00:00','queued','','',0,'denies:3127281e9dfc43e89e02f2bda288a351',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'shut_out-14');
INSERT INTO "actions" VALUES('revoke-15','key-15','revoke','access','00000000-0000-4000-8000-000000000015','{"id": "00000000-0000-4000-8000-000000000015", "user_name": "user15@example.com", "display_name": "User 15", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','id-16','U1','C1','','2026-11-27T09:00:15.000000+00:00','queued','','',0,'',NULL,NULL,'',NULL,NULL,NULL,NULL,NULL,'',0,0,NULL,'');
CREATE TABLE application_versions (
    version_id TEXT NOT NULL PRIMARY KEY,
    version_name TEXT NOT NULL UNIQUE,
    version_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000),
    created_at INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
, "application_name" TEXT DEFAULT NULL);
INSERT INTO "application_versions" VALUES('b34505a4-bbe1-423d-9c74-fb2c0cf105a0','leaverbot',1795809115000,1795809115000,'leaverbot');
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
INSERT INTO "audit" VALUES(1,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000001','done','1 grants','62bc55d2b6cf305ce5e2e657f5a37acb2a1c3fb027782c36398b88ded1393898');
INSERT INTO "audit" VALUES(2,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000002','done','1 grants','c06d90eaa50e61d29af5b405c9c17afffa6280a7c5331c1e030f9236c88697c6');
INSERT INTO "audit" VALUES(3,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000003','done','1 grants','d684ae8d2add4c0014841bf52921b236f7be909d59c9d744ceac34789fb112b1');
INSERT INTO "audit" VALUES(4,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000004','done','1 grants','efab8071094a6c424b5c99f6ed15f3a8e41edbf9a9abe5dff881a89b60555b30');
INSERT INTO "audit" VALUES(5,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000005','done','1 grants','a4d61d6aea7211a0eef8171f3e561b00bbc6e84c2c4967c171b8860a4d2efdc6');
INSERT INTO "audit" VALUES(6,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000006','done','1 grants','31de09b60373482d3e38396754a4d82255429ee930f1d9bc9811de86cbaf6490');
INSERT INTO "audit" VALUES(7,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000007','done','1 grants','096c1e78f91b22d32aa10b701609d349e9c41c603b7c1e2c459abd76b91a7221');
INSERT INTO "audit" VALUES(8,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000008','done','1 grants','2e98d1fd7805f82f1aacb553c332720062b148d2ffdf8b1c74d33ef0383434e2');
INSERT INTO "audit" VALUES(9,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000009','done','1 grants','c598574cf874913c681d2bc0b2c3c966ef8578dd32f0b0cddfffad20c61b636c');
INSERT INTO "audit" VALUES(10,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000010','done','1 grants','2f91aa34b7cedee00131314493cffd8d0dfd06c2859725addc35f9029faf0f25');
INSERT INTO "audit" VALUES(11,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000011','done','1 grants','a02de15ce78d6ef899056ed8ce295c499ecdd13dcb9c6c63a8f211a0dd0d2761');
INSERT INTO "audit" VALUES(12,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000012','done','1 grants','2f174292d726748b45ffd4c83c75392c88dbee9155b949744c6889ee661bdda5');
INSERT INTO "audit" VALUES(13,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000013','done','1 grants','70f6ff864126042d20cba0142bf894080de0fb4cb996ff40bb5bb70f4a0bcd5b');
INSERT INTO "audit" VALUES(14,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000014','done','1 grants','a85f7bd2f5fcf8e01168cfb234e7549f20e49ec20c983f8e92b4edc6b263e97f');
INSERT INTO "audit" VALUES(15,'2026-11-24T09:00:05.000000+00:00','scan','open','00000000-0000-4000-8000-000000000015','done','1 grants','766b2a081d15f9bbb178d8d0d5ec750c635d22b58f172b9fe70054e87ba4a09f');
INSERT INTO "audit" VALUES(16,'2026-11-27T09:00:01.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000001','asked','','bd099af6db1b407737d5f3e053b93714050805750f36875a75e14ba6d9afd003');
INSERT INTO "audit" VALUES(17,'2026-11-24T09:00:00.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000001','done','','810524dcc6bb63a64b05834fad92dc423b0ba471035851176701dcf5b7bd4f46');
INSERT INTO "audit" VALUES(18,'2026-11-27T09:00:02.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000002','asked','','1d5fd1698dafcb492e7c824d4b2133d12c17f08fc648ed6a42a6e2bf12879f5d');
INSERT INTO "audit" VALUES(19,'2026-11-27T09:00:03.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000003','asked','','df1258d5d26bd06640e97693fd3e6b3418edc6572ae55346101cf3bbd1322977');
INSERT INTO "audit" VALUES(20,'2026-11-27T09:00:04.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000004','asked','','59e237cbbe0b089dab3dfd217ce17d1cd54474c29c0be3b92f73fe91593537f5');
INSERT INTO "audit" VALUES(21,'2026-11-27T09:00:05.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000005','asked','','8b594e7d5edb9f1baaa5b2f1b7e730b7a1ae73dc4919bcbdba97592629855fb8');
INSERT INTO "audit" VALUES(22,'2026-11-27T09:00:06.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000006','asked','','47b89b00200e2b7611457b378d9c2947add1a764287a60e4570d3df7f94401d9');
INSERT INTO "audit" VALUES(23,'2026-11-27T09:00:07.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000007','asked','','8fcd8c05111aa26ca758a5f81a95cb865b60d23f5613ebc357fd64ed98bc614d');
INSERT INTO "audit" VALUES(24,'2026-11-27T09:00:08.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000008','asked','','792fe5a7355fe8ac811284588152cf70ef64eebba791cafdef3fa82bbf2cc378');
INSERT INTO "audit" VALUES(25,'2026-11-27T09:00:09.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000009','asked','','651daf77e004932f74264cfc56b4144029cd32b5b4283fe06057b373920abbc4');
INSERT INTO "audit" VALUES(26,'2026-11-27T09:00:10.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000010','asked','','3f75781d7ff0af6ae6c916ff47355eafc8450eaf11ea835a9dc50077cfe1e935');
INSERT INTO "audit" VALUES(27,'2026-11-27T09:00:11.000000+00:00','U1','deny','00000000-0000-4000-8000-000000000011','asked','','2d7abda947793255946d92b1ac98dae0b64492c77dfc453d6950af375dca3c0f');
INSERT INTO "audit" VALUES(28,'2026-11-27T09:00:12.000000+00:00','U1','deny','00000000-0000-4000-8000-000000000012','asked','','438b5357cb86dc662d443dba90fe45f5210cac7e092d6a5d9808400f007bf79b');
INSERT INTO "audit" VALUES(29,'2026-11-27T09:00:13.000000+00:00','U1','deny','00000000-0000-4000-8000-000000000013','asked','','a3a246088df8fe38ae2e4856293492209d54557cce6084c9cec4954b21744e5a');
INSERT INTO "audit" VALUES(30,'2026-11-27T09:00:14.000000+00:00','U1','shut_out','00000000-0000-4000-8000-000000000014','asked','','f27658d039adab5383e31ccc3746c70aa640c3680cb55d3a07c1a25f0041bb42');
INSERT INTO "audit" VALUES(31,'2026-11-27T19:51:58.298258+00:00','U1','deny','00000000-0000-4000-8000-000000000014','asked','','23cb2501cfe16b20b446b258a9859f1c8a7e1af22eb3fe8de8a95bc1c66ba4fa');
INSERT INTO "audit" VALUES(32,'2026-11-27T09:00:15.000000+00:00','U1','revoke','00000000-0000-4000-8000-000000000015','asked','','f9b74d8ce144925fa6244ec828a45852957b75090f356b0887bc621ca42dab2d');
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
	wants_message BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "cases" VALUES('id-2','00000000-0000-4000-8000-000000000001','{"id": "00000000-0000-4000-8000-000000000001", "user_name": "user1@example.com", "display_name": "User 1", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','closed',6,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:00.000000+00:00',1,'999999999999',NULL,'null','2026-11-24T09:00:00.000000+00:00','revoked','U1','2026-11-24T21:00:00.000000+00:00',NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-3','00000000-0000-4000-8000-000000000002','{"id": "00000000-0000-4000-8000-000000000002", "user_name": "user2@example.com", "display_name": "User 2", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-4','00000000-0000-4000-8000-000000000003','{"id": "00000000-0000-4000-8000-000000000003", "user_name": "user3@example.com", "display_name": "User 3", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-5','00000000-0000-4000-8000-000000000004','{"id": "00000000-0000-4000-8000-000000000004", "user_name": "user4@example.com", "display_name": "User 4", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-6','00000000-0000-4000-8000-000000000005','{"id": "00000000-0000-4000-8000-000000000005", "user_name": "user5@example.com", "display_name": "User 5", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-7','00000000-0000-4000-8000-000000000006','{"id": "00000000-0000-4000-8000-000000000006", "user_name": "user6@example.com", "display_name": "User 6", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-8','00000000-0000-4000-8000-000000000007','{"id": "00000000-0000-4000-8000-000000000007", "user_name": "user7@example.com", "display_name": "User 7", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-9','00000000-0000-4000-8000-000000000008','{"id": "00000000-0000-4000-8000-000000000008", "user_name": "user8@example.com", "display_name": "User 8", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-10','00000000-0000-4000-8000-000000000009','{"id": "00000000-0000-4000-8000-000000000009", "user_name": "user9@example.com", "display_name": "User 9", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-11','00000000-0000-4000-8000-000000000010','{"id": "00000000-0000-4000-8000-000000000010", "user_name": "user10@example.com", "display_name": "User 10", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-12','00000000-0000-4000-8000-000000000011','{"id": "00000000-0000-4000-8000-000000000011", "user_name": "user11@example.com", "display_name": "User 11", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-13','00000000-0000-4000-8000-000000000012','{"id": "00000000-0000-4000-8000-000000000012", "user_name": "user12@example.com", "display_name": "User 12", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-14','00000000-0000-4000-8000-000000000013','{"id": "00000000-0000-4000-8000-000000000013", "user_name": "user13@example.com", "display_name": "User 13", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-15','00000000-0000-4000-8000-000000000014','{"id": "00000000-0000-4000-8000-000000000014", "user_name": "user14@example.com", "display_name": "User 14", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',4,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
INSERT INTO "cases" VALUES('id-16','00000000-0000-4000-8000-000000000015','{"id": "00000000-0000-4000-8000-000000000015", "user_name": "user15@example.com", "display_name": "User 15", "email": "", "status": "DISABLED", "revision": "1", "updated_at": "2026-11-24T09:00:00+00:00", "scim": false}','[{"kind": "account", "path": "direct", "group_id": null, "group_name": null, "group_scim": false, "account_id": "111111111111", "account_name": "acct-111111111111", "account_status": "ACTIVE", "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess", "permission_set_name": "ReadOnlyAccess", "session_seconds": null, "application_arn": null, "application_name": null, "entitlement_id": null, "role_arn": null, "privilege": null}]','[["111111111111", "arn:aws:sso:::permissionSet/ssoins-1/ReadOnlyAccess"]]','normal','open',2,'2026-11-24T09:00:05.000000+00:00','schedule','2026-11-24T09:00:05.000000+00:00',1,'999999999999',NULL,'null',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,1);
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
	lifted_by TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE deny_policies (
	policy_id VARCHAR(255) NOT NULL, 
	placeholder TEXT NOT NULL, 
	PRIMARY KEY (policy_id)
);
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
CREATE TABLE drawn_with (
	fingerprint TEXT NOT NULL, 
	PRIMARY KEY (fingerprint)
);
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
	ts TEXT, 
	PRIMARY KEY (seq), 
	UNIQUE ("key")
);
INSERT INTO "messages" VALUES(1,'report:revoke-1','report','revoke-1','id-2','null','','2026-11-24T09:00:00.000000+00:00',NULL,NULL,NULL);
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
INSERT INTO "queues" VALUES('4E852810170E23E16C1D5CA9C1C1AA04','actions',NULL,8,NULL,NULL,1,0,0.2,1795809115000,1795809115664,'leaverbot',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('F2F3458C338C6700102A2A08D236FD75','denies',1,NULL,NULL,NULL,1,0,0.2,1795809115000,1795809115669,'leaverbot',NULL,NULL,NULL,NULL);
INSERT INTO "queues" VALUES('CE19329945D2D0392E11F3DB9E0C4CB9','plays',NULL,16,NULL,NULL,1,0,0.2,1795809115000,1795809115672,'leaverbot',NULL,NULL,NULL,NULL);
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
	workflow_id TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "scans" VALUES('id-1','ended','schedule','[]','2026-11-24T09:00:00.000000+00:00','2026-11-24T09:00:05.000000+00:00','complete','{"status": "complete", "kinds_read": [], "started_at": "2026-11-24T09:00:00+00:00", "finished_at": "2026-11-24T09:00:05+00:00", "users_read": 10, "leavers": 15, "leavers_read": 15, "unknown_status": 0, "calls": {}, "problems": [], "how": [], "notes": [], "orphans": null, "disagreements": 0, "use_checked": false}','[]','');
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
INSERT INTO "workflow_input" VALUES('revoke-2:9e3cbc81','{"namedArgs":{},"positionalArgs":["revoke-2"]}',1795809115000);
INSERT INTO "workflow_input" VALUES('revoke-3:735f57c1','{"namedArgs":{},"positionalArgs":["revoke-3"]}',1795809115000);
INSERT INTO "workflow_input" VALUES('revoke-4:d871ea01','{"namedArgs":{},"positionalArgs":["revoke-4"]}',1795809115000);
INSERT INTO "workflow_input" VALUES('revoke-5:812bf174','{"namedArgs":{},"positionalArgs":["revoke-5"]}',1795809115000);
INSERT INTO "workflow_input" VALUES('revoke-6:bf5c525e','{"namedArgs":{},"positionalArgs":["revoke-6"]}',1795809115000);
INSERT INTO "workflow_input" VALUES('revoke-7:0ec0b5f4','{"namedArgs":{},"positionalArgs":["revoke-7"]}',1795809115000);
INSERT INTO "workflow_input" VALUES('revoke-8:90eac48e','{"namedArgs":{},"positionalArgs":["revoke-8"]}',1795809115000);
INSERT INTO "workflow_input" VALUES('revoke-9:167abffc','{"namedArgs":{},"positionalArgs":["revoke-9"]}',1795809115000);
INSERT INTO "workflow_input" VALUES('revoke-10:f54e1715','{"namedArgs":{},"positionalArgs":["revoke-10"]}',1795809115000);
INSERT INTO "workflow_input" VALUES('denies:cd5b6ede428e4b8693d3e0b6e2b41449','{"namedArgs":{},"positionalArgs":[]}',1795809116000);
INSERT INTO "workflow_input" VALUES('denies:3127281e9dfc43e89e02f2bda288a351','{"namedArgs":{},"positionalArgs":[]}',1795809117000);
INSERT INTO "workflow_input" VALUES('shut_out-14:d2d4f26a','{"namedArgs":{},"positionalArgs":["shut_out-14"]}',1795809118000);
CREATE TABLE workflow_output (
    workflow_uuid TEXT NOT NULL PRIMARY KEY,
    output TEXT,
    error TEXT,
    retention_timestamp INTEGER NOT NULL DEFAULT (strftime('%s','now') * 1000)
);
CREATE TABLE workflow_schedules (
    schedule_id TEXT PRIMARY KEY,
    schedule_name TEXT NOT NULL UNIQUE,
    workflow_name TEXT NOT NULL,
    workflow_class_name TEXT,
    schedule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE',
    context TEXT NOT NULL
, "last_fired_at" TEXT DEFAULT NULL, "automatic_backfill" BOOLEAN NOT NULL DEFAULT FALSE, "cron_timezone" TEXT DEFAULT NULL, "queue_name" TEXT DEFAULT NULL, "application_name" TEXT DEFAULT NULL);
INSERT INTO "workflow_schedules" VALUES('8c971013-41c9-48dc-8bc9-edeb038850d9','scan','scan_tick_v1',NULL,'0 0 1 1 *','ACTIVE','null',NULL,0,'UTC',NULL,'leaverbot');
INSERT INTO "workflow_schedules" VALUES('2d3b8c16-99cc-4289-9399-3beb20fef2ba','summary','summary_tick_v1',NULL,'0 0 1 1 *','ACTIVE','null',NULL,0,'Europe/Berlin',NULL,'leaverbot');
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
INSERT INTO "workflow_status" VALUES('revoke-2:9e3cbc81','PENDING','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809115000,1795809116000,'leaverbot','',NULL,NULL,1,'actions',NULL,NULL,NULL,1795809116000,NULL,0,NULL,NULL,'725548bc-7622-409f-aefa-b1549c521307',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','78c5db71-1959-4517-8f97-9c0b2e590731');
INSERT INTO "workflow_status" VALUES('revoke-3:735f57c1','PENDING','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809115000,1795809116000,'leaverbot','',NULL,NULL,1,'actions',NULL,NULL,NULL,1795809116000,NULL,0,NULL,NULL,'725548bc-7622-409f-aefa-b1549c521307',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','1d8ddb09-05f7-457d-9040-7a2c6c91e617');
INSERT INTO "workflow_status" VALUES('revoke-4:d871ea01','PENDING','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809115000,1795809116000,'leaverbot','',NULL,NULL,1,'actions',NULL,NULL,NULL,1795809116000,NULL,0,NULL,NULL,'725548bc-7622-409f-aefa-b1549c521307',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','ac94c2e0-52f8-4f7f-86bd-937f27924316');
INSERT INTO "workflow_status" VALUES('revoke-5:812bf174','PENDING','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809115000,1795809116000,'leaverbot','',NULL,NULL,1,'actions',NULL,NULL,NULL,1795809116000,NULL,0,NULL,NULL,'725548bc-7622-409f-aefa-b1549c521307',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','1980760c-e9ba-4973-bf7b-e4f8b237b146');
INSERT INTO "workflow_status" VALUES('revoke-6:bf5c525e','PENDING','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809115000,1795809116000,'leaverbot','',NULL,NULL,1,'actions',NULL,NULL,NULL,1795809116000,NULL,0,NULL,NULL,'725548bc-7622-409f-aefa-b1549c521307',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','16d6d3ca-b281-43f1-aa1a-95e8360a2160');
INSERT INTO "workflow_status" VALUES('revoke-7:0ec0b5f4','PENDING','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809115000,1795809116000,'leaverbot','',NULL,NULL,1,'actions',NULL,NULL,NULL,1795809116000,NULL,0,NULL,NULL,'725548bc-7622-409f-aefa-b1549c521307',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','837ad6e1-1712-4334-b491-84ca70ef3f21');
INSERT INTO "workflow_status" VALUES('revoke-8:90eac48e','PENDING','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809115000,1795809116000,'leaverbot','',NULL,NULL,1,'actions',NULL,NULL,NULL,1795809116000,NULL,0,NULL,NULL,'725548bc-7622-409f-aefa-b1549c521307',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','7c79d412-28d4-496a-a32f-87148be5a5db');
INSERT INTO "workflow_status" VALUES('revoke-9:167abffc','PENDING','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809115000,1795809116000,'leaverbot','',NULL,NULL,1,'actions',NULL,NULL,NULL,1795809116000,NULL,0,NULL,NULL,'725548bc-7622-409f-aefa-b1549c521307',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','ba8bc407-ab6a-4dc7-8071-0369772c5a83');
INSERT INTO "workflow_status" VALUES('revoke-10:f54e1715','ENQUEUED','act_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809115000,1795809115000,'leaverbot','',NULL,NULL,0,'actions',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','fcfd0106-134c-439a-b0c7-cf5b184c84f3');
INSERT INTO "workflow_status" VALUES('denies:cd5b6ede428e4b8693d3e0b6e2b41449','PENDING','denies_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809116000,1795809116000,'leaverbot','',NULL,NULL,1,'denies',NULL,NULL,NULL,1795809116000,NULL,0,NULL,NULL,'b526066c-861d-4f27-92cf-a4435b1e755e',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','c05ea53d-4aec-4980-8823-665baac57c04');
INSERT INTO "workflow_status" VALUES('denies:3127281e9dfc43e89e02f2bda288a351','ENQUEUED','denies_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809117000,1795809117000,'leaverbot','',NULL,NULL,0,'denies',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','99f78552-ead2-4e8c-9f5e-a46703805f35');
INSERT INTO "workflow_status" VALUES('shut_out-14:d2d4f26a','PENDING','play_v1',NULL,NULL,NULL,NULL,NULL,NULL,'leaverbot',1795809118000,1795809118000,'leaverbot','',NULL,NULL,1,'plays',NULL,NULL,NULL,1795809118000,NULL,0,NULL,NULL,'842f1677-377a-4845-b30f-8f753eb7a36d',NULL,'portable_json',NULL,0,0,NULL,'null',NULL,NULL,0,'leaverbot','c78a757e-93a0-4219-9be9-fa7e225bad25');
CREATE UNIQUE INDEX ux_cases_one_open ON cases (user_id) WHERE state = 'open';
CREATE INDEX ix_cases_user ON cases (user_id);
CREATE UNIQUE INDEX ux_denies_one_in_force ON denies (user_id) WHERE lifted_at IS NULL;
CREATE INDEX ix_messages_waiting ON messages (posted_at, seq);
CREATE UNIQUE INDEX ux_scans_one_running ON scans (state) WHERE state = 'running';
CREATE UNIQUE INDEX ux_actions_one_unfinished ON actions (user_id, lane) WHERE state IN ('queued', 'running');
CREATE INDEX ix_actions_parent ON actions (parent);
CREATE INDEX ix_actions_user ON actions (user_id);
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
