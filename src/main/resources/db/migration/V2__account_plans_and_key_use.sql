-- Accounts from before could do everything; they go on so.
alter table account add column plan text not null default 'enterprise';
alter table account add column databases text[] not null default '{**}';
alter table account alter column plan drop default;
alter table account alter column databases drop default;

-- to the hour; null until used
alter table account_key add column last_used_at timestamptz;

-- How many exports of an account have not ended, asked about once a second while it makes exports.
create index export_unfinished_by_account on export (account) where state in ('Pending', 'InProgress');
