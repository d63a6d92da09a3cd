-- What the request of an export came with, for whoever hands it out again.
alter table export add column request_id text;
alter table export add column traceparent text;
