-- An export as the logs tell it. Rows come and change only by the logs and by the API that has just published the request.
create table export (
    id                   bigint primary key,
    account              text not null,
    database             text not null,
    collections          text[] not null,
    format               text not null,
    bucket               text not null,
    path                 text not null,
    state                text not null,
    attempt              integer not null,
    sequence             bigint not null,
    updated_at           timestamptz not null,
    -- the broker's time of the last record about it; null until a worker has reported
    reported_at          timestamptz,
    snapshot_ts          timestamptz,
    collections_total    integer,
    collections_done     integer,
    documents            bigint,
    bytes                bigint,
    files                bigint,
    documents_estimated  bigint,
    failure_code         text,
    failure_message      text,
    -- the last attempt that was handed out to the workers, and where its record lies
    queued_attempt       integer not null,
    queue_retries        boolean,
    queue_partition      integer,
    queue_offset         bigint,
    -- how often the watchdog has decided to hand it out again
    hand_outs            integer not null
);

-- Lists are an account's, newest first, in pages.
create index export_by_account on export (account, id desc);
-- What has not ended is little, however long the history.
create index export_unfinished on export (id) where state in ('Pending', 'InProgress');

-- Who has published under an Idempotency-Key. The mark is a hash of account and key.
create table idempotency_claim (
    mark         text primary key,
    fingerprint  text not null,
    claimed_at   timestamptz not null,
    -- null until the request is known to be in the log
    export_id    bigint
);
create index idempotency_claim_by_age on idempotency_claim (claimed_at);

create table account (
    name        text primary key,
    created_at  timestamptz not null
);

create table account_key (
    id          text primary key,
    account     text not null references account,
    name        text not null,
    role        text not null,
    -- HMAC of the secret; the secret itself is nowhere
    hash        bytea not null,
    created_at  timestamptz not null,
    expires_at  timestamptz,
    revoked_at  timestamptz
);
create index account_key_by_account on account_key (account);
