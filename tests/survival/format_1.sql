PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE current (
    record_id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT, at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "current" VALUES('0',1,'{"annotation": ["positive"], "status": "Validated", "annotation_agent": "ada"}','2026-11-28T20:13:35.987363+00:00');
INSERT INTO "current" VALUES('1',11,'{"annotation": ["neutral"], "status": "Validated", "annotation_agent": "bob"}','2026-11-28T20:13:36.037838+00:00');
INSERT INTO "current" VALUES('2',5,'{"annotation": ["wrong"], "status": "Validated", "annotation_agent": "ada"}','2026-11-28T20:13:36.014707+00:00');
INSERT INTO "current" VALUES('3',7,'{"annotation": ["neutral"], "status": "Validated", "annotation_agent": null}','2026-11-28T20:13:36.025961+00:00');
INSERT INTO "current" VALUES('4',12,NULL,'2026-11-28T20:13:36.141164+00:00');
INSERT INTO "current" VALUES('5',10,'{"annotation": ["neutral"], "status": "Validated", "annotation_agent": null}','2026-11-28T20:13:36.029988+00:00');
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES groups (id),
    record_id TEXT NOT NULL,
    text_hash TEXT,
    field TEXT NOT NULL,
    old TEXT,
    new TEXT,
    prediction TEXT
);
INSERT INTO "events" VALUES(1,1,'0','de089da8af417f3211aa2537b464eace','annotation','{"annotation": ["negative"], "status": "Validated", "annotation_agent": null}','{"annotation": ["positive"], "status": "Validated", "annotation_agent": "ada"}','["positive"]');
INSERT INTO "events" VALUES(2,1,'1','1435fa84829aa06bf0901d510b5cef8a','annotation','{"annotation": ["neutral"], "status": "Validated", "annotation_agent": null}','{"annotation": ["brand new"], "status": "Validated", "annotation_agent": "ada"}','["positive"]');
INSERT INTO "events" VALUES(3,2,'2','82efea15553ec845f60f124bbd24991d','annotation','{"annotation": ["negative"], "status": "Validated", "annotation_agent": null}','{"annotation": ["wrong"], "status": "Validated", "annotation_agent": "ada"}','["positive"]');
INSERT INTO "events" VALUES(4,3,'2','82efea15553ec845f60f124bbd24991d','annotation','{"annotation": ["wrong"], "status": "Validated", "annotation_agent": "ada"}','{"annotation": ["negative"], "status": "Validated", "annotation_agent": null}','["positive"]');
INSERT INTO "events" VALUES(5,4,'2','82efea15553ec845f60f124bbd24991d','annotation','{"annotation": ["negative"], "status": "Validated", "annotation_agent": null}','{"annotation": ["wrong"], "status": "Validated", "annotation_agent": "ada"}','["positive"]');
INSERT INTO "events" VALUES(6,5,'3','f44a9f5a11032d6024ffd80f485d3230','status','{"annotation": ["neutral"], "status": "Validated", "annotation_agent": null}','{"annotation": ["neutral"], "status": "Discarded", "annotation_agent": null}','["positive"]');
INSERT INTO "events" VALUES(7,6,'3','f44a9f5a11032d6024ffd80f485d3230','status','{"annotation": ["neutral"], "status": "Discarded", "annotation_agent": null}','{"annotation": ["neutral"], "status": "Validated", "annotation_agent": null}','["positive"]');
INSERT INTO "events" VALUES(8,7,'4','c6d22d81b5c0b6519b0886003359a065','annotation','{"annotation": ["negative"], "status": "Validated", "annotation_agent": null}','{"annotation": ["positive"], "status": "Validated", "annotation_agent": "ada"}','["positive"]');
INSERT INTO "events" VALUES(9,8,'5','8475004fa721e43914441f13da82d8ba','annotation','{"annotation": ["neutral"], "status": "Validated", "annotation_agent": null}','{"annotation": ["gone"], "status": "Validated", "annotation_agent": "ada"}','["positive"]');
INSERT INTO "events" VALUES(10,9,'5','8475004fa721e43914441f13da82d8ba','annotation','{"annotation": ["gone"], "status": "Validated", "annotation_agent": "ada"}','{"annotation": ["neutral"], "status": "Validated", "annotation_agent": null}','["positive"]');
INSERT INTO "events" VALUES(11,10,'1','1435fa84829aa06bf0901d510b5cef8a','annotation','{"annotation": ["brand new"], "status": "Validated", "annotation_agent": "ada"}','{"annotation": ["neutral"], "status": "Validated", "annotation_agent": "bob"}','["positive"]');
INSERT INTO "events" VALUES(12,11,'4',NULL,'record','{"annotation": ["positive"], "status": "Validated", "annotation_agent": "ada"}',NULL,NULL);
CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo', 'logged')),
    target INTEGER REFERENCES groups (id),
    agent TEXT,
    at TEXT NOT NULL,
    query TEXT,
    reason TEXT
);
INSERT INTO "groups" VALUES(1,'edit',NULL,'ada','2026-11-28T20:13:35.987363+00:00','text','asked');
INSERT INTO "groups" VALUES(2,'edit',NULL,'ada','2026-11-28T20:13:36.005010+00:00',NULL,NULL);
INSERT INTO "groups" VALUES(3,'undo',2,'ada','2026-11-28T20:13:36.007227+00:00',NULL,NULL);
INSERT INTO "groups" VALUES(4,'redo',2,'ada','2026-11-28T20:13:36.014707+00:00',NULL,NULL);
INSERT INTO "groups" VALUES(5,'edit',NULL,'bob','2026-11-28T20:13:36.021446+00:00',NULL,NULL);
INSERT INTO "groups" VALUES(6,'undo',5,'bob','2026-11-28T20:13:36.025961+00:00',NULL,NULL);
INSERT INTO "groups" VALUES(7,'edit',NULL,'ada','2026-11-28T20:13:36.027398+00:00',NULL,NULL);
INSERT INTO "groups" VALUES(8,'edit',NULL,'ada','2026-11-28T20:13:36.028845+00:00',NULL,NULL);
INSERT INTO "groups" VALUES(9,'undo',8,'ada','2026-11-28T20:13:36.029988+00:00',NULL,NULL);
INSERT INTO "groups" VALUES(10,'edit',NULL,'bob','2026-11-28T20:13:36.037838+00:00',NULL,NULL);
INSERT INTO "groups" VALUES(11,'logged',NULL,NULL,'2026-11-28T20:13:36.141164+00:00',NULL,NULL);
CREATE TABLE labels (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL);
INSERT INTO "labels" VALUES(1,'brand new');
INSERT INTO "labels" VALUES(2,'wrong');
INSERT INTO "labels" VALUES(3,'gone');
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('generation',2);
CREATE INDEX events_of_group ON events (group_id);
CREATE INDEX events_of_record ON events (record_id);
CREATE INDEX current_by_version ON current (version);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('labels',3);
INSERT INTO "sqlite_sequence" VALUES('groups',11);
INSERT INTO "sqlite_sequence" VALUES('events',12);
COMMIT;
