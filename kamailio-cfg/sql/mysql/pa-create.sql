-- SPDX-License-Identifier: GPL-3.0-or-later
-- The tables of module pa, and what Kamailio's table version says of them.
-- For MySQL and MariaDB, in Kamailio's database:
--   mysql kamailio < pa-create.sql

CREATE TABLE pa_presentity (
    id INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    pres_id VARCHAR(255) NOT NULL,
    uri VARCHAR(255) NOT NULL,
    uid VARCHAR(128) NOT NULL,
    pdomain VARCHAR(64) NOT NULL,
    xcap_params VARCHAR(255) NOT NULL,
    CONSTRAINT pa_presentity_key UNIQUE (pres_id)
) ENGINE=InnoDB;
INSERT INTO version (table_name, table_version) VALUES ('pa_presentity', 1);

CREATE TABLE pa_presentity_contact (
    id INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    pres_id VARCHAR(255) NOT NULL,
    tupleid VARCHAR(64) NOT NULL,
    basic INT(11) NOT NULL,
    expires INT(11) NOT NULL,
    priority VARCHAR(16) NOT NULL,
    contact VARCHAR(1024) NOT NULL,
    etag VARCHAR(64) NOT NULL,
    published_id VARCHAR(255) NOT NULL,
    CONSTRAINT pa_presentity_contact_key UNIQUE (pres_id, tupleid)
) ENGINE=InnoDB;
INSERT INTO version (table_name, table_version) VALUES ('pa_presentity_contact', 1);

CREATE TABLE pa_presentity_notes (
    id INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    dbid VARCHAR(64) NOT NULL,
    pres_id VARCHAR(255) NOT NULL,
    etag VARCHAR(64) NOT NULL,
    note VARCHAR(4096) NOT NULL,
    lang VARCHAR(64) NOT NULL,
    expires INT(11) NOT NULL,
    CONSTRAINT pa_presentity_notes_key UNIQUE (dbid)
) ENGINE=InnoDB;
INSERT INTO version (table_name, table_version) VALUES ('pa_presentity_notes', 1);

CREATE TABLE pa_presentity_extensions (
    id INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    dbid VARCHAR(64) NOT NULL,
    pres_id VARCHAR(255) NOT NULL,
    etag VARCHAR(64) NOT NULL,
    element MEDIUMTEXT NOT NULL,
    expires INT(11) NOT NULL,
    CONSTRAINT pa_presentity_extensions_key UNIQUE (dbid)
) ENGINE=InnoDB;
INSERT INTO version (table_name, table_version) VALUES ('pa_presentity_extensions', 1);

CREATE TABLE pa_tuple_notes (
    id INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    dbid VARCHAR(64) NOT NULL,
    pres_id VARCHAR(255) NOT NULL,
    tupleid VARCHAR(64) NOT NULL,
    note VARCHAR(4096) NOT NULL,
    lang VARCHAR(64) NOT NULL,
    CONSTRAINT pa_tuple_notes_key UNIQUE (dbid)
) ENGINE=InnoDB;
INSERT INTO version (table_name, table_version) VALUES ('pa_tuple_notes', 1);

CREATE TABLE pa_tuple_extensions (
    id INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    dbid VARCHAR(64) NOT NULL,
    pres_id VARCHAR(255) NOT NULL,
    tupleid VARCHAR(64) NOT NULL,
    element MEDIUMTEXT NOT NULL,
    status_extension INT(11) NOT NULL,
    CONSTRAINT pa_tuple_extensions_key UNIQUE (dbid)
) ENGINE=InnoDB;
INSERT INTO version (table_name, table_version) VALUES ('pa_tuple_extensions', 1);

CREATE TABLE pa_watcherinfo (
    id INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    s_id VARCHAR(64) NOT NULL,
    w_uri VARCHAR(255) NOT NULL,
    display_name VARCHAR(128) NOT NULL,
    package VARCHAR(32) NOT NULL,
    status INT(11) NOT NULL,
    event VARCHAR(32) NOT NULL,
    expires INT(11) NOT NULL,
    accepts VARCHAR(64) NOT NULL,
    pres_id VARCHAR(255) NOT NULL,
    server_contact VARCHAR(255) NOT NULL,
    callid VARCHAR(255) NOT NULL,
    local_tag VARCHAR(128) NOT NULL,
    remote_tag VARCHAR(128) NOT NULL,
    local_uri VARCHAR(255) NOT NULL,
    remote_uri VARCHAR(255) NOT NULL,
    remote_target VARCHAR(255) NOT NULL,
    route_set VARCHAR(4096) NOT NULL,
    socket VARCHAR(64) NOT NULL,
    event_id VARCHAR(64) NOT NULL,
    local_cseq INT(11) NOT NULL,
    remote_cseq INT(11) NOT NULL,
    doc_index INT(11) NOT NULL,
    CONSTRAINT pa_watcherinfo_key UNIQUE (s_id)
) ENGINE=InnoDB;
INSERT INTO version (table_name, table_version) VALUES ('pa_watcherinfo', 1);

CREATE TABLE pa_offline_winfo (
    id INT(10) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    dbid VARCHAR(64) NOT NULL,
    uid VARCHAR(128) NOT NULL,
    watcher VARCHAR(255) NOT NULL,
    events VARCHAR(64) NOT NULL,
    domain VARCHAR(64) NOT NULL,
    status VARCHAR(32) NOT NULL,
    created_on INT(11) NOT NULL,
    expires_on INT(11) NOT NULL,
    CONSTRAINT pa_offline_winfo_key UNIQUE (dbid)
) ENGINE=InnoDB;
INSERT INTO version (table_name, table_version) VALUES ('pa_offline_winfo', 1);
